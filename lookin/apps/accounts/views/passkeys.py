"""Passkeys over HTTP: sign in with one, prove oneself again, add, name and remove.

A ceremony is two posts: the first answers what the browser shall ask the device for, the second
brings the device's answer. Names and removal are plain forms, which need no script.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lookin.apps.accounts import sessions, signin
from lookin.apps.accounts.access import person_of
from lookin.apps.accounts.audit import origin_of
from lookin.apps.accounts.devices import describe
from lookin.apps.accounts.passkeys import keys, proof, registration
from lookin.apps.accounts.passkeys.address import place_of
from lookin.apps.accounts.passkeys.challenges import make_challenge
from lookin.apps.accounts.passkeys.webauthn import request_options
from lookin.apps.accounts.views.account import show_account
from lookin.apps.accounts.views.proof import prove_again
from lookin.apps.common.guard import for_people, safe_next
from lookin.apps.common.pages import SeeOther
from lookin.core.lib.errors import LookinError


@never_cache
@require_POST
def begin_sign_in(request: HttpRequest) -> HttpResponse:
    """What to ask the browser for, of anybody who wants to sign in."""
    place = place_of(request)
    signin.claim_question(origin_of(request))
    return _options(request_options(place, make_challenge(request.session, "sign-in")))


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """A good answer becomes a session: `{"error": 0, "name", "next"}`."""
    person = proof.check_passkey(request, request.POST.get("credential", ""))
    signin.open_session(request, person, factor="passkey", remember="remember" in request.POST)
    goal = safe_next(request, request.POST.get("next", "")[:2000])
    return JsonResponse({"error": 0, "name": person.shown_name, "next": goal})


@never_cache
@for_people
@require_POST
def begin_confirming(request: HttpRequest) -> HttpResponse:
    """What to ask the browser for, of the person who is signed in."""
    place = place_of(request)
    challenge = make_challenge(request.session, "confirm", person_of(request))
    return _options(request_options(place, challenge))


@never_cache
@for_people
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The person proved again who they are: counts as the password does, for ten minutes."""
    proof.confirm_passkey(request, request.POST.get("credential", ""))
    return JsonResponse({"error": 0})


@never_cache
@for_people
@sensitive_post_parameters("password")
@require_POST
def begin_adding(request: HttpRequest) -> HttpResponse:
    """What to ask the browser for, to make a new passkey. Asks for a fresh proof first."""
    place_of(request)  # before the password is asked for in vain
    prove_again(request)
    return _options(registration.begin_adding(request))


@never_cache
@for_people
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Keep the new passkey, named after the browser it was made in."""
    label = describe(request.META.get("HTTP_USER_AGENT", "")) or _("Passkey")
    registration.add_passkey(request, request.POST.get("credential", ""), label)
    messages.success(request, _("Your passkey is ready."), extra_tags="finished")
    return JsonResponse({"error": 0})


@for_people
@require_POST
def rename(request: HttpRequest, passkey_id: str) -> HttpResponse:
    """Another name, to tell one's own passkeys apart."""
    passkey = keys.passkey_by_id(person_of(request), passkey_id)
    keys.rename_passkey(passkey, request.POST.get("label", ""))
    return _back(request, _("Saved."))


@for_people
@sensitive_post_parameters("password")
@require_POST
def remove(request: HttpRequest, passkey_id: str) -> HttpResponse:
    """It opens nothing here any more, and whoever signed in elsewhere is signed out."""
    passkey = keys.passkey_by_id(person_of(request), passkey_id)
    try:
        prove_again(request)
    except LookinError as error:
        return show_account(request, "passkeys", error)
    keys.remove_passkey(passkey, origin=origin_of(request))
    sessions.end_other_sessions(request, person_of(request))
    return _back(request, _("The passkey is removed. Everywhere else you are signed out."))


def _options(options: dict[str, object]) -> JsonResponse:
    return JsonResponse({"error": 0, "options": options})


def _back(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words, extra_tags="finished")
    return SeeOther("/account/#passkeys")
