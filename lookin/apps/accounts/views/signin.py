"""Sign in and out: the page (works without JavaScript), the face's ticket, and /ajax/login."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lookin.apps.accounts import signin
from lookin.apps.accounts.csrf import is_stale
from lookin.apps.accounts.devices import device_of, forget_name, trusted_by_anybody
from lookin.apps.accounts.faces import tickets
from lookin.apps.accounts.faces.engine import faces_problem
from lookin.apps.accounts.faces.switch import faces_are_off
from lookin.apps.accounts.models import User
from lookin.apps.accounts.sessions import NONCE
from lookin.apps.common.failures import as_data, as_response
from lookin.apps.common.guard import safe_next
from lookin.apps.common.pages import SeeOther
from lookin.apps.common.words import words_of
from lookin.core.lib.errors import LookinError
from lookin.core.lib.ids import new_token


@dataclass(frozen=True)
class _Failed:
    """What the page shows after a failure. `face` when it was a look and not a password."""

    error: LookinError
    name: str | None = None
    face: bool = False


@never_cache
@csrf_exempt  # checked inside: a stale form comes back with a fresh token
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST signs in and goes on with 303, or shows why not."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(_goal(request))
        return _page(request)
    name = request.POST.get("username", "")
    if is_stale(request):
        return _page(request, _Failed(_stale(), name))
    try:
        person = signin.check_password(request, name, request.POST.get("password", ""))
    except LookinError as error:
        return _page(request, _Failed(error, name))
    signin.open_session(request, person, factor="password", remember="remember" in request.POST)
    return SeeOther(_goal(request))


@never_cache
@csrf_exempt
@require_http_methods(["POST"])
def login_face(request: HttpRequest) -> HttpResponse:
    """The ticket of a recognised face becomes a session, or half of one."""
    if is_stale(request):
        return _page(request, _Failed(_stale()))
    try:
        redeemed = tickets.redeem_ticket(request, request.POST.get("ticket", ""))
    except LookinError as error:
        return _page(request, _Failed(error, face=True))
    if redeemed.waits:
        return SeeOther(f"/login?{urlencode({'next': _goal(request)})}")
    signin.open_session(request, redeemed.person, factor="face")
    return SeeOther(_goal(request))


@csrf_exempt
@require_http_methods(["POST"])
def login_forget(request: HttpRequest) -> HttpResponse:
    """ "Not you?": this device fills in no name any more."""
    if not is_stale(request):
        forget_name(request)
    return SeeOther("/login")


@never_cache
def logout_page(request: HttpRequest) -> HttpResponse:
    """POST ends the session and its sockets. Following a link must not sign anybody out."""
    if request.method != "POST":
        error = LookinError(
            "A link cannot sign you out.",
            "Use the button “Sign out”.",
            code="method_not_allowed",
            status=405,
        )
        response = as_response(request, error)
        response.headers["Allow"] = "POST"
        return response
    signin.close_session(request)
    return SeeOther("/login")


@never_cache
@sensitive_post_parameters("pwd")
def ajax_login(request: HttpRequest) -> HttpResponse:
    """POST id, pwd: `{"error": 0}` and a session, or 401 `{"error": -1, "message": …}`."""
    if request.method != "POST":
        return _refuse_address()
    try:
        name, password = request.POST.get("id", ""), request.POST.get("pwd", "")
        person = signin.check_password(request, name, password)
    except LookinError as error:
        return _patient(JsonResponse(as_data(error), status=error.status), error)
    # Nobody was asked whether this device may remember them.
    signin.open_session(request, person, factor="password", remember=False)
    return JsonResponse({"error": 0, "name": person.shown_name})


def _page(request: HttpRequest, failed: _Failed | None = None) -> HttpResponse:
    device = device_of(request)
    reason = _why_no_face(trusted_by_anybody(device))
    if not reason and NONCE not in request.session:
        request.session[NONCE] = new_token()
    remembered = device.remembered if device else None
    seen = tickets.waiting_person(request)
    context = {
        "remembered": remembered,
        "seen": seen,
        "name": _name_in_the_field(failed, seen or remembered),
        "next": _goal(request),
        "is_classroom": bool(device and device.is_classroom),
        "no_face_reason": reason,
        "liveness": settings.FACE_LIVENESS,
        "flash": settings.FACE_FLASH,
        "failed": failed,
        "failure": words_of(failed.error) if failed else None,
    }
    status = failed.error.status if failed else 200
    response = render(request, "accounts/login.html", context, status=status)
    return _patient(response, failed.error) if failed else response


def _name_in_the_field(failed: _Failed | None, known: User | None) -> str:
    if failed and failed.name is not None:
        return failed.name[:64]
    return known.username if known else ""


def _why_no_face(trusted: bool) -> str:
    if faces_are_off():
        return _("Face sign-in is switched off here. Use your password or a passkey.")
    if faces_problem():
        return _("Looking in is not set up on this server yet. Your password works as ever.")
    if not trusted:
        return _(
            "Looking in works where you have signed in with your password or a passkey before."
        )
    return ""


def _goal(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    device = device_of(request)
    if device is not None and device.is_classroom and not wanted.startswith("/shared/"):
        wanted = ""  # where the last person was is not where the next one goes
    return safe_next(request, wanted[:2000])


def _patient(response: HttpResponse, error: LookinError) -> HttpResponse:
    if "seconds" in error.values:
        response.headers["Retry-After"] = str(error.values["seconds"])
    return response


def _stale() -> LookinError:
    return LookinError(
        "This page was open for a long time, so it was made fresh.",
        "Type your password once more.",
        code="stale_form",
        status=403,
    )


def _refuse_address() -> HttpResponse:
    error = LookinError(
        "A password must not travel in an address: addresses stay in the browser's history, in"
        " server logs and in other people's sight.",
        "Send id and pwd with POST.",
        code="method_not_allowed",
        status=405,
    )
    response = JsonResponse(as_data(error), status=405)
    response.headers["Allow"] = "POST"
    return response
