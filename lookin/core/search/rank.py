"""Which of the found entries comes first: match, then recency and own use.

Works on the few candidates that the stages have brought, with names and texts at hand. A score is
absolute, so what several indexes have found can be merged by it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from lookin.core.search.matching import Hit, Sought
from lookin.core.search.plan import Stage

# All weights are in the steps of trust of `vocabulary`: 1 is the beginning of a word for the word.
IN_TEXT = 2.5  # a word found in the text and not in the name
REPEATED = 0.6  # what many hits in a text take off again, at most
APART = 1.2  # words far from each other, at most
DISORDER = 0.2  # words in another order than typed
NAME_REST = 0.5  # letters of the name that nobody typed, at most
LATER = 0.15  # the name does not begin with what was typed
RECENT = 0.5  # changed just now; half as much after two weeks
USED = 1.0  # chosen often and lately by this person, at most
_FORTNIGHT = 14 * 86_400.0
_SCANNED = 4_000  # characters of a candidate's texts that are looked at


Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Candidate(Generic[Key]):
    """An entry that a stage has found. `texts` are those that may hold the words (may be none)."""

    key: Key
    name: str
    changed: float  # seconds since 1970
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Use:
    """How often a person has chosen an entry from their search, and when last (seconds)."""

    count: int
    last: float


@dataclass(frozen=True)
class Ranked(Generic[Key]):
    """A candidate with its score (higher is better) and the number of its best text, if any."""

    candidate: Candidate[Key]
    score: float
    part: int | None


def rank(
    candidates: Sequence[Candidate[Key]],
    stages: Sequence[Stage] | Sought,
    *,
    now: float,
    uses: Mapping[Key, Use],
) -> list[Ranked[Key]]:
    """Order `candidates`, found by any of `stages` (those that were asked), the best first."""
    sought = Sought.of(stages)
    ranked = [_ranked(one, sought, now, uses.get(one.key)) for one in candidates]
    return sorted(ranked, key=lambda one: (-one.score, -one.candidate.changed))


def _ranked(candidate: Candidate[Key], sought: Sought, now: float, use: Use | None) -> Ranked[Key]:
    in_name = sought.hits(candidate.name)
    in_texts = _text_hits(candidate.texts, sought)
    cost, part = math.inf, None
    for at, stage in enumerate(sought.stages):
        texts = [hits[at] for hits in in_texts]
        if not in_name[at] and not any(texts):
            continue
        stage_cost, stage_part = _cost(len(stage.groups), in_name[at], texts, candidate.name)
        if stage_cost + stage.missing < cost:
            cost, part = stage_cost + stage.missing, stage_part
    if cost == math.inf:  # found where we did not look: far down in a long text, or by a filter
        cost = APART + max((IN_TEXT * len(s.groups) + s.cost for s in sought.stages), default=0)
    return Ranked(candidate, _bonus(candidate, now, use) - cost, part)


def _text_hits(texts: Sequence[str], sought: Sought) -> list[list[list[Hit]]]:
    left = _SCANNED
    found = []
    for text in texts:
        found.append(sought.hits(text[:left], places=False))
        left -= min(left, len(text))
    return found


def _cost(
    groups: int, name: Sequence[Hit], texts: Sequence[Sequence[Hit]], title: str
) -> tuple[float, int | None]:
    """What an entry costs by one stage (infinite: a word is nowhere), and its best text."""
    in_name = _best(name)
    everywhere = [_best(hits) for hits in texts]
    total = 0.0
    for group in range(groups):
        there = [hits[group].cost for hits in everywhere if group in hits]
        text = min(there) + IN_TEXT if there else math.inf
        total += min(in_name[group].cost if group in in_name else math.inf, text)
    if total == math.inf:
        return total, None
    part = _best_part(everywhere)
    if len(in_name) == groups:
        return total + _spread(list(in_name.values())) + _rest(in_name, title), part
    hits = list(everywhere[part].values()) if part is not None else []
    repeats = sum(map(len, texts))
    total -= REPEATED * (1 - 1 / max(1, repeats))
    return total + (_spread(hits) if len(hits) == groups else APART), part


def _best(hits: Sequence[Hit]) -> dict[int, Hit]:
    """The cheapest hit of each group; of equals the one that is nearest behind the group before."""
    best: dict[int, Hit] = {}
    for hit in hits:
        known = best.get(hit.group)
        before = best.get(hit.group - 1)
        follows = before is not None and before.at == hit.at - 1
        if known is None or (hit.cost, not follows) < (known.cost, True):
            best[hit.group] = hit
    return best


def _best_part(everywhere: Sequence[Mapping[int, Hit]]) -> int | None:
    """The text that holds most of the words, and those the best."""
    places = [at for at, hits in enumerate(everywhere) if hits]
    if len(places) < 2:
        return places[0] if places else None

    def worth(at: int) -> tuple[int, float]:
        hits = everywhere[at].values()
        return -len(hits), sum(hit.cost for hit in hits) + _spread(list(hits))

    return min(places, key=worth)


def _spread(hits: Sequence[Hit]) -> float:
    """0 for words side by side as typed, towards APART the farther they are."""
    ordered = [hit.at for hit in sorted(hits, key=lambda hit: hit.group)]
    if len(ordered) < 2:
        return 0.0
    steps = [after - before for before, after in pairwise(ordered)]
    gaps = sum(abs(step) - 1 for step in steps if step)
    return APART * (1 - 1 / (1 + gaps / 4)) + (DISORDER if any(step < 0 for step in steps) else 0)


def _rest(in_name: Mapping[int, Hit], title: str) -> float:
    places = {(hit.start, hit.end) for hit in in_name.values()}
    covered = sum(end - start for start, end in places)
    first = min(start for start, _ in places)
    return NAME_REST * (1 - covered / max(1, len(title))) + (LATER if first else 0)


def _bonus(candidate: Candidate[Key], now: float, use: Use | None) -> float:
    bonus = RECENT * 2 ** (-max(0.0, now - candidate.changed) / _FORTNIGHT)
    if use is not None and use.count > 0:
        fresh = 2 ** (-max(0.0, now - use.last) / _FORTNIGHT)
        bonus += USED * fresh * (1 - 1 / (1 + use.count))
    return bonus
