"""Simulated attacks on the liveness check of face sign-in, counted by kind with 95 % intervals.

The attacks are rendered: nothing was printed or filmed. LOOKIN_ATTACK_… below say on what and how
much; without photographs the tests' three portraits show that it runs, and measure nothing.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.attacks.genuine import films, turned_photographs
from bench.attacks.kinds import (
    Ground,
    bowed,
    long_splices,
    loops,
    mask,
    prints,
    puppets,
    screens,
    splices,
    still,
)
from bench.attacks.people import half_of, photographs
from bench.attacks.tries import Tally
from bench.figures import Figure, report
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.models import prepare_models
from tests.portraits import FOLDER, portraits

# What the environment may say:
# LOOKIN_ATTACK_PHOTOS  a folder with a folder of photographs (JPEG) for each person
# LOOKIN_ATTACK_HALF    the half of the people (1): the limits were chosen on the other
# LOOKIN_ATTACK_CLIPS   a folder of films of heads (mp4; needs ffmpeg)
# LOOKIN_ATTACK_TRIES   how many of each kind (300)
# LOOKIN_ATTACK_KINDS   only these, by semicolon (all)
# LOOKIN_ATTACK_FIRST   how many tries to leave out before (0), to measure in parts
MODELS = Path(__file__).resolve().parents[1] / "var" / "models"
KINDS: dict[str, Callable[[Ground, int], Tally]] = {
    "still print": partial(prints, make=still),
    "bent print": partial(prints, make=bowed),
    "cut-out mask": partial(prints, make=mask),
    "one photograph given depth": puppets,
    "screen replay of a sign-in": partial(screens, known=True),
    "screen replay, never seen": partial(screens, known=False),
    "recordings spliced as asked": partial(splices, known=True),
    "recordings spliced, never seen": partial(splices, known=False),
    "many recordings spliced, never seen": long_splices,
    "frozen or looping stream": loops,
}
MUST_BE_NONE = {
    "still print",
    "bent print",
    "cut-out mask",
    "screen replay of a sign-in",
    "screen replay, never seen",
}


def main() -> int:
    """Try each kind, print the table and the BENCH line; 1 when one passed that must not."""
    prepare_models(MODELS, progress=print)
    engine = FaceEngine.open(MODELS, threads=1)
    tries = int(os.environ.get("LOOKIN_ATTACK_TRIES", "300"))
    kinds = os.environ.get("LOOKIN_ATTACK_KINDS", ";".join(KINDS)).split(";")
    first = int(os.environ.get("LOOKIN_ATTACK_FIRST", "0"))
    ground = Ground(engine, partial(photographs, engine, _folder(), half=_half()), first)
    tallies = {}
    for kind in kinds:
        began = time.monotonic()
        tally = tallies[kind] = KINDS[kind](ground, tries)
        _tell(kind, tally, time.monotonic() - began)
    _tell_genuine(engine)
    report([_figure(kind, tally) for kind, tally in tallies.items()])
    return int(any(tally.accepted for kind, tally in tallies.items() if kind in MUST_BE_NONE))


def _tell_genuine(engine: FaceEngine) -> None:
    """What the same limits refuse of real faces, where there are any."""
    if "LOOKIN_ATTACK_PHOTOS" in os.environ:
        refused, count = turned_photographs(engine, _folder(), half=_half())
        print(f"real turned heads taken for a bent picture: {_share(refused, count)}", flush=True)
    if "LOOKIN_ATTACK_CLIPS" in os.environ:
        reasons, count = films(engine, Path(os.environ["LOOKIN_ATTACK_CLIPS"]))
        print(f"of {count} stretches of film, refused beside not obeying: {dict(reasons)}")


def _share(passed: int, tries: int) -> str:
    low, high = interval(passed, max(tries, 1))
    return f"{passed} of {tries} ({100 * low:.2f} to {100 * high:.2f} %)"


def interval(passed: int, tries: int) -> tuple[float, float]:
    """The 95 % interval of Clopper and Pearson (1934) for a share, by bisection."""

    def below(share: float, most: int) -> float:
        logs = (
            math.lgamma(tries + 1)
            - math.lgamma(k + 1)
            - math.lgamma(tries - k + 1)
            + k * math.log(share)
            + (tries - k) * math.log1p(-share)
            for k in range(most + 1)
        )
        return math.fsum(math.exp(value) for value in logs)

    low = 0.0 if passed == 0 else _solve(lambda p: 1 - below(p, passed - 1) - 0.025)
    high = 1.0 if passed == tries else _solve(lambda p: 0.025 - below(p, passed))
    return low, high


def _solve(rising: Callable[[float], float]) -> float:
    low, high = 1e-12, 1 - 1e-12
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


def _tell(kind: str, tally: Tally, seconds: float) -> None:
    print(
        f"{kind}: {_share(tally.accepted, tally.tries)} accepted, "
        f"{tally.live} before the search for replays; "
        f"{dict(tally.reasons.most_common())}; {tally.frames} frames in {seconds:.0f} s; "
        f"{tally.seconds / max(tally.live, 1):.1f} s a live one",
        flush=True,
    )


def _figure(kind: str, tally: Tally) -> Figure:
    share = 100 * tally.accepted / max(tally.tries, 1)
    goal = "none accepted" if kind in MUST_BE_NONE else ""
    return Figure(f"{kind}, accepted", share, "%", goal=goal, holds=not goal or share == 0)


def _folder() -> Path:
    named = os.environ.get("LOOKIN_ATTACK_PHOTOS")
    if named:
        return Path(named)
    portraits()
    return FOLDER.parent


def _half() -> int:
    """Which half of the people; of the portraits' one folder that half in which it is."""
    if "LOOKIN_ATTACK_PHOTOS" not in os.environ:
        return half_of(FOLDER)
    return int(os.environ.get("LOOKIN_ATTACK_HALF", "1"))
