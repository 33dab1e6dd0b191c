"""How one sequence of texts became another: what went, what came, what stayed.

Bounded in time: what differs too much is replaced as a whole. Lines, words or digests alike.
E. W. Myers, An O(ND) Difference Algorithm and Its Variations, Algorithmica 1 (1986).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_DIFFERENCES = 300  # elements taken or given, before two sequences count as wholly different


@dataclass(frozen=True, slots=True)
class Hunk:
    """The elements `start` to `end` of the old sequence became `new`."""

    start: int
    end: int
    new: tuple[str, ...]


def hunks_between(
    old: Sequence[str], new: Sequence[str], most: int = MOST_DIFFERENCES
) -> list[Hunk]:
    """What to replace in `old`, in order and apart from each other, so that it becomes `new`."""
    head = common_length(old, new)
    tail = common_length(old[head:][::-1], new[head:][::-1])
    olds, news = old[head : len(old) - tail], new[head : len(new) - tail]
    hunks = []
    at_old = at_new = 0
    for i, j in [*_kept(olds, news, most), (len(olds), len(news))]:
        if i > at_old or j > at_new:
            hunks.append(Hunk(head + at_old, head + i, tuple(news[at_new:j])))
        at_old, at_new = i + 1, j + 1
    return hunks


def common_length(a: Sequence[str], b: Sequence[str]) -> int:
    """How many elements the two begin with in common."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count


def _kept(old: Sequence[str], new: Sequence[str], most: int) -> list[tuple[int, int]]:
    """(index in old, index in new) of what stays, in order: a longest such list, or none."""
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for steps in range(min(most, len(old) + len(new)) + 1):
        history.append(dict(reach))
        for k in range(-steps, steps + 1, 2):
            down = k == -steps or (k != steps and reach[k - 1] < reach[k + 1])
            x = reach[k + 1] if down else reach[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            reach[k] = x
            if x >= len(old) and x - k >= len(new):
                return _traced(history, len(old), len(new))
    return []


def _traced(history: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    kept = []
    for steps in range(len(history) - 1, -1, -1):
        reach, k = history[steps], x - y
        down = k == -steps or (k != steps and reach[k - 1] < reach[k + 1])
        before = k + 1 if down else k - 1
        at_x = reach[before] if steps else 0
        at_y = at_x - before if steps else 0
        while x > at_x and y > at_y:
            x, y = x - 1, y - 1
            kept.append((x, y))
        x, y = at_x, at_y
    return kept[::-1]


def common_places(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(place in old, place in new) of what stays, in order."""
    at_old = at_new = 0
    for hunk in hunks_between(old, new):
        kept = hunk.start - at_old
        yield from ((at_old + n, at_new + n) for n in range(kept))
        at_old, at_new = hunk.end, at_new + kept + len(hunk.new)
    yield from zip(range(at_old, len(old)), range(at_new, len(new)), strict=True)


def longest_increasing(places: Sequence[int]) -> set[int]:
    """A longest increasing subsequence of different numbers, by patience sorting: O(n log n).

    Of things in their new order, known by their old places, these need no moving.
    """
    ends: list[int] = []  # the smallest last place of a subsequence of each length
    before: dict[int, int | None] = {}
    for place in places:
        length = bisect_left(ends, place)
        before[place] = ends[length - 1] if length else None
        ends[length : length + 1] = [place]
    found: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found
