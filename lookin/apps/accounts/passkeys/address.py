"""Whether passkeys work at the address a page was opened at, and as which place they know it.

Browsers keep a passkey for a host name, over HTTPS or on localhost, never for a bare IP address.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from lookin.apps.accounts.passkeys.webauthn import Place
from lookin.core.lib.errors import LookinError


def place_of(request: HttpRequest) -> Place:
    """The place as browsers name it. Raises LookinError (code `no_passkeys_here`, 409)."""
    problem = passkey_problem(request)
    if problem is not None:
        raise problem
    authority = _authority(request)
    host = authority.partition(":")[0]
    return Place(host, f"{request.scheme}://{authority}", settings.PLACE_NAME)


def passkey_problem(request: HttpRequest) -> LookinError | None:
    """Why no passkey can be used at this address, or None."""
    authority = _authority(request)
    host = authority.partition(":")[0]
    address = _ip(authority)
    if address is not None and address.is_loopback:
        return _none_here(
            "Browsers keep passkeys for names, and this address is a number.",
            "Open this place as “localhost”, and passkeys work.",
        )
    if address is not None:
        return _none_here(
            "Browsers keep passkeys for names, and this address is a number.",
            "The person who runs this place can give it a name and HTTPS.",
        )
    if request.scheme != "https" and host != "localhost" and not host.endswith(".localhost"):
        return _none_here(
            "Browsers use passkeys only over HTTPS.",
            "The person who runs this place can put HTTPS before it.",
        )
    return None


def _authority(request: HttpRequest) -> str:
    """Host and port as they stand in an origin: lower-case, the scheme's own port left out."""
    usual = ":443" if request.scheme == "https" else ":80"
    return request.get_host().lower().removesuffix(usual)


def _ip(authority: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    host = authority[1:].partition("]")[0] if authority[0] == "[" else authority.partition(":")[0]
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _none_here(message: str, hint: str) -> LookinError:
    return LookinError(message, hint, code="no_passkeys_here", status=409)
