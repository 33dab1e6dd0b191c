"""The sockets of a classroom device: the seconds that are left, the look after the leave key."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.test import Client
from PIL import Image

from lookin.apps.accounts import services, sessions
from lookin.apps.accounts.audit import Origin
from lookin.apps.accounts.classroom import consumers
from lookin.apps.accounts.classroom.absence import MOST_FRAMES, Absence, look
from lookin.apps.accounts.faces import store
from lookin.apps.accounts.faces.engine import observe
from lookin.apps.accounts.models import ClassroomVisit, Device, User
from lookin.apps.accounts.urls import websocket_urlpatterns
from lookin.apps.common.sockets import SameOriginOnly
from lookin.core.lib.clock import now
from tests.apps.accounts.cameras import as_camera_frame
from tests.apps.accounts.conftest import PASSWORD, sign_in
from tests.apps.accounts.line import Line

pytestmark = pytest.mark.django_db(transaction=True)
STAY, LEAVE, HOST = "/ws/classroom/stay", "/ws/classroom/leave", "localhost"
in_thread = sync_to_async


def classroom_of(member: User) -> Client:
    """A classroom device on which `member` is signed in."""
    admin = services.add_person(f"operator of {member.username}", "admin", password=PASSWORD)
    client = Client()
    sign_in(client, admin)
    client.post("/people/device", {"label": "Row 2", "idle": "5"})
    client.post("/logout")
    sign_in(client, member)
    return client


def someone(name: str = "mina") -> User:
    return services.add_person(name, password=PASSWORD)


def line(path: str, client: Client) -> Line:
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = [
        (b"host", HOST.encode()),
        (b"cookie", cookies.encode()),
        (b"origin", f"http://{HOST}".encode()),
    ]
    guarded = SameOriginOnly(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
    return Line(guarded, path, headers)


async def heard(socket: Line) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(await socket.receive_text())
    return said


async def closed_with(socket: Line) -> int:
    while True:
        said = await socket.receive_output(timeout=5)
        if said["type"] == "websocket.close":
            return int(said.get("code", 1000))


async def change(update: Callable[[], Any]) -> None:
    await in_thread(update)()


async def test_a_page_is_told_the_seconds_that_are_left() -> None:
    member = await in_thread(someone)()
    socket = line(STAY, await in_thread(classroom_of)(member))
    assert await socket.connect()
    assert (await heard(socket))["seconds"] == pytest.approx(300, abs=5)
    await change(
        lambda: ClassroomVisit.objects.filter(person=member).update(
            seen_at=now() - timedelta(minutes=2)
        )
    )
    await socket.send_text('{"op":"ask"}')
    assert (await heard(socket))["seconds"] == pytest.approx(180, abs=5)
    await socket.disconnect()


async def test_a_sign_of_life_begins_the_quiet_time_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "LEAST_SECONDS", 0.0)
    member = await in_thread(someone)()
    socket = line(STAY, await in_thread(classroom_of)(member))
    assert await socket.connect()
    await heard(socket)
    await change(
        lambda: ClassroomVisit.objects.filter(person=member).update(
            seen_at=now() - timedelta(minutes=2)
        )
    )
    for nonsense in ("{", "[]", '{"op":"stay"}', '{"op":["here"]}', "x" * 1000):
        await socket.send_text(nonsense)
    await socket.send_bytes(b"here")
    await socket.send_text('{"op":"here"}')
    assert (await heard(socket))["seconds"] == pytest.approx(300, abs=5)
    await socket.disconnect()


async def test_quiet_ends_the_session_and_all_its_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers.StaySocket, "look_again_seconds", 0.05)
    member = await in_thread(someone)()
    client = await in_thread(classroom_of)(member)
    one, two = line(STAY, client), line(STAY, client)
    assert await one.connect()
    assert await two.connect()
    key = client.session.session_key
    await change(
        lambda: ClassroomVisit.objects.filter(person=member).update(
            seen_at=now() - timedelta(minutes=6)
        )
    )
    assert [await closed_with(one), await closed_with(two)] == [4001, 4001]
    assert not await in_thread(sessions.still_signed_in)(str(key), member.pk)
    stay = await in_thread(ClassroomVisit.objects.get)(person=member)
    assert stay.ended_at == stay.seen_at
    await asyncio.gather(one.disconnect(), two.disconnect())


async def test_a_device_removed_closes_the_sockets_at_once() -> None:
    member = await in_thread(someone)()
    client = await in_thread(classroom_of)(member)
    socket = line(STAY, client)
    assert await socket.connect()
    await heard(socket)

    def remove() -> None:
        other = Client()
        sign_in(other, User.objects.get(role="admin"))
        device = Device.objects.get(is_classroom=True)
        assert other.post(f"/people/device/{device.pk}/forget").status_code == 303

    await change(remove)
    assert await closed_with(socket) == 4001
    await socket.disconnect()


@pytest.mark.parametrize("path", [STAY, LEAVE])
async def test_on_an_ordinary_device_these_sockets_stay_closed(path: str) -> None:
    client, member = Client(), await in_thread(someone)()
    await in_thread(sign_in)(client, member)
    assert not await line(path, client).connect()
    assert not await line(path, Client()).connect()


@pytest.mark.parametrize("path", [STAY, LEAVE])
async def test_a_page_from_elsewhere_is_refused(path: str) -> None:
    client = await in_thread(classroom_of)(await in_thread(someone)())
    socket = line(path, client)
    socket.scope["headers"][2] = (b"origin", b"http://evil.example")
    assert not await socket.connect()


async def test_without_a_stored_face_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "faces_problem", lambda: None)
    client = await in_thread(classroom_of)(await in_thread(someone)())
    assert not await line(LEAVE, client).connect()


NOBODY, THEIRS, ANOTHER, UNCLEAR = (
    ("no_face", None), (None, True), (None, False), ("too_dark", None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("frames", "verdict"),
    [
        ([NOBODY] * 3, "gone"),
        ([("turned_away", None)] * 3, "gone"),
        ([NOBODY] * 2, None),
        ([ANOTHER] * 3, "gone"),
        ([NOBODY, ANOTHER, NOBODY], "gone"),
        ([NOBODY, NOBODY, THEIRS], "here"),
        ([THEIRS, ANOTHER, ANOTHER], "here"),
        ([THEIRS], None),
        ([UNCLEAR] * (MOST_FRAMES - 1), None),
        ([UNCLEAR] * MOST_FRAMES, "here"),
        ([("two_faces", None)] * MOST_FRAMES, "here"),
        ([UNCLEAR, NOBODY] * 3, "gone"),
    ],
)
def test_the_look_after_the_key(
    frames: list[tuple[str | None, bool | None]], verdict: str | None
) -> None:
    state = Absence()
    for number, (problem, is_theirs) in enumerate(frames):
        state = look(state, problem, is_theirs, 10 + 0.2 * number)
    assert state.verdict == verdict
    assert 0 <= state.progress <= 1


def test_until_it_decides_the_page_learns_nothing_of_whose_face_it_is() -> None:
    def heard(*shown: tuple[str | None, bool | None]) -> list[tuple[float, str | None]]:
        state, said = Absence(), []
        for number, (problem, is_theirs) in enumerate(shown):
            state = look(state, problem, is_theirs, 10 + 0.2 * number)
            said.append((state.progress, state.verdict))
        return said

    assert heard(THEIRS, THEIRS) == heard(ANOTHER, ANOTHER) == heard(NOBODY, NOBODY)
    unclear = [UNCLEAR] * (MOST_FRAMES - 1)
    assert heard(THEIRS, *unclear) == heard(ANOTHER, *unclear)


def test_three_pictures_of_one_blink_decide_nothing() -> None:
    state = Absence()
    for number in range(3):
        state = look(state, "no_face", None, 10 + 0.1 * number)
    assert state.verdict is None


@pytest.mark.models
@pytest.mark.parametrize(
    ("picture", "ending"), [("obama2", "still_here"), ("biden", "done"), ("wall", "done")]
)
async def test_who_has_gone_is_signed_out_and_who_is_there_presses_again(
    picture: str, ending: str, settings: Any
) -> None:
    from tests.portraits import portraits

    # Portraits that lie years apart: harder than one person before one camera.
    settings.FACE_FMR, settings.FACE_FPIR = 1e-3, 1e-2
    member = await in_thread(someone)("barack")
    client = await in_thread(classroom_of)(member)
    files = portraits()
    await enrol(member, [files["obama"], files["obama3"]])
    wall = jpeg(Image.new("RGB", (400, 400), "grey"))
    shown = wall if picture == "wall" else as_camera_frame(files[picture])
    socket = line(LEAVE, client)
    assert await socket.connect()
    said = await heard(socket)
    while said["t"] == "guide":
        await socket.send_bytes(shown)
        await asyncio.sleep(0.15)  # a camera's pace: the look counts time, not only pictures
        said = json.loads(await socket.receive_text(timeout=20))
    assert ending in {said["t"], said.get("code")}, said
    assert not {"distance", "score"} & set(said)
    await closed_with(socket)
    signed_in = await in_thread(sessions.still_signed_in)(
        str(client.session.session_key), member.pk
    )
    assert signed_in == (ending == "still_here")
    await socket.disconnect()


async def enrol(person: User, files: list[Path]) -> None:
    """Store the face that the portraits show, as the camera would have seen it."""
    seen = [await observe(as_camera_frame(file), "both") for file in files]
    embeddings = [one.embedding for one in seen if one.embedding is not None]
    assert len(embeddings) == len(files)
    await in_thread(store.store_face)(
        person, embeddings * 4, consent_at=now(), origin=Origin("192.0.2.1", "test")
    )


def jpeg(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG")
    return stream.getvalue()
