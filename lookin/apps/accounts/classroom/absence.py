"""The short look after the leave key: has the person gone, is another there, are they here?

Pure. It errs to "here", which costs a second press; it never decides who anybody is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Verdict = Literal["gone", "another", "here"]

FRAMES = 3  # so many alike
LEAST_SECONDS = 0.35  # from the first of them: one odd picture decides nothing
MOST_FRAMES = 25  # then it is too dark, or too full of people, to say
_NOBODY = frozenset({"no_face", "turned_away"})


@dataclass(frozen=True)
class Absence:
    """What the frames so far showed, and what that means."""

    nobody: int = 0
    others: int = 0
    unclear: int = 0
    began: float | None = None
    verdict: Verdict | None = None

    @property
    def progress(self) -> float:
        """0…1 of the frames that say the same."""
        return min(1.0, max(self.nobody, self.others) / FRAMES)


def look(state: Absence, problem: str | None, is_theirs: bool | None, at: float) -> Absence:
    """The next state after one frame. `problem` as an observation has it; `is_theirs`: whether the
    face is the signed-in person's, None when there was none to compare. `at`: seconds, monotonic.
    """
    if state.verdict is not None:
        return state
    began = at if state.began is None else state.began
    if problem in _NOBODY:
        state = replace(state, nobody=state.nobody + 1, others=0, began=began)
    elif problem is None and is_theirs is False:
        state = replace(state, others=state.others + 1, nobody=0, began=began)
    elif problem is None and is_theirs:
        return replace(state, verdict="here")
    else:
        state = replace(state, unclear=state.unclear + 1, began=began)
    return replace(state, verdict=_verdict(state, at - began))


def _verdict(state: Absence, seconds: float) -> Verdict | None:
    if seconds >= LEAST_SECONDS and state.nobody >= FRAMES:
        return "gone"
    if seconds >= LEAST_SECONDS and state.others >= FRAMES:
        return "another"
    return "here" if state.nobody + state.others + state.unclear >= MOST_FRAMES else None
