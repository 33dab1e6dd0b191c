"""Guards of every WebSocket: only from our own pages, only to sockets that exist.

Browsers do not apply the same-origin rule to sockets, so the server must.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import URLPattern, re_path


class SameOriginOnly:
    """Refuses a handshake whose Origin is not the very host and port that it came to.

    A missing Origin, `null`, another port and another scheme are all refused.
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass a good handshake on; answer 403 to any other."""
        if is_same_origin(scope):
            await self.inner(scope, receive, until_gone(send))
        else:
            await send({"type": "websocket.close", "code": 4003})


def until_gone(send: Any) -> Any:
    """`send` that says nothing more to a line that is over, instead of raising.

    An exception in the middle of a message would end the consumer before its `disconnect` could
    give back what it holds; so it goes on, and learns by `websocket.disconnect` that it is alone.
    """
    over = False

    async def say(message: dict[str, Any]) -> None:
        nonlocal over
        if over:
            return
        over = message["type"] == "websocket.close"
        try:
            await send(message)
        except OSError:  # what ASGI servers raise when the other side has gone
            over = True

    return say


def is_same_origin(scope: dict[str, Any]) -> bool:
    """Whether Origin names the scheme, host and port of this handshake's Host header."""
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1").lower()
    name, _port = split_domain_port(host)
    try:
        origin = urlsplit(headers.get(b"origin", b"").decode("latin-1").lower())
    except ValueError:  # no address at all, such as "http://["
        return False
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    schemes = {"https"} if settings.HTTPS else {"http", "https"}
    return origin.scheme in schemes and origin.netloc == host and origin.path in {"", "/"}


class UnknownSocket(AsyncWebsocketConsumer):
    """Any other path: refused before it is accepted, instead of an exception in the log."""

    async def connect(self) -> None:
        """Refuse."""
        await self.close(code=4004)

    @classmethod
    def everywhere(cls) -> URLPattern:
        """The route that takes what no other took; stands last."""
        route: URLPattern = re_path(r"", cls.as_asgi())
        return route
