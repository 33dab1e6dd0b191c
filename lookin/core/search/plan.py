"""The steps of a search: what to ask an index, cheap and likely readings first, and when to stop.

A stage is a conjunction: an entry must hold a word of every group. Knows no index and no ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from lookin.core.search.hangul import has_hangul
from lookin.core.search.query import Query, TypedWord
from lookin.core.search.vocabulary import Expansion, Vocabulary

MOST_READINGS = 64  # words in a group
JOINED = 1.5  # what reading a space where there is none, or none where there is one, costs
_SPLITS = 3  # ways of splitting one word that are tried

Group = tuple[Expansion, ...]
Step = tuple[TypedWord, Group]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Stage:
    """A step of a search. `groups` stand in the order typed; `cost` is that of its best reading.

    `typed` are the words that the groups are readings of, which a split makes more than were typed.
    """

    groups: tuple[Group, ...]
    cost: float
    typed: tuple[TypedWord, ...] = ()

    @cached_property
    def numbers(self) -> tuple[frozenset[int], ...]:
        """The word numbers of each group: hold one of each."""
        return tuple(frozenset(one.number for one in group) for group in self.groups)


def stages(query: Query, vocabulary: Vocabulary, *, most: int = MOST_READINGS) -> Iterator[Stage]:
    """The steps for `query`, made only when asked for: stop early, and the dear ones cost nothing.

    Nothing comes for a query without words, or whose words mean nothing here.
    """
    near = [vocabulary.expand(word, most=most, far=False) for word in query.words]
    if not near:
        return
    seen: set[tuple[frozenset[int], ...]] = set()
    for step in _steps(query.words, near, vocabulary, most):
        groups = tuple(group for _, group in step)
        if not all(groups):
            continue
        cost = sum(group[0].cost for group in groups)
        stage = Stage(groups, cost, tuple(word for word, _ in step))
        if stage.numbers not in seen:
            seen.add(stage.numbers)
            yield stage


def gather(
    steps: Iterable[Stage],
    find: Callable[[Stage, int], Sequence[Found]],
    *,
    enough: int,
    key: Callable[[Found], Hashable],
) -> tuple[list[Found], list[Stage]]:
    """Ask `find(stage, how many more)` step by step until `enough` different entries are there.

    Gives them in the order found, with the stages that were asked: `rank` needs both.
    """
    found: dict[Hashable, Found] = {}
    asked: list[Stage] = []
    for stage in steps:
        asked.append(stage)
        for one in find(stage, enough):
            found.setdefault(key(one), one)
        if len(found) >= enough:
            break
    return list(found.values()), asked


def _steps(
    words: Sequence[TypedWord], near: list[list[Expansion]], vocabulary: Vocabulary, most: int
) -> Iterator[list[Step]]:
    own = [
        (word, tuple(one for one in group if one.kind != "keyboard"))
        for word, group in zip(words, near, strict=True)
    ]
    yield own
    yield from _joined(own, vocabulary, most)
    yield from _split(own, vocabulary, most)
    yield [(word, tuple(group)) for word, group in zip(words, near, strict=True)]
    yield [(word, tuple(vocabulary.expand(word, most=most))) for word in words]


def _joined(own: list[Step], vocabulary: Vocabulary, most: int) -> Iterator[list[Step]]:
    """데이터 분석 as one word; each pair of neighbours for itself."""
    for at in range(len(own) - 1):
        left, right = own[at][0], own[at + 1][0]
        pair = TypedWord(left.text + right.text, open=right.open)
        group = _dearer(vocabulary.expand(pair, most=most, far=False))
        if group:
            yield [*own[:at], (pair, group), *own[at + 2 :]]


def _split(own: list[Step], vocabulary: Vocabulary, most: int) -> Iterator[list[Step]]:
    """데이터분석 as two words, read_csv as its parts."""
    for at, (word, _) in enumerate(own):
        for pieces in _ways(word, vocabulary, most):
            yield [*own[:at], *pieces, *own[at + 1 :]]


def _ways(word: TypedWord, vocabulary: Vocabulary, most: int) -> list[list[Step]]:
    """The likeliest ways to read one typed word as several."""
    ways: list[list[str]] = [list(word.parts)] if len(word.parts) > 1 else []
    shortest = 1 if has_hangul(word.text) else 2
    ways += [
        [word.text[:at], word.text[at:]] for at in range(shortest, len(word.text) - shortest + 1)
    ]
    found = [_way(way, word.open, vocabulary, most) for way in ways]
    good = [way for way in found if way]
    return sorted(good, key=lambda way: sum(group[0].cost for _, group in way))[:_SPLITS]


def _way(pieces: Sequence[str], open_: bool, vocabulary: Vocabulary, most: int) -> list[Step]:
    steps: list[Step] = []
    for at, piece in enumerate(pieces):
        word = TypedWord(piece, open=open_ and at == len(pieces) - 1)
        found = vocabulary.expand(word, most=most, far=False)
        group = _dearer(one for one in found if one.kind != "keyboard")
        if not group:
            return []
        steps.append((word, group))
    return steps


def _dearer(group: Iterable[Expansion]) -> Group:
    return tuple(replace(one, cost=one.cost + JOINED, kind="joined") for one in group)
