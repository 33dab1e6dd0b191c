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
Found = TypeVar("Found")


@dataclass(frozen=True)
class Stage:
    """A step of a search. `groups` stand in the order typed; `cost` is that of its best reading."""

    groups: tuple[Group, ...]
    cost: float

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
    for groups in _steps(query.words, near, vocabulary, most):
        if not all(groups):
            continue
        stage = Stage(tuple(groups), sum(group[0].cost for group in groups))
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
) -> Iterator[list[Group]]:
    own = [tuple(one for one in group if one.kind != "keyboard") for group in near]
    yield own
    yield from _joined(words, own, vocabulary, most)
    yield from _split(words, own, vocabulary, most)
    yield [tuple(group) for group in near]
    yield [tuple(vocabulary.expand(word, most=most)) for word in words]


def _joined(
    words: Sequence[TypedWord], own: list[Group], vocabulary: Vocabulary, most: int
) -> Iterator[list[Group]]:
    """데이터 분석 as one word; each pair of neighbours for itself."""
    for at in range(len(words) - 1):
        pair = TypedWord(words[at].text + words[at + 1].text, open=words[at + 1].open)
        group = _dearer(vocabulary.expand(pair, most=most, far=False))
        if group:
            yield [*own[:at], group, *own[at + 2 :]]


def _split(
    words: Sequence[TypedWord], own: list[Group], vocabulary: Vocabulary, most: int
) -> Iterator[list[Group]]:
    """데이터분석 as two words, read_csv as its parts."""
    for at, word in enumerate(words):
        for pieces in _ways(word, vocabulary, most):
            yield [*own[:at], *pieces, *own[at + 1 :]]


def _ways(word: TypedWord, vocabulary: Vocabulary, most: int) -> list[list[Group]]:
    ways: list[tuple[float, list[Group]]] = []
    if len(word.parts) > 1:
        pieces = [TypedWord(part) for part in word.parts]
        pieces[-1] = replace(pieces[-1], open=word.open)
        ways.append(_way(pieces, vocabulary, most))
    for at in range(2 if not has_hangul(word.text) else 1, len(word.text) - 1):
        left, right = word.text[:at], word.text[at:]
        ways.append(_way([TypedWord(left), TypedWord(right, open=word.open)], vocabulary, most))
    good = [way for way in ways if all(way[1])]
    return [groups for _, groups in sorted(good, key=lambda way: way[0])[:_SPLITS]]


def _way(
    pieces: Sequence[TypedWord], vocabulary: Vocabulary, most: int
) -> tuple[float, list[Group]]:
    groups: list[Group] = []
    cost = 0.0
    for piece in pieces:
        found = vocabulary.expand(piece, most=most, far=False)
        group = _dearer([one for one in found if one.kind != "keyboard"])
        if not group:
            return 0.0, [()]
        groups.append(group)
        cost += group[0].cost
    return cost, groups


def _dearer(group: Iterable[Expansion]) -> Group:
    return tuple(replace(one, cost=one.cost + JOINED, kind="joined") for one in group)
