"""How far a typed word is from many words at once: optimal string alignment, all in numpy.

Counts slips of the hand on key strokes (wrong, missing, extra, swapped). Knows no vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Line = dict[int, Bytes]
LONGEST = 24  # strokes compared; a longer word is compared by its first ones


def allowed(strokes: int) -> int:
    """How many slips a word of so many strokes may hold: none to 3, one from 4, two from 8."""
    return 0 if strokes < 4 else 1 if strokes < 8 else 2


def distances(typed: bytes, columns: Sequence[Bytes], most: int) -> tuple[Bytes, Bytes]:
    """Distances of `typed` to many words, capped at most + 1: to the whole, to its best beginning.

    `columns[i]` holds the i-th stroke of every word, 0 behind its end; there must be
    len(typed) + most + 1 of them. Only the band of `most` around the diagonal is computed
    (Ukkonen, 1985), and half-way down the words that are too far already are let go.
    """
    count, far = len(columns[0]), np.uint8(most + 1)
    alive = np.arange(count)
    twice: Line = {}
    above: Line = {at: np.full(count, at, np.uint8) for at in range(most + 1)}
    for row in range(1, len(typed) + 1):
        line: Line = {}
        for at in range(max(0, row - most), row + most + 1):
            line[at] = _cell((row, at), typed, columns, (twice, above, line))
        twice, above = above, line
        if row == (len(typed) + 1) // 2:
            near = np.flatnonzero(_least(above) <= most)
            alive, columns = alive[near], [column[near] for column in columns]
            twice, above = ({at: one[near] for at, one in each.items()} for each in (twice, above))
    start, whole = np.full(count, far, np.uint8), np.full(count, far, np.uint8)
    start[alive] = np.minimum(_least(above), far)
    ended = np.full(len(alive), far, np.uint8)
    for at, distance in above.items():
        ends = columns[at] == 0 if at == 0 else (columns[at] == 0) & (columns[at - 1] != 0)
        np.copyto(ended, distance, where=ends)
    whole[alive] = np.minimum(ended, far)
    return whole, start


def _least(line: Line) -> Bytes:
    least: Bytes = np.minimum.reduce(list(line.values()))
    return least


def _cell(
    place: tuple[int, int], typed: bytes, columns: Sequence[Bytes], lines: tuple[Line, Line, Line]
) -> Bytes:
    """The distance of the first `row` strokes of `typed` to the first `at` of each word."""
    row, at = place
    twice, above, line = lines
    if at == 0:
        return np.full(len(columns[0]), row, np.uint8)
    here = columns[at - 1]
    best: Bytes = above[at - 1] + (here != typed[row - 1])
    if at in above:
        np.minimum(best, above[at] + np.uint8(1), out=best)
    if at - 1 in line:
        np.minimum(best, line[at - 1] + np.uint8(1), out=best)
    if row > 1 and at > 1 and at - 2 in twice and typed[row - 1] != typed[row - 2]:
        swapped = (here == typed[row - 2]) & (columns[at - 2] == typed[row - 1])
        np.copyto(best, np.minimum(best, twice[at - 2] + np.uint8(1)), where=swapped)
    return best
