"""How large a request may be, decided before Django reads a byte of it.

Django under ASGI writes a whole body to disk before any view runs, so that without this a
stranger could fill the disk. Not the upload's own limit: that is counted as it streams.
"""

from __future__ import annotations

from typing import Any

from lookin.core.lib.errors import LookinError

FORM_BYTES = 3_000_000
MULTIPART_SLACK = 1_000_000
UPLOAD_PATH = "/ajax/upload"


class TooLargeError(LookinError):
    """More arrived than was allowed."""

    code = "too_large"
    status = 413


class BodyBounds:
    """An ASGI layer that answers 413 to a body over its bound, announced or not."""

    def __init__(self, inner: Any, *, upload_limit: int) -> None:
        self.inner = inner
        self.upload_limit = upload_limit

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, counting what arrives."""
        bound = self._bound(scope)
        if _announced(scope) > bound:
            await _refuse(send)
            return
        seen = 0

        async def counted() -> dict[str, Any]:
            nonlocal seen
            message: dict[str, Any] = await receive()
            seen += len(message.get("body", b""))
            # An unannounced flood (chunked): hang up, as if the client had.
            return {"type": "http.disconnect"} if seen > bound else message

        await self.inner(scope, counted, send)

    def _bound(self, scope: dict[str, Any]) -> int:
        if scope["path"] != UPLOAD_PATH:
            return FORM_BYTES
        has_session = any(
            name == b"cookie" and b"sessionid=" in value for name, value in scope["headers"]
        )
        return self.upload_limit + MULTIPART_SLACK if has_session else FORM_BYTES


def _announced(scope: dict[str, Any]) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value[:20]) if value.isdigit() else 0  # 20 digits are too many already
    return 0


async def _refuse(send: Any) -> None:
    body = (
        b'{"error": -1, "code": "too_large", "message": "That is larger than this place allows."}'
    )
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
