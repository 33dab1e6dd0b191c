"""Every address of the site and who may use it. A new one fails test_doors.py until it is here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import URLPattern, URLResolver, get_resolver

Who = Literal["anyone", "people", "teachers", "admins"]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@dataclass(frozen=True)
class Door:
    """Who may pass, and with what: "r" reads (GET, HEAD), "w" changes (POST)."""

    who: Who
    uses: Literal["r", "w", "rw"]

    @property
    def methods(self) -> tuple[str, ...]:
        reading = ("GET", "HEAD") if "r" in self.uses else ()
        return (*reading, "POST") if "w" in self.uses else reading


DOORS = {
    # Open to anyone: each one on purpose.
    "": Door("anyone", "r"),
    "language": Door("anyone", "w"),
    "login": Door("anyone", "rw"),
    "login/face": Door("anyone", "w"),
    "login/forget": Door("anyone", "w"),
    "logout": Door("anyone", "w"),
    "ajax/passkeys/sign-in/begin": Door("anyone", "w"),
    "ajax/passkeys/sign-in": Door("anyone", "w"),
    "start/<str:secret>": Door("anyone", "rw"),
    "invite/<str:secret>": Door("anyone", "rw"),
    "ajax/": Door("anyone", "r"),
    "ajax/lessons/<slug:name>.js": Door("anyone", "r"),
    "ajax/calc": Door("anyone", "r"),
    "ajax/login": Door("anyone", "w"),
    "frame/output": Door("anyone", "r"),
    "frame/libraries": Door("anyone", "r"),
    "frame/library/<slug:name>/<str:version>/<str:file>": Door("anyone", "r"),
    # For whoever is signed in.
    "service": Door("people", "r"),
    "account/": Door("people", "r"),
    "account/profile": Door("people", "w"),
    "account/password": Door("people", "w"),
    "account/face": Door("people", "rw"),
    "account/face/prove": Door("people", "w"),
    "account/face/forget": Door("people", "w"),
    "account/face/export": Door("people", "w"),
    "account/face/more": Door("people", "w"),
    "account/devices/<uuid:device_id>/forget": Door("people", "w"),
    "account/passkeys/<str:passkey_id>/rename": Door("people", "w"),
    "account/passkeys/<str:passkey_id>/remove": Door("people", "w"),
    "ajax/passkeys/add/begin": Door("people", "w"),
    "ajax/passkeys/add": Door("people", "w"),
    "ajax/passkeys/confirm/begin": Door("people", "w"),
    "ajax/passkeys/confirm": Door("people", "w"),
    "account/sessions/end": Door("people", "w"),
    "files/<uuid:workspace_id>/<path:path>": Door("people", "r"),
    "ajax/files/restore/<uuid:deleted_id>": Door("people", "w"),
    "ajax/files/<uuid:workspace_id>": Door("people", "r"),
    "ajax/files/<uuid:workspace_id>/picture": Door("people", "r"),
    "ajax/files/<uuid:workspace_id>/rename": Door("people", "w"),
    "ajax/files/<uuid:workspace_id>/delete": Door("people", "w"),
    "notebooks/<uuid:notebook_id>/history": Door("people", "r"),
    "notebooks/<uuid:notebook_id>/history/blobs/<str:digest>": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/history": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/history/compare": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/history/outputs": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/history/runs": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/history/sources/<str:digest>": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/history/keep": Door("people", "w"),
    "ajax/notebooks/<uuid:notebook_id>/history/name": Door("people", "w"),
    "ajax/notebooks/<uuid:notebook_id>/history/restore": Door("people", "w"),
    "ajax/notebooks/<uuid:notebook_id>/history/forget": Door("people", "w"),
    "notebooks/new": Door("people", "w"),
    "notebooks/open": Door("people", "r"),
    "notebooks/<uuid:notebook_id>": Door("people", "r"),
    "notebooks/<uuid:notebook_id>/blobs/<str:digest>": Door("people", "r"),
    "notebooks/<uuid:notebook_id>/cells/<str:cell>/text": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/rename": Door("people", "w"),
    "ajax/notebooks/<uuid:notebook_id>/duplicate": Door("people", "w"),
    "ajax/notebooks/<uuid:notebook_id>/delete": Door("people", "w"),
    "notebooks/<uuid:notebook_id>/rescue": Door("people", "w"),
    "notebooks/<uuid:notebook_id>/export/<slug:form>": Door("people", "r"),
    "shared/<str:token>": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/format": Door("people", "w"),
    "ajax/notebooks/import": Door("people", "w"),
    "ajax/notebooks/<uuid:notebook_id>/copy": Door("people", "w"),
    "ajax/notebooks/<uuid:notebook_id>/links": Door("people", "r"),
    "ajax/notebooks/<uuid:notebook_id>/links/new": Door("people", "w"),
    "ajax/notebooks/<uuid:notebook_id>/links/<uuid:link_id>/revoke": Door("people", "w"),
    "ajax/runpython": Door("people", "w"),
    "running/": Door("people", "r"),
    "ajax/running": Door("people", "r"),
    "ajax/running/<str:kernel>/end": Door("people", "w"),
    "ajax/upload": Door("people", "w"),
    "ajax/search": Door("people", "r"),
    "ajax/search/chosen": Door("people", "w"),
    "ajax/search/forget": Door("people", "w"),
    # For teachers and admins.
    "attendance/": Door("teachers", "r"),
    "attendance/csv": Door("teachers", "r"),
    # For admins.
    "people/": Door("admins", "r"),
    "people/add": Door("admins", "w"),
    "people/faces/switch": Door("admins", "w"),
    "people/faces/purge": Door("admins", "w"),
    "people/device": Door("admins", "w"),
    "people/device/<uuid:device_id>/change": Door("admins", "w"),
    "people/device/<uuid:device_id>/forget": Door("admins", "w"),
    "people/<uuid:person_id>/invite": Door("admins", "w"),
    "people/<uuid:person_id>/role": Door("admins", "w"),
    "people/<uuid:person_id>/active": Door("admins", "w"),
}
SOCKETS = {
    "ws/faces/sign-in",
    "ws/faces/enrol",
    "ws/classroom/stay",
    "ws/classroom/leave",
    "ws/notebooks/<uuid:notebook_id>",
    "",
}


def routes() -> list[str]:
    """Every pattern that the site answers to."""
    return sorted(_walk(get_resolver().url_patterns, ""))


def socket_routes() -> set[str]:
    """Every pattern of the sockets; "" is the one that refuses all others."""
    from lookin.site.asgi import application

    layer: Any = application.application_mapping["websocket"]
    while not hasattr(layer, "routes"):
        layer = layer.inner
    return {str(route.pattern) for route in layer.routes}


def address(route: str, ids: dict[str, str]) -> str:
    """An address of that pattern: `ids` by the pattern's names."""
    filled = route
    for name, value in ids.items():
        for kind in ("uuid", "str", "slug", "path"):
            filled = filled.replace(f"<{kind}:{name}>", value)
    assert "<" not in filled, filled
    return f"/{filled}"


def _walk(patterns: list[Any], prefix: str) -> Iterator[str]:
    for found in patterns:
        route = f"{prefix}{found.pattern}"
        if isinstance(found, URLResolver):
            yield from _walk(found.url_patterns, route)
        else:
            assert isinstance(found, URLPattern)
            yield route
