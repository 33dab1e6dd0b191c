"""How far a typed word is from many words at once: optimal string alignment, all in numpy.

Counts slips of the hand on key strokes (wrong, missing, extra, swapped). Knows no vocabulary.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
LONGEST = 24  # strokes compared; a longer word is compared by its first ones


def allowed(strokes: int) -> int:
    """How many slips a word of so many strokes may hold: none to 3, one from 4, two from 8."""
    return 0 if strokes < 4 else 1 if strokes < 8 else 2


def distances(typed: bytes, words: Bytes, most: int) -> tuple[Bytes, Bytes]:
    """Distances of `typed` to each row of `words` (count, width; padded with 0), capped at most+1.

    First to the whole word, then to its best beginning (the word may go on where typing stopped).
    Only the band of `most` around the diagonal is computed; `words` must be at least
    len(typed) + most + 1 wide.
    """
    count, size = len(words), len(typed)
    far = np.uint8(most + 1)
    columns = np.ascontiguousarray(words.T)
    above: dict[int, Bytes] = {at: np.full(count, at, np.uint8) for at in range(most + 1)}
    twice: dict[int, Bytes] = {}
    for row in range(1, size + 1):
        line: dict[int, Bytes] = {}
        for at in range(max(0, row - most), row + most + 1):
            line[at] = _cell((row, at), typed, columns, (twice, above, line), far)
        twice, above = above, line
    start = np.minimum.reduce(list(above.values()))
    lengths = np.count_nonzero(words, axis=1)
    whole = np.full(count, far, np.uint8)
    for at, distance in above.items():
        np.copyto(whole, distance, where=lengths == at)
    return np.minimum(whole, far), np.minimum(start, far)


def _cell(
    place: tuple[int, int],
    typed: bytes,
    columns: Bytes,
    lines: tuple[dict[int, Bytes], dict[int, Bytes], dict[int, Bytes]],
    far: np.uint8,
) -> Bytes:
    row, at = place
    twice, above, line = lines
    if at == 0:
        return np.full(columns.shape[1], min(row, int(far)), np.uint8)
    here = columns[at - 1]
    best: Bytes = above[at - 1] + (here != typed[row - 1])
    if at in above:
        np.minimum(best, above[at] + 1, out=best)
    if at - 1 in line:
        np.minimum(best, line[at - 1] + 1, out=best)
    if row > 1 and at > 1 and at - 2 in twice:
        swapped = (here == typed[row - 2]) & (columns[at - 2] == typed[row - 1])
        np.minimum(best, np.where(swapped, twice[at - 2] + 1, far), out=best)
    return best
