"""The web process's one application: static files, pages, and sockets, each behind its guard."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lookin.site.settings")

from django.core.asgi import get_asgi_application

_pages = get_asgi_application()  # sets Django up: what follows may import models

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from starlette.staticfiles import StaticFiles

from lookin.apps.accounts.urls import websocket_urlpatterns as accounts_sockets
from lookin.apps.common.sockets import SameOriginOnly, UnknownSocket
from lookin.apps.notebooks.urls import websocket_urlpatterns as notebooks_sockets
from lookin.apps.search import warming
from lookin.apps.uploads.streaming import StreamingHandler
from lookin.site.bounds import UPLOAD_PATH, BodyBounds
from lookin.site.headers import HeaderFloor
from lookin.site.static import ForeverStaticFiles

_static: StaticFiles = ForeverStaticFiles(directory=settings.WEB_DIST, check_dir=False)
_uploads = StreamingHandler()  # the same Django, reading the body while it arrives


async def _http(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["path"].startswith(settings.STATIC_URL):
        inner = {**scope, "path": scope["path"], "root_path": settings.STATIC_URL.rstrip("/")}
        await _static(inner, receive, send)
    elif scope["path"] == UPLOAD_PATH:
        await _uploads(scope, receive, send)
    else:
        warming.begin()
        await _pages(scope, receive, send)


_sockets = SameOriginOnly(
    AuthMiddlewareStack(
        URLRouter([*accounts_sockets, *notebooks_sockets, UnknownSocket.everywhere()])
    )
)

_guarded = HeaderFloor(
    BodyBounds(_http, upload_limit=settings.UPLOAD_LIMIT_BYTES),
    static_url=settings.STATIC_URL,
    hsts_seconds=settings.SECURE_HSTS_SECONDS,
)

application = ProtocolTypeRouter({"http": _guarded, "websocket": _sockets})
