"""The only file that opens and closes web sessions, and that checks passwords. No pages here."""

from __future__ import annotations

from typing import Literal

from django.contrib.auth import login, logout
from django.http import HttpRequest

from lookin.apps.accounts import sessions, throttle
from lookin.apps.accounts.audit import Origin, forget_old_events, log_only, origin_of, record_event
from lookin.apps.accounts.classroom import visits
from lookin.apps.accounts.classroom.endings import make_room_on
from lookin.apps.accounts.devices import device_of, trust_device, trusts
from lookin.apps.accounts.faces.store import sweep_daily
from lookin.apps.accounts.faces.tickets import claim_seen_face
from lookin.apps.accounts.models import Device, User
from lookin.apps.accounts.names import name_key
from lookin.apps.accounts.passwords import LONGEST
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError

# What a session was opened with. Alone, "face" is the weak one: it proves nothing again.
Factor = Literal["password", "passkey", "face", "setup", "face+password", "face+passkey"]
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_ADDRESS_SLOT_SECONDS = 600


def check_password(request: HttpRequest, name: str, password: str) -> User:
    """The active person with this name and password.

    Raises LookinError: `sign_in_failed` (401), the same words and the same work for an unknown
    name, a wrong password and a deactivated person; or `too_many_attempts` (429).
    """
    key = name_key(name)
    person = User.objects.filter(username_key=key).first()
    device = device_of(request)
    rule, bucket = _bucket(device, person, key)
    address = _claim(request, rule, bucket, name)
    if not _is_right(person, password) or person is None:
        record_event("sign_in_failed", origin_of(request), name=name, detail="password")
        raise sign_in_failed()
    throttle.clear_attempts(rule, bucket)
    throttle.forgive_attempt(throttle.FROM_ADDRESS, address)
    return person


def open_session(
    request: HttpRequest, person: User, *, factor: Factor, remember: bool = True
) -> None:
    """Sign `person` in here: a new session key, the device trusted when more than a face was shown.

    `remember` False leaves no trust and no name on this device.
    """
    if factor in {"password", "passkey"} and claim_seen_face(request, person):
        factor = "face+password" if factor == "password" else "face+passkey"
    before = request.session.session_key
    visits.leave(request.session)
    login(request, person, backend=_BACKEND)
    request.session.cycle_key()  # Django keeps the key when the same person signs in again
    request.session[sessions.SIGNED_IN_AT] = now().timestamp()
    request.session.pop(sessions.NONCE, None)
    sessions.end_session_sockets(before)
    if factor != "face":
        sessions.confirm(request.session)
        _face_works_again(request, person)
        if remember:
            trust_device(request, person)
    make_room_on(device_of(request))
    visits.arrive(request, person)
    record_event("signed_in", origin_of(request), person=person, detail=factor)
    forget_old_events(now())
    sweep_daily(now())
    sessions.forget_expired()


def close_session(request: HttpRequest) -> None:
    """Sign out: the session is gone, and its sockets close."""
    key = request.session.session_key
    if isinstance(request.user, User):
        record_event("signed_out", origin_of(request), person=request.user)
    visits.leave(request.session)
    logout(request)
    sessions.end_session_sockets(key)


def confirm_password(request: HttpRequest, password: str) -> None:
    """Prove the password again for what asks for it. Raises as `check_password` does."""
    person = request.user
    assert isinstance(person, User)
    check_password(request, person.username, password)
    sessions.confirm(request.session)
    sessions.change_key(request)


def claim_address(origin: Origin, name: str = "") -> str:
    """Count one try against the visitor's address; the bucket, to forgive it by.

    Raises LookinError (code `too_many_attempts`, 429).
    """
    return _claim_address(throttle.FROM_ADDRESS, origin, name)


def claim_question(origin: Origin) -> None:
    """Count one question for a passkey, which costs us a row before anything is proved.

    Raises LookinError (code `too_many_attempts`, 429).
    """
    _claim_address(throttle.ASKED_BY_ADDRESS, origin, "")


def _claim_address(rule: throttle.Rule, origin: Origin, name: str) -> str:
    moment = now()
    slot = int(moment.timestamp()) // _ADDRESS_SLOT_SECONDS
    address = f"{throttle.network_of(origin.address)} {slot}"
    try:
        throttle.claim_attempt(rule, address, now=moment)
    except LookinError:
        log_only("sign_in_slowed", origin, name=name, detail=rule.name)
        raise
    return address


def sign_in_failed() -> LookinError:
    """One sentence for every reason, so that nobody learns whose names exist."""
    return LookinError(
        "The name and the password do not belong together.",
        "Check both, then try again.",
        code="sign_in_failed",
        status=401,
    )


def _bucket(device: Device | None, person: User | None, key: str) -> tuple[throttle.Rule, str]:
    if device is not None and trusts(device, person):
        return throttle.ON_TRUSTED_DEVICE, f"{device.pk}:{key}"
    return throttle.ON_OTHER_DEVICES, key


def _claim(request: HttpRequest, rule: throttle.Rule, bucket: str, name: str) -> str:
    moment = now()
    origin = origin_of(request)
    address = claim_address(origin, name)
    try:
        throttle.claim_attempt(rule, bucket, now=moment)
    except LookinError:
        log_only("sign_in_slowed", origin, name=name, detail=rule.name)
        raise
    return address


def _is_right(person: User | None, password: str) -> bool:
    guess = password if len(password) <= LONGEST else ""
    if person is None:
        User().set_password(guess or "-")  # the same work as for a name that exists
        return False
    return person.check_password(guess) and person.is_active


def _face_works_again(request: HttpRequest, person: User) -> None:
    throttle.clear_attempts(throttle.OF_FACE, str(person.pk))
    device = device_of(request)
    if device is not None:
        throttle.clear_attempts(throttle.OF_DEVICE_FACES, str(device.pk))
