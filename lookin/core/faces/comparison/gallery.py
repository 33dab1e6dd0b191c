"""Searches the templates of many people for those near a face: exact, and in two stages.

Not for whether that is a match (matching.identify) nor for where templates are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.matching import parts_in_sum, rooms
from lookin.core.faces.recognisers.embeddings import is_embedding

Key = TypeVar("Key")
FEW = 64  # up to so many people everybody is compared in full
AT_ONCE = 512  # rows that are compared in full at once
SKETCH = 32  # directions kept of each part of an embedding
CHUNK = 32_768  # rows whose bounds fit a processor's cache
SAMPLE = 1024
_ROUNDING = 1e-3  # more than single precision errs in a bound


class Gallery(Generic[Key]):
    """Templates of one recogniser by person. Never changes; any thread may search it.

    A part of an embedding seen along a few directions is never longer than in full. The bounds
    of all rows that follow from that are cheap, and only the few rows within them are compared.
    """

    def __init__(self, keys: Sequence[Key], rows: Floats) -> None:
        """`rows` (n, size) float32, one for each of the keys, is kept and not copied.

        Raises ValueError when they do not fit or are no embeddings.
        """
        if rows.ndim != 2 or len(keys) != len(rows):
            raise ValueError("a gallery needs one row for each person")
        if len(rows) and not (is_embedding(rows[0]) and np.isfinite(rows.sum())):
            raise ValueError("not embeddings of finite numbers")
        self._keys = keys
        self._rows = rows
        self._sketches = _sketches(rows) if len(rows) > FEW else []
        self._rooms = rooms(rows)

    @classmethod
    def of(cls, templates: Mapping[Key, Floats]) -> Gallery[Key]:
        """The gallery of templates by person. Raises ValueError for ones of several recognisers."""
        rows = np.stack(list(templates.values())) if templates else np.empty((0, 0), np.float32)
        return cls(list(templates), np.asarray(rows, np.float32))

    def __len__(self) -> int:
        return len(self._keys)

    def nearest(self, probe: Floats, *, within: float, count: int = 2) -> list[tuple[float, Key]]:
        """The `count` people nearest to `probe`, nearest first, of those at most `within` away."""
        if not len(self):
            return []
        if not is_embedding(probe) or probe.shape != self._rows[0].shape:
            raise ValueError("a probe of another recogniser")
        places = self._candidates(probe, within)
        found: list[tuple[float, int]] = []
        for start in range(0, len(places), AT_ONCE):
            some = places[start : start + AT_ONCE]
            apart = _apart(self._rows[some], probe[None])
            close = np.flatnonzero(apart <= within)
            found += zip(apart[close].tolist(), some[close].tolist(), strict=True)
            found = sorted(found)[:count]
        return [(apart, self._keys[place]) for apart, place in found]

    def _candidates(self, probe: Floats, within: float) -> NDArray[np.int64]:
        """The places of all rows that may lie within that distance, and few others."""
        if not self._sketches:
            return np.arange(len(self))
        sketched = [
            sketch.seen(part)[0]
            for sketch, part in zip(self._sketches, parts_in_sum(probe[None]), strict=True)
        ]
        own = rooms(probe[None])
        near = []
        for start in range(0, len(self), CHUNK):
            bounds = sum(
                sketch.bounds(seen, start)
                for sketch, seen in zip(self._sketches, sketched, strict=True)
            )
            bounds = bounds * own * self._rooms[start : start + CHUNK]
            near.append(np.flatnonzero(bounds <= within + _ROUNDING) + start)
        return np.concatenate(near)


class _Sketch:
    """One part of all rows along the directions in which people differ most."""

    def __init__(self, sample: Floats, rows: int) -> None:
        self._middle = sample.mean(0)
        self._axes = _main_directions(sample - self._middle)
        self._seen = np.empty((rows, self._axes.shape[1] + 1), np.float32)
        self._squares = np.empty(rows, np.float32)

    def fill(self, start: int, part: Floats) -> None:
        """Take in that part of the rows from `start` on."""
        some = slice(start, start + len(part))
        self._seen[some] = seen = self.seen(part)
        self._squares[some] = np.einsum("ij,ij->i", seen, seen)

    def seen(self, part: Floats) -> Floats:
        """That part (n, size) along the directions, and the length of the rest: (n, SKETCH + 1).

        What two rests differ in length is the least that they are apart.
        """
        centred = part - self._middle
        along = centred @ self._axes
        rest = np.einsum("ij,ij->i", centred, centred) - np.einsum("ij,ij->i", along, along)
        return np.column_stack([along, np.sqrt(np.maximum(rest, 0))]).astype(np.float32)

    def bounds(self, probe: Floats, start: int) -> Floats:
        """Of the rows of one chunk: lengths that the part's differences have at the least."""
        some = slice(start, start + CHUNK)
        squares = self._squares[some] - self._seen[some] @ (2 * probe)
        squares += probe @ probe
        return np.asarray(np.sqrt(np.maximum(squares, 0)), np.float32)


def _sketches(rows: Floats) -> list[_Sketch]:
    chosen = np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(np.int64)
    sketches = [_Sketch(sample, len(rows)) for sample in parts_in_sum(rows[chosen])]
    for start in range(0, len(rows), CHUNK):
        parts = parts_in_sum(rows[start : start + CHUNK])
        for sketch, part in zip(sketches, parts, strict=True):
            sketch.fill(start, part)
    return sketches


def _apart(rows: Floats, probe: Floats) -> Floats:
    """The `distance` of each row to the probe (1, size)."""
    lengths = [
        np.linalg.norm(part - own, axis=1)
        for part, own in zip(parts_in_sum(rows), parts_in_sum(probe), strict=True)
    ]
    return np.asarray(np.sum(lengths, axis=0) * rooms(rows) * rooms(probe), np.float32)


def _main_directions(sample: Floats) -> Floats:
    """Orthonormal columns (size, SKETCH) near the sample's principal axes.

    Subspace iteration (Halko, Martinsson, Tropp 2011); the bounds hold whatever comes out.
    """
    width = min(SKETCH, sample.shape[1])
    wide = np.random.default_rng(0).normal(size=(sample.shape[1], width)).astype(np.float32)
    axes: Floats = np.linalg.qr(wide)[0]
    for _ in range(4):
        axes = np.linalg.qr(sample.T @ (sample @ axes))[0]
    return np.asarray(axes, np.float32)
