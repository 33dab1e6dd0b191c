"""Whether a stream of movements was seen before. Pure; a print holds no face.

Not for repeats inside one stream: see continuity.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.liveness.course import Liveness
from lookin.core.faces.liveness.samples import Sample
from lookin.core.faces.traits import PLACE

VERSION = 1
RATE = 10  # samples a second of a print
_HEAD = 4
_MOST = 240
_SAME_PICTURES = 3


def stream_print(state: Liveness) -> bytes:
    """What to keep of a stream, at most 2.7 kB: its movement at 10 Hz and its pictures' sums.

    Laid out as version (1), number of pictures (2, big-endian) and of channels (1), a CRC-32 per
    picture, then signed bytes, one row a tenth of a second.
    """
    samples = state.samples
    pictures = list(dict.fromkeys(zlib.crc32(s.picture).to_bytes(4, "big") for s in samples))
    pictures = pictures[-_MOST:]
    rows = _track_of(samples)[-_MOST:]
    head = bytes([VERSION]) + len(pictures).to_bytes(2, "big") + bytes([rows.shape[1]])
    return head + b"".join(pictures) + rows.astype(np.int8).tobytes()


def is_replay(print: bytes, earlier: Iterable[bytes]) -> bool:  # noqa: A002
    """Whether the stream with this print repeats one of the earlier ones, whole or in pieces."""
    pictures, _ = _read(print)
    return any(len(pictures & _read(other)[0]) >= _SAME_PICTURES for other in earlier)


def _track_of(samples: tuple[Sample, ...]) -> Floats:
    """Rows of yaw, pitch and roll (degrees), mouth and eyes (percent of the eye distance)."""
    if len(samples) < 2:
        return np.zeros((0, 5), np.float32)
    times = np.array([s.at for s in samples])
    values = np.array([[s.yaw, s.pitch, s.roll, *_openings(s.shape)] for s in samples])
    grid = np.arange(times[0], times[-1], 1 / RATE)
    rows = np.stack([np.interp(grid, times, column) for column in values.T], axis=1)
    return np.clip(np.round(rows), -127, 127).astype(np.float32)


def _openings(shape: Floats) -> tuple[float, float]:
    def apart(one: int, two: int) -> float:
        return float(np.linalg.norm(shape[PLACE[one]] - shape[PLACE[two]]))

    return 100 * apart(13, 14), 100 * (apart(159, 145) + apart(386, 374)) / 2


def _read(print: bytes) -> tuple[set[bytes], Floats]:  # noqa: A002
    """The pictures and the rows of a print; nothing of one that another version wrote."""
    if len(print) < _HEAD or print[0] != VERSION or print[3] == 0:
        return set(), np.zeros((0, 5), np.float32)
    end = _HEAD + 4 * int.from_bytes(print[1:3], "big")
    pictures = {print[place : place + 4] for place in range(_HEAD, end, 4)}
    values = np.frombuffer(print[end:], np.int8).astype(np.float32)
    return pictures, values.reshape(-1, print[3])
