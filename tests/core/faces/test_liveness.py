"""The course of a liveness check with made-up heads: who passes, and what ends it for others."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from lookin.core.faces.liveness import (
    STEPS,
    Challenge,
    Limits,
    Liveness,
    draw_challenge,
    is_replay,
    steps_of,
    stream_print,
)
from lookin.core.faces.liveness.challenge import SIDES
from lookin.core.faces.words import SENTENCES
from tests.core.faces.acting import ANY_HEAD, WHOLE, Head, Stage, part_of


def staged(*steps: str, spares: tuple[str, ...] = ("left", "right"), **values: object) -> Stage:
    challenge = Challenge(steps, spares, pauses=(0.2,), holds=(0.15,))
    return Stage(Liveness(challenge, ANY_HEAD), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(60))
def test_whoever_does_what_is_asked_is_living(seed: int) -> None:
    stage = Stage(Liveness(draw_challenge(Random(seed), steps=4), ANY_HEAD))
    assert stage.obey().verdict == "live"
    assert stage.state.progress == 1
    assert len(stage.state.probes) >= 4
    assert stage.at - 100 < 7


def test_every_challenge_asks_for_a_turn_to_a_side_and_nothing_twice_in_a_row() -> None:
    drawn = [draw_challenge(Random(seed), steps=2) for seed in range(2000)]
    assert {step for one in drawn for step in one.steps} == set(STEPS)
    for one in drawn:
        assert set(one.steps) & set(SIDES)
        assert one.steps[0] != one.steps[1]
        assert one.steps.count("closer") <= 1  # whoever came closer is there already
    assert len({one.steps for one in drawn}) == 22


def test_a_challenge_leaves_out_what_a_person_cannot_do() -> None:
    for seed in range(200):
        challenge = draw_challenge(Random(seed), steps=3, without=frozenset({"left", "nod"}))
        assert not {"left", "nod"} & {*challenge.steps, *challenge.spares}


@pytest.mark.parametrize(
    "without", [{"left", "right"}, {"left", "up", "nod", "tilt_left", "tilt_right"}]
)
def test_a_challenge_that_could_be_foreseen_is_not_drawn(without: set[str]) -> None:
    with pytest.raises(ValueError, match="too few"):
        draw_challenge(Random(1), steps=2, without=frozenset(without))


def test_what_was_asked_lately_is_not_asked_again_while_half_remains() -> None:
    every = sorted({draw_challenge(Random(seed), steps=2).steps for seed in range(500)})
    for seed in range(200):
        assert draw_challenge(Random(seed), steps=2, seen=every[:11]).steps not in every[:11]
    again = {draw_challenge(Random(seed), steps=2, seen=every).steps for seed in range(500)}
    assert again == set(every[11:])


def test_nobody_is_told_a_movement_before_looking_straight() -> None:
    stage = staged("left")
    assert stage.state.step == "look"
    for _ in range(10):
        stage.show(stage.head.seen(yaw=20.0))
    assert stage.state.step == "look"
    assert stage.words[-1] == "turned_away"


def test_a_face_that_does_not_move_is_refused_in_time() -> None:
    stage = staged("left")
    stage.until("left")
    for _ in range(80):
        stage.show(stage.head.seen())
    assert stage.state.verdict == "slow"


def test_a_small_turn_such_as_a_tilted_print_shows_is_not_enough() -> None:
    stage = staged("left")
    stage.until("left")
    for _ in range(80):
        stage.show(stage.head.seen(yaw=12.0))
    assert stage.state.verdict == "slow"


def test_one_wrong_movement_costs_two_others_and_a_second_one_ends_it() -> None:
    stage = staged("left", "up", spares=("right", "left"))
    stage.until("left")
    stage.show(stage.head.seen(**part_of("right", 0.5)))
    stage.show(stage.head.seen(**WHOLE["right"]))
    assert stage.state.verdict is None
    assert stage.state.challenge.steps == ("right", "left", "up")
    stage.show(stage.head.seen(**part_of("right", 0.5)))
    stage.until("right")
    stage.show(stage.head.seen(**part_of("left", 0.5)))
    stage.show(stage.head.seen(**WHOLE["left"]))
    assert stage.state.verdict == "other_movement"


def test_who_turns_sooner_than_anybody_hears_of_it_is_not_following() -> None:
    stage = staged("left", spares=())
    stage.until("left")
    stage.show(stage.head.seen(**part_of("left", 0.5)))
    stage.show(stage.head.seen(**WHOLE["left"]))
    assert stage.state.verdict == "early"


def test_who_moves_after_a_mistake_before_it_is_asked_is_not_following() -> None:
    stage = staged("left", spares=("left", "right"))
    stage.until("left")
    stage.show(stage.head.seen(**part_of("right", 0.5)))
    stage.show(stage.head.seen(**WHOLE["right"]))
    assert stage.state.step == "centre"
    stage.show(stage.head.seen(**part_of("right", 0.4)))
    stage.show(stage.head.seen())
    stage.show(stage.head.seen(yaw=25.0))
    assert stage.state.verdict == "early"


def test_nobody_has_to_go_back_between_two_movements() -> None:
    stage = staged("left", "up")
    stage.until("left")
    stage.hear()
    stage.show(stage.head.seen(**part_of("left", 0.5)))
    for _ in range(5):
        stage.show(stage.head.seen(**WHOLE["left"]))
    assert stage.state.step == "up"


def test_a_movement_ends_it_at_its_height_once_we_saw_who_moves() -> None:
    stage = staged("left", "up", "tilt_left")
    assert stage.obey().verdict == "live"
    assert stage.state.samples[-1].roll == WHOLE["tilt_left"]["roll"]
    assert len(stage.state.probes) >= 4


def test_a_head_that_still_looks_aside_has_not_lifted_its_chin() -> None:
    stage = staged("left", "up", spares=())
    stage.until("left")
    stage.hear()
    stage.show(stage.head.seen(**part_of("left", 0.5)))
    while stage.state.step == "left":
        stage.show(stage.head.seen(**WHOLE["left"]))
    for _ in range(50):
        stage.show(stage.head.seen(**(WHOLE["left"] | WHOLE["up"])))
    assert stage.state.verdict == "slow"


def test_the_other_side_is_a_mistake_also_on_the_way_from_one() -> None:
    stage = staged("left", "up", spares=())
    stage.until("left")
    stage.hear()
    stage.show(stage.head.seen(**part_of("left", 0.5)))
    while stage.state.step == "left":
        stage.show(stage.head.seen(**WHOLE["left"]))
    stage.hear(**WHOLE["left"])
    stage.show(stage.head.seen())
    stage.show(stage.head.seen(**part_of("right", 0.8)))
    assert stage.state.verdict == "other_movement"


def test_a_single_movement_is_followed_by_a_straight_look() -> None:
    stage = staged("left")
    stage.until("left")
    stage.hear()
    stage.show(stage.head.seen(**part_of("left", 0.5)))
    for _ in range(5):
        stage.show(stage.head.seen(**WHOLE["left"]))
    assert (stage.state.step, stage.state.verdict) == ("centre", None)
    stage.until("")
    assert stage.state.verdict == "live"


def test_another_person_in_the_middle_ends_it() -> None:
    stage = staged("left")
    stage.until("left")
    stage.show(Head(seed=2).seen(**part_of("left", 0.5)))
    assert stage.state.verdict == "another_face"


def test_a_turn_by_somebody_who_is_not_looked_at_does_not_count() -> None:
    stage = staged("left")
    stage.until("left")
    stage.hear()
    for _ in range(20):
        stage.show(stage.head.seen(yaw=32.0, track=None, embedding=None))
    assert stage.state.step == "left"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [({"yaw": 50.0}, "jump"), ({"box": (0.9, 0.9, 0.4, 0.4)}, "jump"), ({"size": 150.0}, "jump")],
)
def test_a_cut_in_the_stream_ends_it(change: dict[str, float], verdict: str) -> None:
    stage = staged("closer", "left")
    stage.until("closer")
    stage.show(stage.head.seen(**change))
    assert stage.state.verdict == verdict


def test_a_face_that_leaves_for_long_ends_it_and_a_moment_does_not() -> None:
    stage = staged("left")
    stage.until("left")
    stage.show(stage.head.seen(problem="no_face", box=None))
    assert stage.state.verdict is None
    for _ in range(9):
        stage.show(stage.head.seen(problem="two_faces"))
    assert stage.state.verdict == "gap"


def test_a_frozen_stream_is_noticed() -> None:
    stage = staged("left")
    picture = stage.head.seen()
    for _ in range(20):
        stage.show(picture)
    assert stage.state.verdict == "frozen"


def test_a_looping_stream_is_noticed() -> None:
    stage = staged("left")
    pictures = [stage.head.seen() for _ in range(6)]
    for number in range(30):
        stage.show(pictures[number % 6])
    assert stage.state.verdict == "loop"


def test_a_recording_that_is_played_to_and_fro_with_other_noise_is_noticed() -> None:
    stage = staged("left")
    pictures = [stage.head.seen() for _ in range(8)]
    noise = np.random.default_rng(2)
    for number in range(24):
        turn = number % 14
        seen = pictures[min(turn, 14 - turn)]
        assert seen.traits is not None
        sums = seen.traits.sums + noise.normal(0, 12, 16).astype(np.float32)
        stage.show(replace(seen, traits=replace(seen.traits, sums=sums)))
    assert stage.state.verdict == "cut_together"


def test_a_camera_slower_than_the_page_is_not_frozen() -> None:
    stage = staged("left")
    for _ in range(8):
        picture = stage.head.seen()
        stage.show(picture, after=0.05)
        stage.show(picture, after=0.05)
        stage.show(picture, after=0.05)
    assert stage.state.verdict is None
    assert stage.state.step == "left"


def test_a_refused_state_stays_refused() -> None:
    stage = staged("left")
    stage.until("left")
    stage.show(Head(seed=2).seen())
    assert stage.obey().verdict == "another_face"


def test_words_are_ones_that_have_a_sentence() -> None:
    stage = staged("left", "up")
    stage.show(stage.head.seen(problem="too_dark", embedding=None, track=None))
    stage.show(stage.head.seen(problem="no_face", box=None))
    stage.obey()
    assert {word for word in stage.words if word} == {"too_dark", "no_face"}
    assert set(filter(None, stage.words)) <= SENTENCES.keys()


def test_little_is_embedded_while_the_head_moves() -> None:
    stage = staged("left", "up")
    assert stage.state.view == "plain"
    stage.until("left")
    assert stage.state.view == "none"
    stage.hear()
    stage.show(stage.head.seen(**part_of("left", 0.6)))
    assert stage.state.view == "track"
    while stage.state.step == "left":
        stage.show(stage.head.seen(**WHOLE["left"]))
    assert stage.state.view == "none"
    stage.show(stage.head.seen(**part_of("left", 0.3), embedding=None))
    assert stage.state.view in {"plain", "mirrored"}
    stage.show(stage.head.seen(**part_of("up", 0.3)))
    assert stage.state.view == "none"  # once is enough


def test_the_very_pictures_of_an_earlier_stream_are_known_again() -> None:
    first, second = (
        staged("left", "up"),
        staged("left", "up", head=Head(1, np.random.default_rng(7))),
    )
    first.obey()
    second.obey()
    assert is_replay(stream_print(second.state), [stream_print(first.state)])
    fresh = staged("left", "up", head=Head(1, np.random.default_rng(8)))
    fresh.obey()
    still = staged("left", "up")
    still.until("left")
    assert not is_replay(stream_print(fresh.state), [stream_print(still.state)])


def test_a_print_is_small_and_one_that_is_broken_is_unknown() -> None:
    stage = staged("left", "up")
    stage.obey()
    stream = stream_print(stage.state)
    assert len(stream) < 3000
    assert is_replay(stream, [stream])
    assert steps_of(stream) == ("left", "up")
    for broken in (
        b"",
        b"\x01",
        stream[:7],
        b"\xff" + stream[1:],
        stream[:-1],
        b"\x01\xff\xff\x05",
    ):
        assert not is_replay(stream, [broken])
        assert not is_replay(broken, [stream])
        assert steps_of(broken) in {(), ("left", "up")}


def flashed(*, answers: bool) -> Stage:
    """A check with three colours, at whose end the face answers them or does not."""
    colours = ("#ff5050", "#40e060", "#5070ff")
    challenge = Challenge(("left",), pauses=(0.2,), holds=(0.15,), flashes=colours)
    stage = Stage(Liveness(challenge, ANY_HEAD))
    for _ in range(200):
        step = stage.state.step
        if step == "left":
            for share in (0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0, 0.5):
                stage.show(stage.head.seen(**part_of("left", share)))
        elif stage.state.verdict:
            break
        else:
            seen = stage.head.seen()
            if step.startswith("flash:") and answers:
                channel = colours.index(step.removeprefix("flash:"))
                seen.traits.face[:] += np.eye(3, dtype=np.float32)[channel] * 0.05  # type: ignore[union-attr]
            stage.show(seen)
    return stage


def test_a_face_that_takes_on_the_colours_passes_and_one_that_does_not_is_refused() -> None:
    assert flashed(answers=True).state.verdict == "live"
    assert flashed(answers=False).state.verdict == "flash"


def test_limits_are_arguments() -> None:
    challenge = Challenge(("left",), pauses=(0.2,), holds=(0.15,))
    stage = Stage(Liveness(challenge, Limits(solidity=1e9)))
    stage.until("left")
    stage.hear()
    stage.show(stage.head.seen(**part_of("left", 0.5)))
    for _ in range(60):
        stage.show(stage.head.seen(**WHOLE["left"]))
    assert stage.state.verdict == "not_solid"
