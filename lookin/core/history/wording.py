"""Two texts side by side, line by line, and in lines that changed a little, word by word. Pure.

Bounded in time and size: texts that differ too much are shown as one that went and one that came.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from lookin.core.lib.differences import hunks_between

Json = dict[str, Any]
Piece = tuple[str, bool]  # a text, and whether it is not on the other side

AROUND = 3  # lines that stay, shown before and after what changed
MOST_LINES = 1_000  # rows that a page gets of one cell
MOST_WORDS = 60  # differences within a line, before it counts as another line
LINE_CHARS = 2_000  # of one line; the rest is cut off with "…"
ALIKE = 0.4  # of the characters must stay for words to be marked

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def compare_texts(old: str, new: str) -> Json:
    """`{lines, more}`: rows for two columns.

    A row is `[old line, new line]` (each pieces `[text, marked]`, or null where there is none), or
    a number: so many lines that are the same. `more` rows were left out at the end.
    """
    olds, news = _lines(old), _lines(new)
    rows: list[Any] = []
    at_old = at_new = 0
    for hunk in hunks_between(olds, news):
        same = hunk.start - at_old
        rows += _folded(olds[at_old : hunk.start], first=not rows, last=False)
        at_new += same
        rows += _changed(olds[hunk.start : hunk.end], hunk.new)
        at_old, at_new = hunk.end, at_new + len(hunk.new)
    rows += _folded(olds[at_old:], first=not rows, last=True)
    return {"lines": rows[:MOST_LINES], "more": max(0, len(rows) - MOST_LINES)}


def mark_words(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both lines in pieces, marked where they differ; whole when they are too different."""
    olds, news = _WORD.findall(old), _WORD.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    at_old = at_new = 0
    for hunk in hunks_between(olds, news, MOST_WORDS):
        same = hunk.start - at_old
        _add(left, olds[at_old : hunk.start], marked=False)
        _add(right, news[at_new : at_new + same], marked=False)
        at_new += same
        _add(left, olds[hunk.start : hunk.end], marked=True)
        _add(right, hunk.new, marked=True)
        at_old, at_new = hunk.end, at_new + len(hunk.new)
    _add(left, olds[at_old:], marked=False)
    _add(right, news[at_new:], marked=False)
    kept = sum(len(text.strip()) for text, marked in left if not marked)
    if kept < ALIKE * max(len(old.strip()), len(new.strip())):
        return [(old, False)], [(new, False)]
    return left, right


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _add(pieces: list[Piece], words: Sequence[str], *, marked: bool) -> None:
    if words:
        pieces.append(("".join(words), marked))


def _folded(lines: Sequence[str], *, first: bool, last: bool) -> list[Any]:
    """Lines that stay: a few beside each change, the others as their number."""
    head, tail = 0 if first else AROUND, 0 if last else AROUND
    if len(lines) <= head + tail + 1:
        return [[_plain(line), _plain(line)] for line in lines]
    shown = [[_plain(line), _plain(line)] for line in (*lines[:head], *lines[len(lines) - tail :])]
    return [*shown[:head], len(lines) - head - tail, *shown[head:]]


def _changed(olds: Sequence[str], news: Sequence[str]) -> list[Any]:
    rows = []
    for old, new in zip_longest(map(_cut, olds), map(_cut, news)):
        if old is None or new is None:
            rows.append([_plain(old), _plain(new)])
        else:
            left, right = mark_words(old, new)
            rows.append([[list(piece) for piece in left], [list(piece) for piece in right]])
    return rows


def _plain(line: str | None) -> list[list[Any]] | None:
    return None if line is None else [[_cut(line), False]]


def _cut(line: str) -> str:
    return line if len(line) <= LINE_CHARS else line[:LINE_CHARS] + "…"
