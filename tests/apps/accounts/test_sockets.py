"""The camera's two sockets: who may open them, their bounds, and how they end with a session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lookin.apps.accounts import services
from lookin.apps.accounts.audit import Origin
from lookin.apps.accounts.faces import ceremonies, consumers, engine
from lookin.apps.accounts.models import User
from lookin.apps.accounts.sessions import CONFIRMED_AT
from lookin.apps.accounts.sockets import SignedInSocket
from tests.apps.accounts.cameras import ENROL, SIGN_IN, add, agreed, in_thread, socket, visitor
from tests.apps.accounts.conftest import PASSWORD, sign_in
from tests.apps.accounts.line import Line

pytestmark = pytest.mark.django_db(transaction=True)


async def accepted(line: Line) -> bool:
    """Whether the handshake was accepted; the socket is closed again."""
    connected = await line.connect()
    await line.disconnect()
    return connected


async def closed_with(line: Line) -> int:
    """The close code that the server sends within five seconds."""
    while True:
        said = await line.receive_output(timeout=5)
        if said["type"] == "websocket.close":
            return int(said["code"])


@pytest.mark.usefixtures("models_there")
async def test_the_face_window_opens_only_for_devices_that_somebody_trusts() -> None:
    member = await in_thread(add)("mina")
    client = await in_thread(visitor)(member)
    assert await accepted(socket(SIGN_IN, client))
    assert not await accepted(socket(SIGN_IN, Client()))
    del client.cookies["lookin_device"]
    assert not await accepted(socket(SIGN_IN, client))


@pytest.mark.usefixtures("models_there")
async def test_a_browser_that_never_saw_the_sign_in_page_is_refused() -> None:
    client = await in_thread(visitor)(await in_thread(add)("mina"))
    del client.cookies["sessionid"]
    assert not await accepted(socket(SIGN_IN, client))


@pytest.mark.usefixtures("models_there")
@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://localhost:81"])
async def test_a_page_from_elsewhere_is_refused(origin: str | None) -> None:
    client = await in_thread(visitor)(await in_thread(add)("mina"))
    assert not await accepted(socket(SIGN_IN, client, origin))
    client = await in_thread(agreed)(await in_thread(add)("jun"))
    assert not await accepted(socket(ENROL, client, origin))


@pytest.mark.usefixtures("models_there")
async def test_enrolment_asks_for_person_consent_and_a_fresh_password() -> None:
    member, admin = await in_thread(add)("mina"), await in_thread(add)("operator", "admin")
    client = await in_thread(agreed)(member)
    assert await accepted(socket(ENROL, client))
    assert not await accepted(socket(ENROL, Client()))
    assert await accepted(socket(ENROL, await in_thread(agreed)(admin)))

    no_consent = Client()
    await in_thread(sign_in)(no_consent, member)
    assert not await accepted(socket(ENROL, no_consent))

    def grow_old() -> None:
        session = client.session
        session[CONFIRMED_AT] -= 601
        session.save()

    await in_thread(grow_old)()
    assert not await accepted(socket(ENROL, client))


@pytest.mark.parametrize("path", [SIGN_IN, ENROL])
async def test_without_models_the_window_stays_closed(
    path: str, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.MODELS_DIR = tmp_path
    monkeypatch.setattr(engine, "_checked", (float("-inf"), None))
    member = await in_thread(add)("mina")
    client = await in_thread(visitor if path == SIGN_IN else agreed)(member)
    assert not await accepted(socket(path, client))
    page = await in_thread(Client().get)("/login")
    assert "not set up on this server" in page.content.decode()
    monkeypatch.setattr(engine, "_checked", (float("-inf"), None))


@pytest.mark.usefixtures("models_there")
@pytest.mark.parametrize("end", ["logout", "end others", "deactivate", "password"])
async def test_the_end_of_a_session_closes_its_sockets(end: str) -> None:
    member, admin = await in_thread(add)("mina"), await in_thread(add)("operator", "admin")
    client = await in_thread(agreed)(member)
    other = Client()
    await in_thread(sign_in)(other, member)
    line = socket(ENROL, client)
    assert await line.connect()
    new = {"password": PASSWORD, "new_password": "another long sentence"}
    match end:
        case "logout":
            await in_thread(client.post)("/logout")
        case "end others":
            await in_thread(other.post)("/account/sessions/end")
        case "deactivate":
            await in_thread(services.set_active)(member, False, origin=Origin(person=admin))
        case "password":
            await in_thread(other.post)("/account/password", new)
    assert await closed_with(line) == 4001
    await line.disconnect()


@pytest.mark.usefixtures("models_there")
async def test_the_session_that_ends_the_others_keeps_its_sockets() -> None:
    client = await in_thread(agreed)(await in_thread(add)("mina"))
    line = socket(ENROL, client)
    await line.connect()
    await line.receive_output(timeout=5)  # the first guide
    await in_thread(client.post)("/account/sessions/end")
    await line.send_text(json.dumps({"op": "skip"}))
    assert json.loads(await line.receive_text())["t"] == "guide"
    await in_thread(client.post)("/logout")  # under its new key
    assert await closed_with(line) == 4001
    await line.disconnect()


@pytest.mark.usefixtures("models_there")
async def test_a_session_that_another_process_ended_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SignedInSocket, "look_again_seconds", 0.05)
    member = await in_thread(add)("mina")
    line = socket(ENROL, await in_thread(agreed)(member))
    await line.connect()
    await in_thread(User.objects.filter(pk=member.pk).update)(is_active=False)
    assert await closed_with(line) == 4001
    await line.disconnect()


@pytest.mark.usefixtures("models_there")
@pytest.mark.parametrize(
    "words",
    ["{", "[]", "null", '{"op": "begin", "name": 7}', '{"op": "x"}', "[" * 1999, "x" * 3000, ""],
)
async def test_words_that_make_no_sense_end_the_conversation(words: str) -> None:
    line = socket(SIGN_IN, await in_thread(visitor)(await in_thread(add)("mina")))
    await line.connect()
    await line.send_text(words)
    assert json.loads(await line.receive_text())["code"] == "not_understood"
    await line.disconnect()


@pytest.mark.usefixtures("models_there")
async def test_a_frame_that_is_too_large_ends_the_conversation() -> None:
    line = socket(SIGN_IN, await in_thread(visitor)(await in_thread(add)("mina")))
    await line.connect()
    await line.send_bytes(b"\xff" * (ceremonies.FRAME_BYTES + 1))
    assert json.loads(await line.receive_text())["code"] == "frame_too_large"
    await line.disconnect()


@pytest.mark.usefixtures("models_there")
async def test_one_device_holds_two_conversations_and_gives_them_back() -> None:
    client = await in_thread(visitor)(await in_thread(add)("mina"))
    lines = [socket(SIGN_IN, client) for _ in range(3)]
    for line in lines:
        assert await line.connect()
    assert json.loads(await lines[2].receive_text())["code"] == "faces_busy"
    for line in lines:
        await line.disconnect()
    again = socket(SIGN_IN, client)
    await again.connect()
    assert await again.receive_nothing(timeout=0.1)
    await again.disconnect()


@pytest.mark.usefixtures("models_there")
async def test_a_conversation_without_an_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers.SignInCamera, "seconds", 0.05)
    line = socket(SIGN_IN, await in_thread(visitor)(await in_thread(add)("mina")))
    await line.connect()
    assert json.loads(await line.receive_text())["code"] == "face_timeout"
    await line.disconnect()
