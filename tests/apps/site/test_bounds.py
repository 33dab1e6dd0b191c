"""A request that is too large is refused before anything reads it."""

from __future__ import annotations

from typing import Any

from lookin.site.bounds import FORM_BYTES, BodyBounds


async def _serve(path: str, headers: list[tuple[bytes, bytes]], chunks: list[bytes]) -> list[Any]:
    """What the inner application received, or the refusal's status in its place."""
    received: list[Any] = []
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        for _ in chunks:
            message = await receive()
            received.append(message["type"])

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        received.append(message.get("status"))

    bounds = BodyBounds(inner, upload_limit=10_000_000)
    await bounds({"type": "http", "path": path, "headers": headers}, receive, send)
    return received


async def test_an_announced_flood_is_answered_413_unread() -> None:
    headers = [(b"content-length", str(FORM_BYTES + 1).encode())]
    assert await _serve("/login", headers, [b"x"]) == [413, None]


async def test_a_flood_that_was_not_announced_ends_as_a_hang_up() -> None:
    received = await _serve("/login", [], [b"x" * FORM_BYTES, b"x"])
    assert received == ["http.request", "http.disconnect"]


async def test_a_stranger_may_not_send_an_upload_sized_body() -> None:
    headers = [(b"content-length", b"5000000")]
    assert await _serve("/ajax/upload", headers, []) == [413, None]


async def test_somebody_with_a_session_may() -> None:
    headers = [(b"content-length", b"5000000"), (b"cookie", b"sessionid=abc")]
    assert await _serve("/ajax/upload", headers, [b"x"]) == ["http.request"]
