"""Finds faces in a picture: boxes, scores and six rough points each (BlazeFace, 256 px).

Not for the 468 landmarks: see landmarks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lookin.core.faces.arrays import Floats
from lookin.core.faces.sessions import open_session

INPUT_SIZE = 256
STRIDE = 32  # the input has a multiple of it in rows
MIN_SCORE = 0.5
MAX_OVERLAP = 0.3
MAX_FACES = 10
# Two grids over the input: cells on a side, anchors per cell, and the outputs that belong to each.
_GRIDS = ((16, 2, "Identity", "Identity_2"), (8, 6, "Identity_1", "Identity_3"))
_OUTPUTS = [name for *_, scores, boxes in _GRIDS for name in (scores, boxes)]


@dataclass(frozen=True)
class Detection:
    """One face: box (x, y, width, height) and points (6, 2) in pixels of the picture.

    The points: the person's right eye, left eye, nose, mouth, right ear, left ear.
    """

    score: float
    box: tuple[float, float, float, float]
    points: Floats

    @property
    def centre(self) -> Floats:
        """The middle of the box, (2,)."""
        x, y, width, height = self.box
        return np.array([x + width / 2, y + height / 2], np.float32)

    @property
    def side(self) -> float:
        """The longer side of the box."""
        return max(self.box[2:])


class Detector:
    """Holds the network; safe to share between threads."""

    def __init__(self, model: Path, *, threads: int) -> None:
        self._session = open_session(model, threads=threads)
        self._anchors = [_anchors(cells, count) for cells, count, *_ in _GRIDS]

    def detect(self, image: Image.Image, *, min_score: float = MIN_SCORE) -> list[Detection]:
        """The faces of an RGB picture, best first, at most ten."""
        scale = INPUT_SIZE / max(image.size)
        outputs = self._session.run(_OUTPUTS, {"input_nhwc": _letterbox(image, scale)})
        logits = np.concatenate([outputs[0][0, :, 0], outputs[2][0, :, 0]])
        raw = np.concatenate(
            [_decode(outputs[1][0], self._anchors[0]), _decode(outputs[3][0], self._anchors[1])]
        )
        good = np.flatnonzero(logits > np.log(min_score / (1 - min_score)))
        good = good[np.argsort(-logits[good], kind="stable")]
        scores = 1 / (1 + np.exp(-logits[good]))
        places = (raw[good] / scale).astype(np.float32)
        return [_detection(float(scores[i]), places[i]) for i in _suppress(places)]


def _letterbox(image: Image.Image, scale: float) -> Floats:
    """The picture in the upper left of a black canvas, values -1…1, (1, rows, 256, 3).

    A canvas of 256 rows for a wide picture would be black for a quarter and more of the work.
    """
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    canvas = Image.new("RGB", (INPUT_SIZE, math.ceil(size[1] / STRIDE) * STRIDE))
    canvas.paste(image.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.1), (0, 0))
    values = np.asarray(canvas, np.float32)[None]
    return values * np.float32(1 / 127.5) - np.float32(1)


def _anchors(cells: int, count: int) -> Floats:
    """Cell centres (cells·cells·count, 2) in input pixels, row by row (MediaPipe's SSD anchors)."""
    steps = (np.arange(cells, dtype=np.float32) + 0.5) * (INPUT_SIZE / cells)
    y, x = np.meshgrid(steps, steps, indexing="ij")
    return np.repeat(np.stack([x, y], -1).reshape(-1, 2), count, axis=0)


def _decode(raw: Floats, anchors: Floats) -> Floats:
    """Rows of (centre, size, six points) in input pixels, (n, 8, 2), for the first n anchors."""
    rows = raw.reshape(-1, 8, 2).copy()
    anchors = anchors[: len(rows)]
    rows[:, 0] += anchors
    rows[:, 2:] += anchors[:, None]
    return rows


def _suppress(places: Floats) -> list[int]:
    """Indices of the rows that remain when each face keeps only its best box."""
    kept: list[int] = []
    left = np.arange(len(places))
    while left.size and len(kept) < MAX_FACES:
        kept.append(int(left[0]))
        left = left[1:]
        left = left[_overlaps(places[kept[-1]], places[left]) < MAX_OVERLAP]
    return kept


def _overlaps(one: Floats, others: Floats) -> Floats:
    """Intersection over union (n,) of one row's box and of other rows' (n, 8, 2)."""
    middles, sizes = others[:, 0], others[:, 1]
    low = np.maximum(one[0] - one[1] / 2, middles - sizes / 2)
    high = np.minimum(one[0] + one[1] / 2, middles + sizes / 2)
    shared = np.maximum(high - low, 0).prod(1)
    whole = one[1].prod() + sizes.prod(1) - shared
    return np.asarray(shared / np.maximum(whole, 1e-9), np.float32)


def _detection(score: float, row: Floats) -> Detection:
    (x, y), (width, height) = row[0] - row[1] / 2, row[1]
    return Detection(score, (float(x), float(y), float(width), float(height)), row[2:])
