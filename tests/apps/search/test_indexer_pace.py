"""When the indexer looks at what: soon, not too often, and fairly. Pure; the clock is told."""

from __future__ import annotations

from lookin.apps.search.indexer.shares import HALF_SECONDS, STEP_SECONDS, Shares
from lookin.apps.search.indexer.sweeps import MOST_FOLDERS, PAUSE_SECONDS, Sweeps
from lookin.apps.search.indexer.waiting import (
    LONGEST_PAUSE_SECONDS,
    SETTLE_SECONDS,
    TIMES_COST,
    Waiting,
)

KEY = ("w", "a.txt")


def looks_in(seconds: float, *, cost: float, steady: bool = False) -> int:
    """How often a path that changes every 10 ms is looked at in so many seconds."""
    waiting, now, count = Waiting(), 0.0, 0
    while now < seconds:
        waiting.add(KEY, now)
        if waiting.take(now, 10):
            count += 1
            waiting.done([KEY], now + cost, cost, steady=steady)
        now += 0.01
    return count


def test_a_change_has_its_turn_at_once_and_only_once() -> None:
    waiting = Waiting()
    for step in range(5):
        waiting.add(KEY, step * SETTLE_SECONDS / 10)
    assert waiting.take(SETTLE_SECONDS * 0.9, 10) == []
    assert waiting.take(SETTLE_SECONDS, 10) == [KEY]
    assert len(waiting) == 0
    assert waiting.next() is None


def test_what_changes_all_the_time_is_looked_at_ever_more_seldom() -> None:
    assert looks_in(600, cost=0.001) <= 600 / LONGEST_PAUSE_SECONDS + 20


def test_what_people_type_is_looked_at_twice_a_second_however_long_they_type() -> None:
    assert looks_in(60, cost=0.005, steady=True) >= 100


def test_nothing_takes_more_than_a_tenth_of_the_time() -> None:
    assert looks_in(60, cost=0.5, steady=True) * 0.5 <= 60 / TIMES_COST + 0.5


def test_a_path_that_rested_is_as_good_as_new() -> None:
    waiting, now = Waiting(), 0.0
    for _ in range(2000):
        waiting.add(KEY, now)
        if waiting.take(now, 10):
            waiting.done([KEY], now, 0.001)
        now += 0.01
    waiting.take(now + 60, 10)
    waiting.add(KEY, now + 60)
    assert waiting.take(now + 60 + SETTLE_SECONDS, 10) == [KEY]


def test_the_longest_waiting_go_first_and_a_workspace_can_be_forgotten() -> None:
    waiting = Waiting()
    for number in range(5):
        waiting.add(("w", str(number)), float(number))
    waiting.add(("v", "x"), 9.0)
    assert waiting.take(20.0, 2) == [("w", "0"), ("w", "1")]
    waiting.forget("w")
    assert waiting.count("w") == 0
    assert waiting.take(20.0, 9) == [("v", "x")]


def test_folders_are_swept_before_whole_workspaces() -> None:
    sweeps = Sweeps()
    sweeps.add(("w", ""), 0.0)
    sweeps.add(("v", "made"), 0.0)
    assert sweeps.take(0.0) == ("v", "made")
    assert sweeps.take(0.0) == ("w", "")
    assert sweeps.take(0.0) is None


def test_a_dear_sweep_does_not_come_again_at_once() -> None:
    sweeps = Sweeps()
    sweeps.done(("w", ""), 100.0, 5.0)
    sweeps.add(("w", ""), 101.0)
    assert sweeps.take(140.0) is None
    assert sweeps.take(100.0 + max(PAUSE_SECONDS, 5.0 * TIMES_COST)) == ("w", "")


def test_whoever_had_least_goes_first_and_what_was_had_is_forgotten() -> None:
    shares, waiting = Shares(), Waiting()
    shares.spend("busy", 4 * STEP_SECONDS, 0.0)
    for number in range(100):
        waiting.add(("busy", str(number)), 0.0)
    waiting.add(("calm", "x"), 1.0)
    assert waiting.take(2.0, 3, lambda key: shares.rank(key[0], 2.0))[0] == ("calm", "x")
    assert shares.rank("busy", 0.0) > shares.rank("calm", 0.0)
    assert shares.rank("busy", 3 * HALF_SECONDS) == shares.rank("calm", 0.0)


def test_what_was_put_back_has_its_turn_at_once() -> None:
    waiting = Waiting()
    waiting.add(KEY, 0.0)
    taken = waiting.take(1.0, 9)
    waiting.put_back(taken, 1.0)
    assert waiting.take(1.0, 9) == taken


def test_a_workspace_is_swept_beside_others_and_too_many_folders_are_one_sweep() -> None:
    sweeps = Sweeps()
    for number in range(MOST_FOLDERS + 1):
        sweeps.add(("w", str(number)), 0.0)
    sweeps.add(("v", ""), 0.0)
    assert len(sweeps) == 2
    assert sweeps.is_ready(0.0, ["w"])
    assert sweeps.take(0.0, ["w"]) == ("v", "")
    assert not sweeps.is_ready(0.0, ["w"])
    assert sweeps.take(0.0) == ("w", "")
