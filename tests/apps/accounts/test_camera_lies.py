"""What people try with a camera's socket: many at once, and a face without consent."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from lookin.apps.accounts.faces import enrolment, store
from lookin.apps.accounts.models import AuditEvent, User
from lookin.core.faces.observation import Observation
from tests.apps.accounts.cameras import (
    ENROL,
    SIGN_IN,
    add,
    agreed,
    began,
    in_thread,
    socket,
    visitor,
)
from tests.apps.accounts.conftest import frames
from tests.apps.accounts.line import Line
from tests.apps.accounts.looking import MEMBER_FACE, TEACHER_FACE, enrol
from tests.apps.accounts.test_looking import Acted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("models_there")
async def test_one_person_with_many_devices_leaves_places_to_others() -> None:
    member, other = await in_thread(add)("mina"), await in_thread(add)("jun")
    lines = [socket(SIGN_IN, await in_thread(visitor)(member)) for _ in range(4)]
    answers = []
    for line in lines:
        assert await line.connect()
        answers.append(await line.receive_nothing(timeout=0.1))
    assert answers == [True, True, False, False]  # the last two hear why not
    assert json.loads(await lines[2].receive_text())["code"] == "faces_busy"
    line, said = await began(await in_thread(visitor)(other))
    assert said["step"] == "look"
    for each in (*lines, line):
        await each.disconnect()


async def enrolling(monkeypatch: pytest.MonkeyPatch, client: Client) -> Line:
    """A camera before which all is done that an enrolment asks for but the last frame."""
    yaws = [0, 0, 0, 0, 25, 25, -25, -25, 0, 0]
    pitches = [0] * 8 + [18] * 2
    shown = [
        Observation(None, yaw=yaw, pitch=pitch, embedding=embedding)
        for yaw, pitch, embedding in zip(yaws, pitches, frames(MEMBER_FACE, 10), strict=True)
    ]
    Acted(monkeypatch, *shown)
    monkeypatch.setattr(enrolment, "APART_SECONDS", 0)
    line = socket(ENROL, client)
    assert await line.connect()
    for _ in range(9):
        await line.receive_text()
        await line.send_bytes(b"frame")
    said = json.loads(await line.receive_text())
    assert (said["step"], said["progress"]) == ("up", 0.9)
    return line


@pytest.mark.usefixtures("models_there")
@pytest.mark.parametrize("how", ["taken back", "used up", "signed out elsewhere"])
async def test_a_face_is_kept_only_on_a_consent_that_still_holds(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = await in_thread(add)("mina")
    client = await in_thread(agreed)(member)
    line = await enrolling(monkeypatch, client)
    if how == "taken back":
        await in_thread(client.post)("/account/face/forget")
    elif how == "used up":
        await in_thread(enrol)(member, TEACHER_FACE)
    else:
        await in_thread(User.objects.filter(pk=member.pk).update)(sessions_epoch=7)
    await line.send_bytes(b"frame")
    assert json.loads(await line.receive_text())["code"] == "no_consent"
    await line.disconnect()
    kept = await in_thread(AuditEvent.objects.filter(event="face_enrolled").count)()
    assert kept == (1 if how == "used up" else 0)


@pytest.mark.usefixtures("models_there")
async def test_a_consent_that_holds_keeps_the_face(monkeypatch: pytest.MonkeyPatch) -> None:
    member = await in_thread(add)("mina")
    line = await enrolling(monkeypatch, await in_thread(agreed)(member))
    await line.send_bytes(b"frame")
    assert json.loads(await line.receive_text())["t"] == "done"
    await line.disconnect()
    assert await in_thread(store.face_of)(member)
