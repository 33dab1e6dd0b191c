"""The camera's sockets as a browser opens them, and still pictures to show there."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.test import Client
from PIL import Image, ImageChops

from lookin.apps.accounts import services
from lookin.apps.accounts.models import User
from lookin.apps.accounts.sessions import NONCE
from lookin.apps.accounts.urls import websocket_urlpatterns
from lookin.apps.common.sockets import SameOriginOnly
from tests.apps.accounts.conftest import PASSWORD, sign_in
from tests.apps.accounts.line import Line

HOST = "localhost"
SIGN_IN, ENROL = "/ws/faces/sign-in", "/ws/faces/enrol"
in_thread = sync_to_async


def socket(path: str, client: Client, origin: str | None = f"http://{HOST}") -> Line:
    """A socket of the browser `client`, as the site's guards see it."""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = [(b"host", HOST.encode()), (b"cookie", cookies.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    guarded = SameOriginOnly(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
    return Line(guarded, path, headers)


def visitor(person: User) -> Client:
    """A browser whose device `person` trusts, with the sign-in page open."""
    client = Client()
    sign_in(client, person)
    client.post("/logout")
    del client.cookies["sessionid"]
    session = client.session
    session[NONCE] = "nonce"
    session.save()
    return client


def agreed(person: User) -> Client:
    """A browser that is signed in and gave consent."""
    client = Client()
    sign_in(client, person)
    client.post("/account/face", {"agree": "on"})
    return client


def add(name: str, role: str = "member") -> User:
    return services.add_person(name, role, password=PASSWORD)


async def began(client: Client, **words: Any) -> tuple[Line, dict[str, Any]]:
    """A sign-in socket after its first words, and the server's answer to them."""
    line = socket(SIGN_IN, client)
    assert await line.connect()
    await line.send_text(json.dumps({"op": "begin", **words}))
    return line, json.loads(await line.receive_text())


async def look_at(line: Line, pictures: dict[str, bytes], ends: set[str]) -> dict[str, Any]:
    """Show the still picture of each step again and again, and give the frame that ends it."""
    deadline = asyncio.get_running_loop().time() + 60
    while asyncio.get_running_loop().time() < deadline:
        said: dict[str, Any] = json.loads(await line.receive_text(timeout=20))
        if said["t"] in ends:
            return said
        picture = pictures.get(said["step"])
        if picture is None:  # a still picture cannot turn its head
            await line.send_text(json.dumps({"op": "skip"}))
            continue
        await asyncio.sleep(0.03)
        await line.send_bytes(picture)
    raise AssertionError("no end within a minute")


def as_camera_frame(photograph: Path, shift: int = 0) -> bytes:
    """The photograph as a camera would show it, 480 pixels wide, JPEG, `shift` pixels aside."""
    frame = io.BytesIO()
    with Image.open(photograph) as opened:
        picture = opened.convert("RGB")
    picture = picture.resize((480, 480 * picture.height // picture.width))
    ImageChops.offset(picture, shift, 0).save(frame, "JPEG", quality=85)
    return frame.getvalue()
