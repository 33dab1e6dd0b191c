"""The course of enrolment and of face sign-in, frame by frame. No pictures, no database."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from random import Random

import numpy as np
import pytest

from lookin.apps.accounts.faces import ceremonies, engine, enrolment, liverecognition, recognition
from lookin.apps.accounts.faces.consumers import SignInCamera
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
    recognised, word = recognition.Recognition().look(bad, 1)
    assert (said, word) == (problem, problem)
    assert (enrolled.progress, recognised.progress) == (0, 0)


def test_sign_in_wants_four_good_frames_apart_in_time() -> None:
    state = recognition.Recognition()
    views = []
    for step in range(1, 8):
        assert not state.is_over
        views.append(state.view)
        state, _ = state.look(seen(), step * 0.07)
    assert state.is_over
    # A frame that comes too soon is not kept, and its side is looked at again.
    assert views == ["plain", *["mirrored"] * 2, *["plain"] * 2, *["mirrored"] * 2]
    turned, word = recognition.Recognition().look(seen(yaw=30), 1)
    assert (turned.progress, word) == (0, "turned_away")


@pytest.mark.parametrize("problem", ["no_face", "two_faces"])
def test_who_goes_away_before_the_answer_leaves_no_frame_to_the_next(problem: str) -> None:
    state, _ = recognition.Recognition().look(seen(), 1)
    state, _ = state.look(Observation("blurred"), 2)
    assert len(state.probes) == 1
    state, _ = state.look(Observation(problem), 3)
    assert len(state.probes) == 0


def test_only_a_face_in_the_pose_that_is_asked_for_costs_an_embedding() -> None:
    state, _ = enrolment.look(enrolment.Enrolment(), Observation("no_face"), 1)
    assert state.view == "none"
    for frame, view in ((seen(yaw=25), "none"), (seen(), "both"), (Observation("blurred"), "none")):
        state, _ = enrolment.look(state, frame, 2)
        assert state.view == view


def test_who_declines_the_flashes_makes_one_movement_more() -> None:
    def drawn(**choice: bool) -> tuple[int, int]:
        challenge = liverecognition.begin(**choice, random=Random(1)).liveness.challenge
        return len(challenge.steps), len(challenge.flashes)

    plain = drawn(flash=False, declined=False)
    assert drawn(flash=False, declined=True) == plain  # a page cannot ask for what is not here
    accepted, declined = drawn(flash=True, declined=False), drawn(flash=True, declined=True)
    assert accepted == (plain[0], liverecognition.FLASHES)
    assert declined == (plain[0] + 1, 0)


def test_a_challenge_counts_as_asked_from_its_first_movement_on() -> None:
    course = liverecognition.begin(flash=False, declined=False, random=Random(1))
    assert (course.step, course.has_asked, course.is_over) == ("look", False, False)
    course, word = course.look(Observation("no_face"), 1)
    assert (word, course.has_asked) == ("no_face", False)


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


async def test_who_comes_later_waits_for_a_turn_in_the_order_of_coming() -> None:
    turns = ceremonies.Turns(at_once=2)
    through: list[int] = []

    async def look_in(number: int) -> None:
        await turns.take()
        through.append(number)

    await look_in(0)
    await look_in(1)
    assert turns.must_wait
    waiting = [asyncio.create_task(look_in(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # went away while waiting
    for _ in range(2):
        turns.leave()
    await asyncio.wait_for(asyncio.gather(*waiting[1:]), 5)
    assert through == [0, 1, 3, 4]


def test_who_waits_for_a_turn_hears_that_it_is_full_before_the_time_is_over() -> None:
    assert SignInCamera.seconds > ceremonies.PATIENCE_SECONDS


async def test_nobody_waits_for_a_turn_without_end() -> None:
    turns = ceremonies.Turns(at_once=1)
    await turns.take()
    with pytest.raises(LookinError) as caught:
        await turns.take(patience=0.01)
    assert caught.value.code == "faces_busy"
    turns.leave()
    await turns.take(patience=5)


@pytest.mark.skipif(
    sys.platform != "linux", reason="skipped: threads have a niceness on Linux only"
)
def test_enrolments_step_back_behind_sign_ins() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    enrolling = engine._patient_pool.submit(niceness).result(10)
    signing_in = engine._pool.submit(niceness).result(10)
    assert signing_in == niceness()
    assert enrolling > signing_in or signing_in == 19
