"""The headers that no answer may lack, whoever made it: Django, static files or a refusal.

A floor: what an answer says for itself stands. Not the pages' own policy, which is in settings.py.
"""

from __future__ import annotations

from typing import Any

_POLICY = b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_FLOOR = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    b"content-security-policy": _POLICY,
}
# Static files are everybody's, and the frames of outputs, which have no origin, may load them.
_PRIVATE = {
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"private, no-cache",
}


class HeaderFloor:
    """An ASGI layer round everything that answers HTTP. `hsts_seconds` 0 is none."""

    def __init__(self, inner: Any, *, static_url: str, hsts_seconds: int) -> None:
        self.inner = inner
        self._static_url = static_url
        hsts = f"max-age={hsts_seconds}; includeSubDomains".encode()
        self._floor = {**_FLOOR, **({b"strict-transport-security": hsts} if hsts_seconds else {})}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, and add to its answer what is missing."""
        is_shared = scope["path"].startswith(self._static_url)
        floor = self._floor if is_shared else {**self._floor, **_PRIVATE}

        async def completed(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _raised(message.get("headers", ()), floor)}
            await send(message)

        await self.inner(scope, receive, completed)


def _raised(headers: Any, floor: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    found = [(bytes(name), bytes(value)) for name, value in headers]
    names = {name.lower() for name, _ in found}
    return found + [(name, value) for name, value in floor.items() if name not in names]
