"""What happens between the first frame and the answer: turns, challenges, refusals, and faces."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from lookin.apps.accounts.faces import camera, ceremonies, consumers, liverecognition, store
from lookin.apps.accounts.models import Attempts, AuditEvent, OneTimeToken
from lookin.core.faces.liveness import STEPS
from lookin.core.faces.observation import Observation
from tests.apps.accounts.cameras import (
    ENROL,
    SIGN_IN,
    add,
    agreed,
    as_camera_frame,
    began,
    in_thread,
    look_at,
    socket,
    visitor,
)
from tests.apps.accounts.conftest import frames
from tests.apps.accounts.looking import MEMBER_FACE, enrol
from tests.apps.accounts.test_streams import stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("models_there")
async def test_who_comes_when_all_turns_are_taken_waits_and_then_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumers, "turns", ceremonies.Turns(at_once=1))
    clients = [await in_thread(visitor)(await in_thread(add)(name)) for name in ("mina", "jun")]
    first, said = await began(clients[0])
    assert said["step"] == "look"
    second, said = await began(clients[1])
    assert said["step"] == "wait"
    await first.disconnect()
    assert json.loads(await second.receive_text())["step"] == "look"
    await second.disconnect()
    third, said = await began(clients[0])  # and the turn was given back
    assert said["step"] == "look"
    await third.disconnect()


@pytest.mark.usefixtures("models_there")
async def test_who_goes_away_while_waiting_takes_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "turns", ceremonies.Turns(at_once=1))
    client = await in_thread(visitor)(await in_thread(add)("mina"))
    first, _ = await began(client)
    waiting, said = await began(client)
    assert said["step"] == "wait"
    await waiting.disconnect()
    await first.disconnect()
    third, said = await began(client)
    assert said["step"] == "look"
    await third.disconnect()


class Acted:
    """A camera before which somebody acts: what each frame shows is said, not looked at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *frames: Observation) -> None:
        self.frames = iter(frames)
        monkeypatch.setattr(camera, "observe", self.observe)

    async def observe(self, picture: bytes, view: str, *, patient: bool) -> Observation:
        return next(self.frames)


class Scripted:
    """A course whose states are given, since a real one is drawn by lot."""

    probes: ClassVar[list[Any]] = []
    view, progress, stream = "none", 0.5, b""

    def __init__(self, *states: tuple[str, str, bool]) -> None:
        self.states = states
        self.step, self.refusal, self.is_over = states[0]
        self.has_asked = self.step not in {"look", "centre"}

    def look(self, seen: Observation, at: float) -> tuple[Scripted, str | None]:
        return Scripted(*self.states[1:]), None


@pytest.fixture
def challenged(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the next sign-ins take a course of the given states (step, refusal, is over)."""

    def begin(*states: tuple[str, str, bool]) -> None:
        monkeypatch.setattr(liverecognition, "begin", lambda **_: Scripted(*states))
        Acted(monkeypatch, *[Observation("no_face")] * 50)

    return begin


def counts() -> dict[str, int]:
    return {row.rule: row.count for row in Attempts.objects.filter(count__gt=0)}


@pytest.mark.usefixtures("models_there")
@pytest.mark.parametrize("reason", ["gap", "frozen", "other_movement"])
async def test_every_refusal_of_liveness_says_one_sentence_counts_and_is_written_down(
    challenged: Callable[..., None], reason: str
) -> None:
    challenged(("look", "", False), ("left", "", False), ("left", reason, True))
    client = await in_thread(visitor)(await in_thread(add)("mina"))
    line, _ = await began(client, name="mina")
    await line.send_bytes(b"frame")
    assert json.loads(await line.receive_text())["step"] == "left"
    await line.send_bytes(b"frame")
    said = json.loads(await line.receive_text())
    assert (said["code"], reason in json.dumps(said)) == ("not_recognised", False)
    await line.disconnect()
    assert await in_thread(counts)() == {"device-faces": 1, "face": 1}
    details = AuditEvent.objects.filter(event="sign_in_failed").values_list("detail", flat=True)
    assert await in_thread(list)(details) == [f"face: {reason}"]


@pytest.mark.usefixtures("models_there")
async def test_who_saw_the_challenge_and_left_is_counted_and_who_saw_none_is_not(
    challenged: Callable[..., None],
) -> None:
    challenged(("look", "", False), ("left", "", False))
    client = await in_thread(visitor)(await in_thread(add)("mina"))
    line, _ = await began(client)
    await line.disconnect()
    assert await in_thread(counts)() == {}
    line, _ = await began(client)
    await line.send_bytes(b"frame")
    await line.receive_text()
    await line.disconnect()
    assert await in_thread(counts)() == {"abandoned-looks": 1}


@pytest.mark.usefixtures("models_there")
async def test_frames_sent_before_the_answer_are_each_answered_and_counted(
    challenged: Callable[..., None],
) -> None:
    challenged(*[("look", "", False)] * 9)
    line, said = await began(await in_thread(visitor)(await in_thread(add)("mina")))
    assert said["n"] == 0
    for _ in range(3):
        await line.send_bytes(b"frame")
    answers = [json.loads(await line.receive_text()) for _ in range(3)]
    assert [answer["n"] for answer in answers] == [1, 2, 3]
    assert all(isinstance(answer["ms"], int) for answer in answers)
    await line.disconnect()


@pytest.mark.usefixtures("models_there")
async def test_pictures_that_come_after_the_answer_make_no_second_one(
    challenged: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    challenged(("centre", "", False), *[("centre", "", True)] * 3)
    monkeypatch.setattr(Scripted, "probes", frames(MEMBER_FACE))
    member = await in_thread(add)("mina")
    await in_thread(enrol)(member, MEMBER_FACE)
    line, _ = await began(await in_thread(visitor)(member))
    for _ in range(3):
        await line.send_bytes(b"frame")
    assert json.loads(await line.receive_text())["t"] == "matched"
    assert (await line.receive_output(5))["type"] == "websocket.close"
    assert await line.receive_nothing(timeout=0.2)
    await line.disconnect()
    assert await in_thread(OneTimeToken.objects.filter(purpose="face").count)() == 1


@pytest.mark.usefixtures("models_there")
async def test_a_stream_that_is_shown_again_signs_nobody_in(
    challenged: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scripted, "probes", frames(MEMBER_FACE))
    monkeypatch.setattr(Scripted, "stream", stream(1))
    member = await in_thread(add)("mina")
    await in_thread(enrol)(member, MEMBER_FACE)
    client = await in_thread(visitor)(member)
    answers = []
    for _ in range(2):
        challenged(("centre", "", False), ("centre", "", True))
        line, _ = await began(client)
        await line.send_bytes(b"frame")
        answers.append(json.loads(await line.receive_text()))
        await line.disconnect()
    assert [answer["t"] for answer in answers] == ["matched", "refused"]
    assert answers[1]["code"] == "not_recognised"


@pytest.mark.usefixtures("models_there")
async def test_nobody_pays_for_the_slowness_of_the_server(
    challenged: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    challenged(*[("look", "", False)] * 9)
    clock, times = [100.0], []

    async def observe(picture: bytes, view: str, *, patient: bool) -> Observation:
        clock[0] += 1.2 if len(times) == 1 else 0.02
        return Observation("no_face")

    def look(course: Scripted, seen: Observation, at: float) -> tuple[Scripted, str | None]:
        times.append(at)
        return course, None

    line, _ = await began(await in_thread(visitor)(await in_thread(add)("mina")))
    monkeypatch.setattr(camera, "observe", observe)
    monkeypatch.setattr(camera, "monotonic", lambda: clock[0])
    monkeypatch.setattr(Scripted, "look", look)
    for _ in range(4):
        await line.send_bytes(b"frame")
        await line.receive_text()
    await line.disconnect()
    assert [round(b - a, 2) for a, b in pairwise(times)] == [0.02, camera.QUICK_SECONDS, 0.02]


@pytest.mark.usefixtures("models_there")
@pytest.mark.parametrize("flash", [1, "no", None])
async def test_a_choice_about_the_flash_that_is_none_ends_the_conversation(flash: Any) -> None:
    client = await in_thread(visitor)(await in_thread(add)("mina"))
    line, said = await began(client, name="", flash=flash)
    assert said["code"] == "not_understood"
    await line.disconnect()


@pytest.mark.models
@pytest.mark.parametrize("shake", [0, 3], ids=["on a stand", "in a hand"])
async def test_a_still_picture_of_the_right_face_never_gets_in_where_liveness_is_asked(
    shake: int,
) -> None:
    from tests.portraits import portraits

    file = portraits()["obama"]
    member = await in_thread(add)("barack")
    enrolling = socket(ENROL, await in_thread(agreed)(member))
    await enrolling.connect()
    ended = await look_at(enrolling, {"centre": as_camera_frame(file)}, {"done", "refused"})
    assert ended["t"] == "done"
    await enrolling.disconnect()
    pictures = itertools.cycle([as_camera_frame(file, shake * n) for n in (0, 1, 3, 2, 4)])
    line, said = await began(await in_thread(visitor)(member), name="barack")
    asked = []
    while said["t"] == "guide":
        asked.append(said["step"])
        await asyncio.sleep(0.08)
        await line.send_bytes(next(pictures))
        said = json.loads(await line.receive_text(timeout=20))
    assert (said["t"], said["code"]) == ("refused", "not_recognised")
    assert set(asked) <= {"look", "centre", *STEPS}
    await line.disconnect()


@pytest.mark.models
async def test_the_right_face_gets_in_and_another_does_not(settings: Any) -> None:
    from tests.portraits import portraits

    settings.FACE_LIVENESS = False  # a portrait is not alive; this is about whose face it is
    # Portraits that lie years apart: harder than one person before one camera.
    settings.FACE_FMR, settings.FACE_FPIR = 1e-3, 1e-2

    pictures = {name: as_camera_frame(path) for name, path in portraits().items()}
    member = await in_thread(add)("barack")
    enrolling = socket(ENROL, await in_thread(agreed)(member))
    await enrolling.connect()
    looks = {"centre": pictures["obama"], "up": pictures["obama3"]}
    ended = await look_at(enrolling, looks, {"done", "refused"})
    assert ended == {"t": "done", "alike": False}
    await enrolling.disconnect()
    assert await in_thread(store.face_of)(member)

    client = await in_thread(visitor)(member)
    for name in ("barack", ""):
        for portrait, expected in (("obama2", "matched"), ("biden", "refused")):
            line = socket(SIGN_IN, client)
            await line.connect()
            await line.send_text(json.dumps({"op": "begin", "name": name}))
            ended = await look_at(line, {"look": pictures[portrait]}, {"matched", "refused"})
            await line.disconnect()
            assert ended["t"] == expected, (name, portrait, ended)
            assert not {"distance", "score", "threshold"} & set(ended)
            if expected == "matched":
                answer = await in_thread(client.post)("/login/face", {"ticket": ended["ticket"]})
                assert answer.status_code == 303
                client = await in_thread(visitor)(member)
            else:
                assert ended["code"] == "not_recognised"


@pytest.mark.usefixtures("models_there")
async def test_an_error_of_ours_gives_the_place_and_the_turn_back_and_counts_the_challenge(
    challenged: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever finds a frame that we choke on closes face sign-in for everybody."""
    monkeypatch.setattr(consumers, "turns", ceremonies.Turns(at_once=1))
    challenged(("look", "", False), ("left", "", False))
    client = await in_thread(visitor)(await in_thread(add)("mina"))
    line, _ = await began(client)
    await line.send_bytes(b"frame")
    await line.receive_text()
    monkeypatch.setattr(camera, "observe", None)
    await line.send_bytes(b"frame")
    with pytest.raises(TypeError):
        await line.wait(5)
    assert (ceremonies.places._running.total(), consumers.turns.must_wait) == (0, False)
    assert await in_thread(counts)() == {"abandoned-looks": 1}


@pytest.mark.usefixtures("models_there")
async def test_a_picture_before_the_first_words_is_not_even_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(camera, "observe", None)
    line = socket(SIGN_IN, await in_thread(visitor)(await in_thread(add)("mina")))
    assert await line.connect()
    await line.send_bytes(b"frame")
    assert json.loads(await line.receive_text())["code"] == "not_understood"
    await line.disconnect()
