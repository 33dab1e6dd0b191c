"""Who may open the pages of this app: everybody, teachers, admins; and how many are here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from lookin.apps.accounts.models import Role, User
from lookin.apps.common.guard import P, View, turn_away
from lookin.core.lib.errors import LookinError


def person_of(request: HttpRequest) -> User:
    """The signed-in person. Only behind `for_people` or `for_admins`."""
    person = request.user
    assert isinstance(person, User)
    return person


def is_alone() -> bool:
    """Whether at most one person may sign in here."""
    return User.objects.filter(is_active=True).count() <= 1


def for_admins(view: View[P]) -> View[P]:
    """Strangers go to the sign-in; people who are not admins are refused with a sentence."""
    return _only(view, lambda person: person.is_admin, _not_an_admin)


def for_teachers(view: View[P]) -> View[P]:
    """The same for teachers and admins."""
    return _only(view, lambda person: person.is_admin or person.role == Role.TEACHER, _no_teacher)


def _only(
    view: View[P], may: Callable[[User], bool], refusal: Callable[[], LookinError]
) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return turn_away(request)
        if not may(person_of(request)):
            raise refusal()
        return view(request, *args, **kwargs)

    return guarded


def _not_an_admin() -> LookinError:
    return LookinError(
        "Only an admin may look after people and devices.",
        "Ask the person who runs this place.",
        code="forbidden",
        status=403,
    )


def _no_teacher() -> LookinError:
    return LookinError(
        "Only teachers and admins see who was at the classroom's devices.",
        "Ask your teacher.",
        code="forbidden",
        status=403,
    )
