"""The steps of a search: what to ask an index, cheap and likely readings first, and when to stop.

A stage is a conjunction: an entry must hold a word of every group. Knows no index and no ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from lookin.core.search.query import Query, TypedWord
from lookin.core.search.splits import ways_to_split
from lookin.core.search.vocabulary import Expansion, Vocabulary
from lookin.core.search.words import without_particle

MOST_READINGS = 64  # words in a group
JOINED = 1.5  # what reading a space where there is none, or none where there is one, costs
WITHOUT_PARTICLE = 1.0  # what reading 데이터 for a typed 데이터를 costs
MISSING = 4.0  # what a word that is left out costs, and twice that by its share of the strokes
_SPLITS = 3  # ways of splitting one word that are tried
_OF_PIECE = 16  # readings of each piece of a split word
_FEW_WORDS = 5  # of more words, none is left out for a try
_SHORT = 4  # strokes; shorter words (how, to, a) are left out together

Group = tuple[Expansion, ...]
Step = tuple[TypedWord, Group]
Found = TypeVar("Found", bound=Hashable)


@dataclass(frozen=True)
class Stage:
    """A step of a search. `groups` stand in the order typed; `cost` is that of its best reading.

    `typed` are the words that the groups are readings of, which a split makes more than were typed.
    `missing` is what the words cost that it leaves out.
    """

    groups: tuple[Group, ...]
    cost: float
    typed: tuple[TypedWord, ...] = ()
    missing: float = 0.0

    @cached_property
    def numbers(self) -> tuple[frozenset[int], ...]:
        """The word numbers of each group: hold one of each."""
        return tuple(frozenset(one.number for one in group) for group in self.groups)


def stages(
    query: Query,
    vocabulary: Vocabulary,
    *,
    most: int = MOST_READINGS,
    go_far: Callable[[], bool] = lambda: True,
    found_none: Callable[[], bool] = lambda: False,
) -> Iterator[Stage]:
    """The steps for `query`, made only when asked for: stop early, and the dear ones cost nothing.

    `go_far` is asked before typos and parts of words are tried, which looks at every word: say no
    when a few entries are there. `found_none` is asked last, and if it says yes, each word in turn
    is left out. Nothing comes for a query whose words mean nothing here.
    """
    near = [(word, _near(word, vocabulary, most)) for word in query.words]
    seen: set[tuple[frozenset[int], ...]] = set()
    for step, left_out in _steps(near, vocabulary, most, (go_far, found_none)):
        groups = tuple(group for _, group in step)
        if not groups or not all(groups):
            continue
        missing = _missing(left_out, query.words)
        cost = sum(group[0].cost for group in groups) + missing
        stage = Stage(groups, cost, tuple(word for word, _ in step), missing)
        if stage.numbers not in seen:
            seen.add(stage.numbers)
            yield stage


def exact_stages(query: Query, vocabulary: Vocabulary) -> Iterator[Stage]:
    """The one step that asks for every word just as it was typed; none if one is unknown."""
    groups = []
    for word in query.words:
        number = vocabulary.number(word.text)
        if number is None:
            return
        groups.append((Expansion(number, word.text, 0.0, "exact"),))
    if groups:
        yield Stage(tuple(groups), 0.0, query.words)


def gather(
    query: Query,
    vocabulary: Vocabulary,
    find: Callable[[Stage], Sequence[Found]],
    *,
    enough: int,
    few: int,
) -> tuple[list[Found], list[Stage]]:
    """Ask `find` stage by stage until `enough` different entries are there.

    Typos are tried only while fewer than `few` are. Gives the entries in the order found, and the
    stages that were asked, which `rank` needs.
    """
    found: dict[Found, None] = {}
    asked: list[Stage] = []
    steps = stages(
        query,
        vocabulary,
        go_far=lambda: len(found) < few,
        found_none=lambda: not found,
    )
    for stage in steps:
        asked.append(stage)
        found.update(dict.fromkeys(find(stage)))
        if len(found) >= enough:
            break
    return list(found), asked


def _steps(
    near: Sequence[Step],
    vocabulary: Vocabulary,
    most: int,
    asking: tuple[Callable[[], bool], Callable[[], bool]],
) -> Iterator[tuple[Sequence[Step], Sequence[TypedWord]]]:
    """Steps, each with the typed words that it leaves out."""
    go_far, found_none = asking
    for step in _near_steps(near, vocabulary, most):
        yield step, ()
    if not go_far():
        return
    doubtful = len(near) == 1 or not all(_is_known(group) for _, group in near)
    far = [
        (word, group if len(near) > 1 and _is_known(group) else _far(word, vocabulary, most))
        for word, group in near
    ]
    if doubtful:
        yield far, ()
    known = _stemmed([step for step in far if step[1]], vocabulary, most)
    strange = [word for word, group in far if not group]
    yield known, strange
    if len(known) > 1 and found_none():
        short = [word for word, _ in known if len(word.plain) < _SHORT]
        for fewer in ([], short) if short else ([],):
            left = [step for step in known if step[0] not in fewer]
            yield left, [*strange, *fewer]
            for word, _ in left if len(left) <= _FEW_WORDS else ():
                yield [step for step in left if step[0] != word], [*strange, *fewer, word]


def _missing(left_out: Sequence[TypedWord], words: Sequence[TypedWord]) -> float:
    """What it costs to leave words out: the longer they are, the more."""
    strokes = sum(len(word.plain) for word in words) or 1
    return sum(MISSING * (1 + 2 * len(word.plain) / strokes) for word in left_out)


def _near_steps(
    near: Sequence[Step], vocabulary: Vocabulary, most: int
) -> Iterator[Sequence[Step]]:
    own = [(word, tuple(one for one in group if one.kind != "keyboard")) for word, group in near]
    yield own
    yield from _joined(own, vocabulary, most)
    yield from _split(own, vocabulary, most)
    yield _stemmed(own, vocabulary, most)
    yield near


def _stemmed(steps: Sequence[Step], vocabulary: Vocabulary, most: int) -> list[Step]:
    """Each word also without its particle: who types 데이터를 finds 데이터."""
    found: list[Step] = []
    for word, group in steps:
        stem = without_particle(word.text)
        if stem:
            known = {one.number for one in group}
            more = _near(TypedWord(stem), vocabulary, most - len(known))
            group = (*group, *_dearer(more, WITHOUT_PARTICLE, known))  # noqa: PLW2901
        found.append((word, group))
    return found


def _joined(own: Sequence[Step], vocabulary: Vocabulary, most: int) -> Iterator[list[Step]]:
    """데이터 분석 as one word; each pair of neighbours for itself."""
    for at in range(len(own) - 1):
        left, right = own[at][0], own[at + 1][0]
        pair = TypedWord(left.text + right.text, open=right.open)
        group = _dearer(_near(pair, vocabulary, most))
        if group:
            yield [*own[:at], (pair, group), *own[at + 2 :]]


def _split(own: Sequence[Step], vocabulary: Vocabulary, most: int) -> Iterator[list[Step]]:
    """데이터분석 as two words, read_csv as its parts; a strange word also without its particle."""
    for at, (word, group) in enumerate(own):
        if len(own) > 1 and _is_known(group):
            continue
        ways = ways_to_split(word, vocabulary, most=_SPLITS)
        stem = "" if group or ways else without_particle(word.text)
        if stem:
            ways = ways_to_split(TypedWord(stem), vocabulary, most=_SPLITS)
        for pieces in ways:
            steps = _way(pieces, word.open and not stem, vocabulary, min(most, _OF_PIECE))
            if steps:
                yield [*own[:at], *steps, *own[at + 1 :]]


def _way(pieces: Sequence[str], open_: bool, vocabulary: Vocabulary, most: int) -> list[Step]:
    steps: list[Step] = []
    for at, piece in enumerate(pieces):
        word = TypedWord(piece, open=open_ and at == len(pieces) - 1)
        found = _near(word, vocabulary, most)
        group = _dearer(one for one in found if one.kind != "keyboard")
        if not group:
            return []
        steps.append((word, group))
    return steps


def _is_known(group: Group) -> bool:
    """Whether it is a word as it was typed. Among others, such a one is hardly a mistake."""
    return bool(group) and group[0].kind == "exact"


def _far(word: TypedWord, vocabulary: Vocabulary, most: int) -> Group:
    return tuple(vocabulary.expand(word, most=most))


def _near(word: TypedWord, vocabulary: Vocabulary, most: int) -> Group:
    return tuple(vocabulary.expand(word, most=most, far=False))


def _dearer(group: Iterable[Expansion], by: float = JOINED, known: Collection[int] = ()) -> Group:
    """The readings but those `known`, each dearer."""
    return tuple(
        replace(one, cost=one.cost + by, kind="joined") for one in group if one.number not in known
    )
