"""The course of enrolment and of face sign-in, frame by frame. No pictures, no database."""

from __future__ import annotations

import numpy as np
import pytest

from lookin.apps.accounts.faces import ceremonies, enrolment, recognition
from lookin.core.faces.observation import Observation
from lookin.core.lib.errors import LookinError

NUMBERS = np.ones(128, dtype=np.float32)


def seen(yaw: float = 0, pitch: float = 0) -> Observation:
    problem = "turned_away" if abs(yaw) > 15 or abs(pitch) > 15 else None
    return Observation(problem, yaw=yaw, pitch=pitch, embedding=NUMBERS)


def shown(state: enrolment.Enrolment, frame: Observation, times: int) -> enrolment.Enrolment:
    for number in range(times):
        start = 0.0 if state.last_at == float("-inf") else state.last_at
        state, _ = enrolment.look(state, frame, start + 1 + number)
    return state


def test_enrolment_asks_for_one_pose_after_the_other() -> None:
    state = enrolment.Enrolment()
    asked = []
    for frame in (seen(), seen(yaw=25), seen(yaw=-25), seen(pitch=18)):
        asked.append(state.step)
        state = shown(state, frame, 4)
    assert asked == ["centre", "left", "right", "up"]
    assert state.step is None
    assert state.progress == 1
    assert len(state.embeddings) == 10


def test_a_pose_that_was_not_asked_for_is_not_kept() -> None:
    state = shown(enrolment.Enrolment(), seen(yaw=25), 5)
    assert (state.step, state.progress) == ("centre", 0)


def test_frames_too_close_in_time_are_not_kept() -> None:
    state = enrolment.Enrolment()
    for tenth in range(4):
        state, _ = enrolment.look(state, seen(), tenth / 20)
    assert len(state.embeddings) == 1


def test_who_cannot_turn_the_head_looks_straight_ahead_for_longer() -> None:
    state = shown(enrolment.Enrolment(), seen(), 4)
    for _ in range(20):
        if state.step is None:
            break
        state = enrolment.skip(state) if state.step != "centre" else shown(state, seen(), 1)
    assert state.step is None
    assert len(state.embeddings) == 10


def test_looking_straight_ahead_cannot_be_skipped() -> None:
    state = enrolment.Enrolment()
    assert enrolment.skip(state) == state


@pytest.mark.parametrize("problem", ["no_face", "two_faces", "too_dark", "blurred"])
def test_a_bad_picture_is_named_and_not_kept(problem: str) -> None:
    bad = Observation(problem)
    enrolled, said = enrolment.look(enrolment.Enrolment(), bad, 1)
    recognised, word = recognition.look(recognition.Recognition(), bad, 1)
    assert (said, word) == (problem, problem)
    assert (enrolled.progress, recognised.progress) == (0, 0)


def test_sign_in_wants_four_good_frames_apart_in_time() -> None:
    state = recognition.Recognition()
    views = []
    for step in range(1, 8):
        assert not state.is_ready
        views.append(state.view)
        state, _ = recognition.look(state, seen(), step * 0.06)
    assert state.is_ready
    # A frame that comes too soon is not kept, and its side is looked at again.
    assert views == ["plain", *["mirrored"] * 2, *["plain"] * 2, *["mirrored"] * 2]
    turned, word = recognition.look(recognition.Recognition(), seen(yaw=30), 1)
    assert (turned.progress, word) == (0, "turned_away")


def test_a_process_holds_a_bounded_number_of_conversations() -> None:
    places = ceremonies.Places()
    for number in range(ceremonies.AT_ONCE):
        places.take(f"device {number}")
    with pytest.raises(LookinError):
        places.take("one more")
    places.leave("device 0")
    places.take("one more")
    with pytest.raises(LookinError):
        places.take("one more")


def test_a_budget_of_frames_runs_out() -> None:
    budget = ceremonies.Budget.begin(seconds=60, frames=2)
    budget.spend(10)
    budget.spend(10)
    with pytest.raises(LookinError) as caught:
        budget.spend(10)
    assert caught.value.code == "face_timeout"
