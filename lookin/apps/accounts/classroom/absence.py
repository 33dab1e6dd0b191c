"""The short look after the leave key: is the signed-in person still there?

Pure. It errs to "here", which costs a second press. A face that is not theirs ends the session, so
nobody learns by trying pictures which of them would pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Verdict = Literal["gone", "here"]

FRAMES = 3  # so many clear ones decide
LEAST_SECONDS = 0.35  # from the first of them: one odd moment decides nothing
MOST_FRAMES = 25  # then it is too dark, or too full of people, to say
_NOBODY = frozenset({"no_face", "turned_away"})


@dataclass(frozen=True)
class Absence:
    """What the frames so far showed, and what that means."""

    away: int = 0  # nobody there, or somebody else
    theirs: int = 0
    unclear: int = 0
    began: float | None = None
    verdict: Verdict | None = None

    @property
    def progress(self) -> float:
        """0…1 of the clear frames that are needed; the same whatever they showed."""
        return min(1.0, (self.away + self.theirs) / FRAMES)


def look(state: Absence, problem: str | None, is_theirs: bool | None, at: float) -> Absence:
    """The next state after one frame. `problem` as an observation has it; `is_theirs`: whether the
    face is the signed-in person's, None when there was none to compare. `at`: seconds, monotonic.
    """
    if state.verdict is not None:
        return state
    began = at if state.began is None else state.began
    if problem in _NOBODY or (problem is None and is_theirs is False):
        state = replace(state, away=state.away + 1, began=began)
    elif problem is None and is_theirs:
        state = replace(state, theirs=state.theirs + 1, began=began)
    else:
        state = replace(state, unclear=state.unclear + 1, began=began)
    return replace(state, verdict=_verdict(state, at - began))


def _verdict(state: Absence, seconds: float) -> Verdict | None:
    clear = state.away + state.theirs
    if clear >= FRAMES and seconds >= LEAST_SECONDS:
        return "here" if state.theirs else "gone"
    return "here" if clear + state.unclear >= MOST_FRAMES else None
