"""Whether a stream's pictures were seen in an earlier one. Pure; a print holds no face.

A recording put in the camera's place is known again, also when it was compressed once more. One
that was changed on purpose, or filmed off a screen, is not. Not for repeats inside one stream:
see continuity.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.liveness.challenge import STEPS
from lookin.core.faces.liveness.course import Liveness

VERSION = 2
_SUMS = 16
_HEAD = 3
_MOST = 90  # pictures of a print, evenly over a longer stream
_STEP = 8  # units of the sums that a print tells apart
# Distance of two pictures' sums. Compressed again with other noise: 85 at the median, 139 at most.
# The nearest other picture of a moving head a second and more away: 270 at least.
_NEAR = 160.0 / _STEP
_FEWEST = 8
_SHARE = 0.5


def stream_print(state: Liveness) -> bytes:
    """What to keep of a stream, at most 2.9 kB: sixteen sums over each of its pictures.

    Laid out as version (1), sums in a picture (1), number of movements (1), these as places in
    STEPS, then rows of big-endian signed words.
    """
    steps = [STEPS.index(step) for step in state.challenge.steps]
    samples = state.samples
    every = max(1, -(-len(samples) // _MOST))
    sums = [np.frombuffer(sample.picture, np.float32) for sample in samples[::every]]
    rows = np.array(sums, np.float32).reshape(-1, _SUMS) / _STEP
    words = np.clip(np.round(rows), -32767, 32767).astype(">i2")
    return bytes([VERSION, _SUMS, len(steps), *steps]) + words.tobytes()


def steps_of(stream: bytes) -> tuple[str, ...]:
    """The movements that were asked in the stream with this print; none if it cannot be read."""
    start = _start(stream)
    places = stream[_HEAD:start] if start else b""
    return tuple(STEPS[place] for place in places if place < len(STEPS))


def is_replay(stream: bytes, earlier: Iterable[bytes]) -> bool:
    """Whether the stream with this print shows again what earlier ones showed, whole or in pieces.

    Prints that cannot be read count as unknown.
    """
    rows = _read(stream)
    known = np.zeros(len(rows), bool)
    for other in earlier:
        known |= _nearest(rows, _read(other)) <= _NEAR
    return int(known.sum()) >= _FEWEST and float(known.mean()) >= _SHARE


def _nearest(rows: Floats, others: Floats) -> Floats:
    """The distance (n,) of each row to the nearest of the others."""
    if not len(rows) or not len(others):
        return np.full(len(rows), np.inf, np.float32)
    squares = (rows**2).sum(1)[:, None] + (others**2).sum(1)[None] - 2 * rows @ others.T
    return np.asarray(np.sqrt(np.maximum(squares.min(1), 0)), np.float32)


def _start(stream: bytes) -> int:
    """Where the rows of a print begin; 0 for one that this version did not write."""
    if len(stream) < _HEAD or stream[0] != VERSION or stream[1] != _SUMS:
        return 0
    start = _HEAD + stream[2]
    is_whole = len(stream) >= start and (len(stream) - start) % (2 * _SUMS) == 0
    return start if is_whole else 0


def _read(stream: bytes) -> Floats:
    """The rows of a print; none of one that this version did not write."""
    start = _start(stream)
    if not start:
        return np.zeros((0, _SUMS), np.float32)
    words = np.frombuffer(stream[start:], ">i2").reshape(-1, _SUMS)
    return words.astype(np.float32)
