"""Texts compared and merged line by line, and change sets that lead from one text to another.

Pure, and bounded in time: what differs too much is replaced as a whole. Not for cells (merging).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from lookin.core.documents.text import Section, utf16_length
from lookin.core.lib.differences import Hunk, common_length, hunks_between


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
        head = common_length(before, after)
        tail = common_length(before[head:][::-1], after[head:][::-1])
        yield utf16_length(old[at : begin + head])
        yield before[head : len(before) - tail], after[head : len(after) - tail]
        at = end - tail
    yield utf16_length(old[at:])


def _clash(a: Hunk, b: Hunk) -> bool:
    """Whether they change the same lines, or one puts lines where the other changes some."""
    if a.start == a.end or b.start == b.end:
        return a.start <= b.end and b.start <= a.end
    return a.start < b.end and b.start < a.end
