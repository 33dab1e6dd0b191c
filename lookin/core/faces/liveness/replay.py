"""Whether a stream of movements was seen before. Pure; a print holds no face.

Not for repeats inside one stream: see continuity.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lookin.core.faces.arrays import Floats
from lookin.core.faces.liveness.course import Liveness
from lookin.core.faces.liveness.samples import Sample
from lookin.core.faces.traits import PLACE

VERSION = 1
RATE = 10  # rows a second of a print
_CHANNELS = 5
_HEAD = 4
_MOST = 240
_SAME_PICTURES = 3
_WINDOW = 15  # rows that are compared at once
_TURNING = 3  # the first channels, whose movement is compared: yaw, pitch, roll
# Degrees, root mean square. In clips of moving heads no window came nearer to another one than
# 0.39 of its movement; a screen filmed again stays within a degree or so and a tenth of it.
_MOVES = 4.0
_NOISE = 1.2
_SHARE_OF_MOVEMENT = 0.05
_GAIN = 1.35  # a screen seen askew makes turns a little larger or smaller
_ENOUGH = 0.7  # of the moving windows
_FEWEST = 4


def stream_print(state: Liveness) -> bytes:
    """What to keep of a stream, at most 2.2 kB: its movement at 10 Hz and its pictures' sums.

    Laid out as version (1), number of pictures (2, big-endian) and of channels (1), a CRC-32 per
    picture, then signed bytes, one row of channels a tenth of a second.
    """
    samples = state.samples
    pictures = list(dict.fromkeys(zlib.crc32(s.picture).to_bytes(4, "big") for s in samples))
    pictures = pictures[-_MOST:]
    head = bytes([VERSION]) + len(pictures).to_bytes(2, "big") + bytes([_CHANNELS])
    return head + b"".join(pictures) + _rows_of(samples)[-_MOST:].astype(np.int8).tobytes()


def is_replay(stream: bytes, earlier: Iterable[bytes]) -> bool:
    """Whether the stream with this print repeats earlier ones, whole or in pieces.

    Either some of its very pictures were in one of them, or most of its movement was, to within
    what filming a screen changes. Prints that cannot be read count as unknown.
    """
    pictures, rows = _read(stream)
    windows, strength = _windows(rows)
    known = np.zeros(len(windows), bool)
    for other in earlier:
        other_pictures, other_rows = _read(other)
        if len(pictures & other_pictures) >= _SAME_PICTURES:
            return True
        known |= _found(windows, strength, *_windows(other_rows))
    return len(known) >= _FEWEST and float(known.mean()) >= _ENOUGH


def _rows_of(samples: tuple[Sample, ...]) -> Floats:
    """Rows of yaw, pitch and roll (degrees), mouth and eyes (percent of the eye distance)."""
    if len(samples) < 2:
        return np.zeros((0, _CHANNELS), np.float32)
    times = np.array([s.at for s in samples])
    values = np.array([[s.yaw, s.pitch, s.roll, *_openings(s.shape)] for s in samples])
    grid = np.arange(times[0], times[-1], 1 / RATE)
    rows = np.stack([np.interp(grid, times, column) for column in values.T], axis=1)
    return np.clip(np.round(rows), -127, 127).astype(np.float32)


def _openings(shape: Floats) -> tuple[float, float]:
    def apart(one: int, two: int) -> float:
        return float(np.linalg.norm(shape[PLACE[one]] - shape[PLACE[two]]))

    return 100 * apart(13, 14), 100 * (apart(159, 145) + apart(386, 374)) / 2


def _windows(rows: Floats) -> tuple[Floats, Floats]:
    """The windows (n, 45) in which the head moves, without their means, and how strongly (n,)."""
    if len(rows) < _WINDOW:
        return np.zeros((0, _WINDOW * _TURNING), np.float32), np.zeros(0, np.float32)
    view = np.lib.stride_tricks.sliding_window_view(rows[:, :_TURNING], _WINDOW, axis=0)
    centred = view - view.mean(axis=2, keepdims=True)
    strength = np.sqrt((centred**2).sum(axis=1).mean(axis=1))
    moving = strength >= _MOVES
    flat = centred.reshape(len(centred), -1)[moving]
    return np.asarray(flat, np.float32), np.asarray(strength[moving], np.float32)


def _found(
    windows: Floats, strength: Floats, other_windows: Floats, other_strength: Floats
) -> NDArray[np.bool_]:
    """Which windows (n,) the other stream has too, but for a gain and noise."""
    if not len(windows) or not len(other_windows):
        return np.zeros(len(windows), bool)
    scale = _WINDOW * strength[:, None] * other_strength[None]
    alike = np.clip(windows @ other_windows.T / scale, -1, 1)
    gain = np.abs(np.log(strength[:, None] / other_strength[None])) <= np.log(_GAIN)
    left = strength[:, None] * np.sqrt(1 - alike**2)
    near = left <= _NOISE + _SHARE_OF_MOVEMENT * strength[:, None]
    return np.asarray((near & gain & (alike > 0)).any(axis=1))


def _read(stream: bytes) -> tuple[set[bytes], Floats]:
    """The pictures and the rows of a print; nothing of one that this version did not write."""
    nothing: tuple[set[bytes], Floats] = set(), np.zeros((0, _CHANNELS), np.float32)
    if len(stream) < _HEAD or stream[0] != VERSION or stream[3] != _CHANNELS:
        return nothing
    end = _HEAD + 4 * int.from_bytes(stream[1:3], "big")
    if len(stream) < end or (len(stream) - end) % _CHANNELS:
        return nothing
    pictures = {stream[place : place + 4] for place in range(_HEAD, end, 4)}
    rows = np.frombuffer(stream[end:], np.int8).astype(np.float32)
    return pictures, np.asarray(rows.reshape(-1, _CHANNELS), np.float32)
