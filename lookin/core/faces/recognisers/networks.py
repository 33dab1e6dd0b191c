"""The two networks that describe a face for us: dlib's ResNet, and FaceRes's pooled features.

Each knows how it wants a face cut out. Not for joining what they say: see recogniser.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from lookin.core.faces.alignment import CHIP_SIZE, FIVE_POINTS, chip_transform, cut_chip
from lookin.core.faces.arrays import Floats, Pixels
from lookin.core.faces.sessions import open_session

FACERES_CHIP = 224
FACERES_PADDING = 0.4
# The means of blue, green and red that its training took from each picture (as Caffe's VGG did),
# for a row of pixels.
_FACERES_MEANS = np.tile(np.array([103.939, 116.779, 123.68], np.float32), FACERES_CHIP)


class FaceNetwork(Protocol):
    """One network: cuts a face out of a picture, and describes faces so cut.

    mirrors: whether the mirror image of a face is described too.
    """

    mirrors: bool

    def cut(self, image: Image.Image, points: Floats) -> Pixels:
        """The chip (side, side, 3), RGB, of the face with FaceMesh's points (468, 2)."""

    def describe(self, sides: Pixels) -> Floats:
        """One vector (size,) for chips (n, side, side, 3) of one face: its sides."""


class DlibNetwork:
    """128 numbers whose Euclidean distance counts. Safe to share between threads."""

    def __init__(self, model: Path, *, threads: int) -> None:
        self._session = open_session(model, threads=threads)

    def cut(self, image: Image.Image, points: Floats) -> Pixels:
        """The chip (150, 150, 3)."""
        return cut_chip(image, chip_transform(points[list(FIVE_POINTS)]), CHIP_SIZE)

    def embed(self, chips: Pixels) -> Floats:
        """Embeddings (n, 128) of chips (n, 150, 150, 3), RGB. Equal to dlib's to six decimals."""
        _check(chips, CHIP_SIZE)
        result: Floats = self._session.run(["embeddings"], {"chips": chips.astype(np.float32)})[0]
        return result

    def describe(self, sides: Pixels) -> Floats:
        """The mean (128,) of the sides' embeddings."""
        return np.asarray(self.embed(sides).mean(0), np.float32)


class FaceresNetwork:
    """1024 numbers, the square root of what is pooled before the last layers. Thread-safe.

    Those are made to tell age and gender; the features before them tell people apart.
    """

    mirrors = True

    def __init__(self, model: Path, *, threads: int) -> None:
        self._session = open_session(model, threads=threads)

    def cut(self, image: Image.Image, points: Floats) -> Pixels:
        """The chip (224, 224, 3): a wider view of the head than dlib's."""
        matrix = chip_transform(points[list(FIVE_POINTS)], FACERES_CHIP, FACERES_PADDING)
        return cut_chip(image, matrix, FACERES_CHIP)

    def pool(self, chips: Pixels) -> Floats:
        """Features (n, 1024), none negative, of chips (n, 224, 224, 3), RGB."""
        _check(chips, FACERES_CHIP)
        given = np.empty(chips.shape, np.uint8)
        for channel in range(3):  # four times as fast as reversing the last axis
            given[..., channel] = chips[..., 2 - channel]
        rows = given.reshape(-1, FACERES_CHIP * 3)
        values = np.subtract(rows, _FACERES_MEANS, dtype=np.float32).reshape(chips.shape)
        result: Floats = self._session.run(["Identity"], {"input_nhwc": values})[0]
        return result

    def describe(self, sides: Pixels) -> Floats:
        """The unit vector (1024,): the root of the share that each feature has of all."""
        pooled = self.pool(sides).mean(0)
        return np.asarray(np.sqrt(pooled / max(float(pooled.sum()), 1e-9)), np.float32)


def _check(chips: Pixels, side: int) -> None:
    if chips.ndim != 4 or chips.shape[1:] != (side, side, 3):
        raise ValueError(f"chips of shape {chips.shape}")
