"""Who may open the pages of this app: the person of a request, and admins only; and how many."""

from __future__ import annotations

from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from lookin.apps.accounts.models import User
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

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return turn_away(request)
        if not person_of(request).is_admin:
            raise LookinError(
                "Only an admin may look after people and devices.",
                "Ask the person who runs this place.",
                code="forbidden",
                status=403,
            )
        return view(request, *args, **kwargs)

    return guarded
