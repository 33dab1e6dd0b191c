"""Devices that people trust: the signed cookie, the row behind it, and whose names it remembers.

Not for sessions: a device outlives them. A device alone opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from lookin.apps.accounts.models import Device, DeviceTrust, User
from lookin.apps.accounts.tokens import hash_secret
from lookin.core.lib.clock import now
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.ids import new_token

COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie
_SALT = "lookin.device"


def cookie_name() -> str:
    """`__Host-` where the site is served over HTTPS, so that no sibling host can plant one."""
    return "__Host-lookin_device" if settings.SESSION_COOKIE_SECURE else "lookin_device"


def device_in(cookies: Mapping[str, str]) -> Device | None:
    """The device whose signed cookie is among `cookies`, or None.

    A classroom device whose last day has passed is a stranger like any other browser.
    """
    device = _row_in(cookies)
    if device is None or not device.is_classroom or device.expires_at is None:
        return device
    return device if device.expires_at > now() else None


def row_of(request: HttpRequest) -> Device | None:
    """The row behind a request's cookie, also of a classroom device whose last day has passed."""
    return device_of(request) or _row_in(request.COOKIES)


def use_device(request: HttpRequest, device: Device) -> None:
    """From now on, this request comes from `device`."""
    request._lookin_device = device  # type: ignore[attr-defined]


def _row_in(cookies: Mapping[str, str]) -> Device | None:
    raw = cookies.get(cookie_name(), "")
    try:
        secret = signing.Signer(salt=_SALT).unsign(raw[:300])
    except signing.BadSignature:
        return None
    return (
        Device.objects.select_related("remembered").filter(token_hash=hash_secret(secret)).first()
    )


def device_of(request: HttpRequest) -> Device | None:
    """The device of a request, looked up once."""
    if not hasattr(request, "_lookin_device"):
        request._lookin_device = device_in(request.COOKIES)  # type: ignore[attr-defined]
    return request._lookin_device  # type: ignore[attr-defined,no-any-return]


def trust_device(request: HttpRequest, person: User) -> Device:
    """Remember that `person` proved a password here. Makes the device when there is none yet.

    A classroom device is everybody's: it remembers nobody's name and counts as nobody's own.
    """
    device = device_of(request) or make_device(request)
    device.seen_at = now()
    if not device.is_classroom:
        device.remembered = person
        DeviceTrust.objects.get_or_create(device=device, person=person)
    device.save(update_fields=["seen_at", "remembered"])
    return device


def make_device(request: HttpRequest) -> Device:
    """A new device for this browser; `DeviceMiddleware` sends its cookie with the answer."""
    secret = new_token()
    device = Device.objects.create(
        token_hash=hash_secret(secret), label=describe(request.META.get("HTTP_USER_AGENT", ""))
    )
    use_device(request, device)
    request._lookin_device_secret = secret  # type: ignore[attr-defined]
    return device


def set_device_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Send the cookie of a device that was made during this request."""
    secret = getattr(request, "_lookin_device_secret", None)
    if secret is None:
        return
    response.set_cookie(
        cookie_name(),
        signing.Signer(salt=_SALT).sign(secret),
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def trusts(device: Device | None, person: User | None) -> bool:
    """Whether `person` proved a password on `device`."""
    if device is None or person is None:
        return False
    return DeviceTrust.objects.filter(device=device, person=person).exists()


def trusted_by_anybody(device: Device | None) -> bool:
    """Whether a face may be shown to this device at all."""
    return device is not None and (device.is_classroom or device.trusts.exists())


def forget_device(person: User, device_id: str) -> None:
    """End `person`'s trust in a device; the row goes with its last trust.

    Raises NotFoundError for a device that is not the person's.
    """
    trust = DeviceTrust.objects.filter(device_id=device_id, person=person).first()
    if trust is None:
        raise NotFoundError("There is no such device.", "Go back to your account.")
    device = trust.device
    trust.delete()
    if device.remembered_id == person.pk:
        device.remembered = None
        device.save(update_fields=["remembered"])
    if not device.is_classroom and not device.trusts.exists():
        device.delete()


def forget_name(request: HttpRequest) -> None:
    """Let the sign-in page of this device fill in no name any more. Trust stays."""
    device = device_of(request)
    if device is not None:
        device.remembered = None
        device.save(update_fields=["remembered"])


def describe(agent: str) -> str:
    """ "Firefox, Windows": enough to tell one's own devices apart, from the User-Agent header."""
    browsers = ("Edg", "Whale", "SamsungBrowser", "OPR", "Firefox", "Chrome", "Safari")
    names = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet"}
    systems = ("iPhone", "iPad", "Android", "Windows", "CrOS", "Mac OS", "Linux")
    shown = {"CrOS": "ChromeOS", "Mac OS": "macOS"}
    browser = next((names.get(b, b) for b in browsers if b in agent), "")
    system = next((shown.get(s, s) for s in systems if s in agent), "")
    return ", ".join(part for part in (browser, system) if part)
