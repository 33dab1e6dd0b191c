"""The course of one liveness check: straight look, movements, flashes, a last look. Pure.

`look` takes a state and a frame and gives the next state. Not for pictures, nor for whose face.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.liveness import continuity, flashes, movements, solid
from lookin.core.faces.liveness.challenge import SIDES, Challenge
from lookin.core.faces.liveness.limits import Limits
from lookin.core.faces.liveness.samples import Sample, Straight, sample_of
from lookin.core.faces.observation import Observation, View

Phase = Literal["look", "centre", "step", "flash", "last"]
Word = str | None

LOOKS, LOOK_SECONDS = 4, 0.15  # straight frames to begin with, and the time they must span
OPENING = 4  # embedded before the first movement; the others come from between the movements
ENOUGH = 4  # embedded in all
APART = 0.08  # seconds between two frames that are embedded
MOST_SAMPLES = 600  # a longer stream ends; whoever holds the clock ends it long before
ALMOST = 0.7  # of a movement: from here on it is worth while to ask who makes it
LEFT = 1.2  # of the movement before: below it the head may be on its way
REPORTS = 2  # frames that must show a whole movement
_MENDABLE = frozenset({"off_centre", "too_dark", "too_bright"})  # while the head moves


@dataclass(frozen=True)
class Liveness:
    """One check under way. Begin with a challenge, give every frame to `look`.

    `verdict`: None while it goes on, "live", or why it was refused, which is for the audit alone:
    whoever looks hears one sentence for all of them. `probes`: embeddings for the recognition,
    plain and mirrored in turn, taken apart in time and in pose.
    """

    challenge: Challenge
    limits: Limits = field(default_factory=Limits)
    probes: tuple[Floats, ...] = ()
    verdict: str | None = None
    samples: tuple[Sample, ...] = ()
    past: continuity.Past = field(default_factory=continuity.Past)
    phase: Phase = "look"
    index: int = 0
    began: float = 0.0  # of the phase
    mistakes: int = 0
    part: float = 0.0  # of the phase, 0…1
    straight: Straight | None = None
    before: str = ""  # the movement from which the present one begins; none: from the straight look
    followed: bool = False  # whether one was embedded who had moved as asked
    held: tuple[Sample, ...] = ()  # frames of the present look or hold
    shown: tuple[Sample, ...] = ()  # frames of the present step that reached the movement
    lit_at: tuple[float, ...] = ()  # when each colour began
    embedded_at: float = float("-inf")

    @property
    def step(self) -> str:
        """What to say now: "look", "centre", a movement or "flash:#rrggbb"."""
        if self.phase == "step":
            return self.challenge.steps[self.index]
        if self.phase == "flash":
            return f"flash:{self.challenge.flashes[self.index]}"
        return "look" if self.phase == "look" else "centre"

    @property
    def progress(self) -> float:
        """0…1 of the whole."""
        if self.verdict is not None:
            return 1.0
        steps, colours = len(self.challenge.steps), len(self.challenge.flashes)
        done = {
            "look": 0.0,
            "centre": 1.0 + self.index,
            "step": 1.0 + self.index,
            "flash": 1.0 + steps + self.index,
            "last": 1.0 + steps + colours,
        }[self.phase]
        part = 0.0 if self.phase == "centre" else self.part
        return min(1.0, (done + part) / (2.0 + steps + colours))

    @property
    def view(self) -> View:
        """What of the next frame is embedded."""
        if self.phase == "flash":
            return "none"
        if self.phase == "step" and self.part >= ALMOST:
            return "track"
        if self.phase == "step" and not self._is_between:
            return "none"
        if self.phase == "look" and len(self.probes) >= OPENING:
            return "none"
        if self.phase == "centre" and self._has_probe:
            return "none"
        return "mirrored" if len(self.probes) % 2 else "plain"

    @property
    def _has_probe(self) -> bool:
        return self.embedded_at >= self.began

    @property
    def _is_between(self) -> bool:
        """Whether the head is on its way from one movement to the next, and not yet compared."""
        if not self.before or self._has_probe or self.straight is None:
            return False
        last, straight = self.samples[-1], self.straight
        return (
            movements.is_passing(last, straight, self.limits)
            or movements.share_of(self.before, last, straight, self.limits) < LEFT
        )


def look(state: Liveness, seen: Observation, at: float) -> tuple[Liveness, Word]:
    """The next state, and what to mend in the picture or None. `at`: seconds, monotonic.

    Words are codes of words.SENTENCES. A state with a verdict does not change any more.
    """
    if state.verdict is not None:
        return state, None
    sample = sample_of(seen, at)
    if sample is None:
        return _unseen(state, at), seen.problem or "no_face"
    broken = _broken(state, sample)
    if broken is not None:
        return broken, None
    past = state.past.followed_by(sample)
    state = replace(state, samples=(*state.samples, sample), past=past)
    again = continuity.repeats(state.samples, state.limits)
    if past.returns >= state.limits.returns:
        again = "cut_together"
    if again or len(state.samples) >= MOST_SAMPLES:
        return _refused(state, again or "slow"), None
    return _PHASES[state.phase](state, sample, seen)


def _unseen(state: Liveness, at: float) -> Liveness:
    if state.phase == "look":
        return replace(state, held=(), probes=(), part=0.0)
    lost = at - state.samples[-1].at > state.limits.gap_seconds
    return _refused(state, "gap") if lost else replace(state, held=())


def _broken(state: Liveness, now: Sample) -> Liveness | None:
    """The state after a frame that cannot belong to the stream: begun anew, or refused."""
    if not state.samples:
        return None
    broken = continuity.break_between(state.samples[-1], now, state.limits)
    if state.phase == "look":
        # Sitting down before the camera is no fault: what was before does not count.
        anew = replace(state, held=(), probes=(), samples=(), past=continuity.Past(), part=0.0)
        return anew if broken else None
    assert state.straight is not None
    if broken is None and continuity.is_another(now, state.straight, state.limits):
        broken = "another_face"
    return _refused(state, broken) if broken else None


def _looking(state: Liveness, now: Sample, seen: Observation) -> tuple[Liveness, Word]:
    """The straight look at the beginning, that everything else is measured against.

    It lasts as long as the first pause, which nobody is told.
    """
    limits, wanted = state.limits, state.view != "none"
    ahead = abs(now.yaw) <= limits.look_yaw and abs(now.pitch) <= limits.look_pitch
    if seen.problem or not ahead or (wanted and (seen.embedding is None or now.track is None)):
        state = replace(state, held=(), probes=(), part=0.0)
        return state, seen.problem or "turned_away"
    state = _with_probe(state, seen, now.at)
    held = (*state.held, now)
    state = replace(state, held=held, part=min(1.0, len(held) / LOOKS))
    lasts = max(LOOK_SECONDS, state.challenge.pause(0))
    if len(held) < LOOKS or now.at - held[0].at < lasts:
        return state, None
    return _begin_next(replace(state, straight=Straight.of(held)), 0, now.at), None


def _centring(state: Liveness, now: Sample, seen: Observation) -> tuple[Liveness, Word]:
    """Straight ahead for a while that nobody is told, then the next movement is asked for."""
    straight = state.straight
    assert straight is not None
    if not movements.is_straight(now, straight, state.limits):
        state = replace(state, held=())
        # Whoever moves before the movement is known is not following us.
        early = bool(state.part) and movements.is_other("", "", now, straight, state.limits)
        return (_mistaken(state, "early", now.at) if early else _in_time(state, now.at)), None
    state = _with_probe(replace(state, held=(*state.held, now), part=1.0), seen, now.at)
    if state.index >= len(state.challenge.steps):
        return _begin(state, "flash", 0, now.at), None
    if now.at - state.held[0].at < state.challenge.pause(state.index):
        return state, None
    return _begin(state, "step", state.index, now.at), None


def _moving(state: Liveness, now: Sample, seen: Observation) -> tuple[Liveness, Word]:
    """One asked movement: reached, held, made by the same person's solid head."""
    straight, limits = state.straight, state.limits
    assert straight is not None
    step = state.challenge.steps[state.index]
    word = seen.problem if seen.problem in _MENDABLE else None
    if movements.is_other(step, state.before, now, straight, limits):
        return _mistaken(state, "other_movement", now.at), None
    if movements.is_passing(now, straight, limits):
        state = _with_probe(state, seen, now.at)
    share = movements.share_of(step, now, straight, limits)
    state = replace(state, part=min(1.0, max(0.0, share)))
    if share < 1:
        return _in_time(replace(state, held=()), now.at), word
    if step in SIDES and now.at - state.began < limits.soonest:
        return _mistaken(state, "early", now.at), None
    state = replace(state, held=(*state.held, now), shown=(*state.shown, now))
    if _is_held(state, step, now.at) and _is_solid(state, step):
        return _begin_next(state, state.index + 1, now.at), None
    return _in_time(state, now.at), word


def _is_held(state: Liveness, step: str, at: float) -> bool:
    """Whether the movement lasted, and we saw whose face made it. A nod is over at once."""
    return step == "nod" or (
        len(state.held) >= REPORTS
        and at - state.held[0].at >= state.challenge.hold(state.index)
        and any(sample.track is not None for sample in state.held)
    )


def _is_solid(state: Liveness, step: str) -> bool:
    """Whether all frames of a turn together are a head's: more frames, not more chances."""
    if step not in SIDES:
        return True
    assert state.straight is not None
    shape = np.median([sample.shape for sample in state.shown], axis=0).astype(np.float32)
    yaw = float(np.median([sample.yaw for sample in state.shown])) - state.straight.yaw
    return solid.solidity(state.straight.shape, shape, yaw) >= state.limits.solidity


def _flashing(state: Liveness, now: Sample, seen: Observation) -> tuple[Liveness, Word]:
    """One colour after the other; what they did to the face is judged after the last."""
    if now.at - state.began < flashes.SECONDS:
        return state, None
    state = replace(state, lit_at=(*state.lit_at, state.began))
    if state.index + 1 < len(state.challenge.flashes):
        return _begin(state, "flash", state.index + 1, now.at), None
    lit = flashes.are_seen(state.challenge.flashes, state.lit_at, state.samples, state.limits)
    return (_begin(state, "last", 0, now.at) if lit else _refused(state, "flash")), None


def _ending(state: Liveness, now: Sample, seen: Observation) -> tuple[Liveness, Word]:
    """A last straight look where the way between the movements did not show who made them."""
    assert state.straight is not None
    if not movements.is_straight(now, state.straight, state.limits) or seen.problem:
        return _in_time(state, now.at), seen.problem
    before = len(state.probes)
    state = _with_probe(state, seen, now.at)
    is_enough = before < len(state.probes) >= ENOUGH
    return (replace(state, verdict="live") if is_enough else _in_time(state, now.at)), None


_PHASES: dict[Phase, Callable[[Liveness, Sample, Observation], tuple[Liveness, Word]]] = {
    "look": _looking,
    "centre": _centring,
    "step": _moving,
    "flash": _flashing,
    "last": _ending,
}


def _begin(state: Liveness, phase: Phase, index: int, at: float, before: str = "") -> Liveness:
    state = replace(state, phase=phase, index=index, began=at, before=before)
    return replace(state, part=0.0, held=(), shown=())


def _begin_next(state: Liveness, index: int, at: float) -> Liveness:
    """What follows a movement, or the straight look, at its very end: nobody has to go back."""
    steps = state.challenge.steps
    before = steps[index - 1] if index else ""
    if index < len(steps):
        # The same once more (only after a mistake): it must be made anew.
        phase: Phase = "centre" if steps[index] == before else "step"
        return _begin(state, phase, index, at, before)
    if state.challenge.flashes:
        return _begin(state, "centre", index, at)
    if state.followed and len(state.probes) >= ENOUGH:
        return replace(state, verdict="live")
    return _begin(state, "last", 0, at)


def _with_probe(state: Liveness, seen: Observation, at: float) -> Liveness:
    if seen.problem or seen.embedding is None or at - state.embedded_at < APART:
        return state
    followed = state.followed or bool(state.before)
    probes = (*state.probes, seen.embedding)
    return replace(state, probes=probes, embedded_at=at, followed=followed)


def _mistaken(state: Liveness, why: str, at: float) -> Liveness:
    """One mistake costs two other movements in the place of one; more are refused."""
    if state.mistakes >= state.limits.mistakes or not state.challenge.spares:
        return _refused(state, why)
    changed = state.challenge.with_spares(state.index)
    state = replace(state, challenge=changed, mistakes=state.mistakes + 1)
    return _begin(state, "centre", state.index, at)


def _in_time(state: Liveness, at: float) -> Liveness:
    if at - state.began <= state.limits.step_seconds:
        return state
    # A turn that was reached and held and still did not count was no head's.
    return _refused(state, "not_solid" if len(state.shown) > REPORTS else "slow")


def _refused(state: Liveness, why: str) -> Liveness:
    return replace(state, verdict=why)
