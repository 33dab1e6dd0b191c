"""Drawn challenges by the clock alone: how long they take, how often a film of one fits another.

The heads are numbers that move as those of `signins` do, and always solid, so this is what the
challenge itself asks of a person and stops of a replay: no server, no pictures, no queue.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.figures import Figure, report
from bench.signins import EVERY_SECONDS, PEOPLE, Head
from lookin.apps.accounts.faces.liverecognition import MOVEMENTS
from lookin.core.faces.liveness import Limits, Liveness, draw_challenge, look
from lookin.core.faces.observation import MOST_YAW, Observation
from lookin.core.faces.traits import POINTS, Traits

HEADS, FILMS = 400, 10_000
LINE_SECONDS = 0.03  # from a frame to the guidance on the page
TURNED_AWAY = 25.0  # degrees, as the gate of quality has it
GROUPS = 200
REST_FRAMES = 6  # after a film, of its last picture

Pose = tuple[float, ...]


@dataclass(frozen=True)
class Run:
    """One check: its end, its seconds, and where the head looked in each frame."""

    state: Liveness
    seconds: float
    poses: list[Pose]


def main() -> int:
    """Print the figures."""
    runs = [_obeyed(seed) for seed in range(HEADS)]
    seconds = [run.seconds for run in runs if run.state.verdict == "live"]
    draw = random.Random(30)
    slowest = [max(draw.sample(seconds, PEOPLE)) for _ in range(GROUPS)]
    fitted = sum(_played(runs[film % HEADS].poses, HEADS + film) for film in range(FILMS))
    refused = HEADS - len(seconds)
    report(
        [
            Figure("movements of a challenge", MOVEMENTS, "movements"),
            Figure("a challenge that is obeyed: median", statistics.median(seconds), "s"),
            Figure(f"slowest of {PEOPLE}, median", statistics.median(slowest), "s"),
            Figure("obeyed and refused", refused, "heads", goal="none", holds=refused == 0),
            Figure(f"films of one that fit another, of {FILMS}", fitted, "films"),
        ]
    )
    return 0


def _obeyed(seed: int) -> Run:
    """A head that hears each movement LINE_SECONDS after it was asked for, and makes it."""
    head = Head(noise=random.Random(seed))

    def pose(at: float, step: str) -> Pose:
        head.ask(step, at)
        return head.pose(at + EVERY_SECONDS - LINE_SECONDS)

    return _run(seed, pose, most=25.0)


def _played(film: list[Pose], seed: int) -> bool:
    """Whether a film of one check, played from its beginning, passes another."""

    def pose(at: float, step: str) -> Pose:
        return film[min(round(at / EVERY_SECONDS), len(film) - 1)]

    run = _run(seed, pose, most=(len(film) + REST_FRAMES) * EVERY_SECONDS)
    return run.state.verdict == "live"


def _run(seed: int, pose: Callable[[float, str], Pose], *, most: float) -> Run:
    """One check with the challenge of `seed`, of at most `most` seconds."""
    noise = np.random.default_rng(seed)
    challenge = draw_challenge(random.Random(seed), steps=MOVEMENTS)
    state = Liveness(challenge, Limits(solidity=-1e9))
    at, poses = 0.0, []
    while state.verdict is None and at < most:
        now = pose(at, state.step)
        poses.append(now)
        state, _ = look(state, _seen(now, state.view, noise), at)
        at += EVERY_SECONDS
    return Run(state, at - EVERY_SECONDS, poses)


def _seen(pose: Pose, view: str, noise: np.random.Generator) -> Observation:
    """A frame of the one person there is; no two pictures are alike."""
    yaw, pitch, near, roll = pose
    sums = noise.normal(0, 2000, 16).astype(np.float32)
    grey = np.full(3, 0.2, np.float32)
    face = np.zeros(128, np.float32)
    return Observation(
        problem="turned_away" if TURNED_AWAY < abs(yaw) <= MOST_YAW else None,
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        box=(0.3, 0.3, 0.4, 0.4),
        size=80.0 * near,
        embedding=face if view in {"plain", "mirrored"} else None,
        track=face if view != "none" else None,
        traits=Traits(np.zeros((len(POINTS), 3), np.float32), sums, grey, grey),
    )


if __name__ == "__main__":
    raise SystemExit(main())
