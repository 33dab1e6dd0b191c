"""Texts compared and merged line by line, and change sets that lead from one text to another.

Pure, and bounded in time: what differs too much is replaced as a whole. Not for cells (merging).
Difference: E. W. Myers, An O(ND) Difference Algorithm and Its Variations, Algorithmica 1 (1986).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from lookin.core.documents.text import Section, utf16_length

MOST_DIFFERENCES = 300  # lines taken or given, before two texts count as wholly different


@dataclass(frozen=True, slots=True)
class Hunk:
    """The elements `start` to `end` of the old sequence became `new`."""

    start: int
    end: int
    new: tuple[str, ...]


def hunks_between(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """What to replace in `old`, in order and apart from each other, so that it becomes `new`."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    olds, news = old[head : len(old) - tail], new[head : len(new) - tail]
    hunks = []
    at_old = at_new = 0
    for i, j in [*_kept(olds, news), (len(olds), len(news))]:
        if i > at_old or j > at_new:
            hunks.append(Hunk(head + at_old, head + i, tuple(news[at_new:j])))
        at_old, at_new = i + 1, j + 1
    return hunks


def merge_lines(base: str, ours: str, theirs: str) -> str | None:
    """Both changes of `base` in one text; None when they touch the same lines."""
    lines = base.split("\n")
    mine = hunks_between(lines, ours.split("\n"))
    other = [h for h in hunks_between(lines, theirs.split("\n")) if h not in mine]
    if any(_clash(a, b) for a in mine for b in other):
        return None
    merged: list[str] = []
    at = 0
    for hunk in sorted([*mine, *other], key=lambda h: (h.start, h.end)):
        merged += [*lines[at : hunk.start], *hunk.new]
        at = hunk.end
    return "\n".join([*merged, *lines[at:]])


def changes_between(old: str, new: str) -> list[Section]:
    """The change set that turns `old` into `new`, in UTF-16 units; cursors elsewhere stay."""
    sections: list[Section] = []
    kept = 0
    for piece in _pieces(old, new):
        if isinstance(piece, int):
            kept += piece
            continue
        before, after = piece
        if kept:
            sections.append(kept)
            kept = 0
        sections.append([utf16_length(before), *(after.split("\n") if after else [])])
    return [*sections, kept] if kept else sections


def _pieces(old: str, new: str) -> Iterator[int | tuple[str, str]]:
    """Units that stay, or (what goes, what comes)."""
    lines = old.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]  # and one behind the end
    at = 0
    for hunk in hunks_between(lines, new.split("\n")):
        to_the_end = hunk.end == len(lines)
        begin = max(0, starts[hunk.start] - to_the_end)
        end = min(starts[hunk.end], len(old))
        after = "\n".join(hunk.new)
        if hunk.new and to_the_end and hunk.start:
            after = "\n" + after
        elif hunk.new and not to_the_end:
            after += "\n"
        before = old[begin:end]
        head = _common(before, after)
        tail = _common(before[head:][::-1], after[head:][::-1])
        yield utf16_length(old[at : begin + head])
        yield before[head : len(before) - tail], after[head : len(after) - tail]
        at = end - tail
    yield utf16_length(old[at:])


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many elements the two begin with in common."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count


def _clash(a: Hunk, b: Hunk) -> bool:
    """Whether they change the same lines, or one puts lines where the other changes some."""
    if a.start == a.end or b.start == b.end:
        return a.start <= b.end and b.start <= a.end
    return a.start < b.end and b.start < a.end


def _kept(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """(index in old, index in new) of what stays, in order: a longest such list, or none."""
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for steps in range(min(MOST_DIFFERENCES, len(old) + len(new)) + 1):
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
