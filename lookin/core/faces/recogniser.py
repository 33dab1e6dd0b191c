"""128 numbers for a face chip: close for one person, far for two (dlib's ResNet, in ONNX).

Not for deciding who it is: see matching.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from lookin.core.faces.alignment import CHIP_SIZE
from lookin.core.faces.arrays import Floats, Pixels
from lookin.core.faces.sessions import open_session

EMBEDDING_SIZE = 128
# What of a chip is embedded: its two sides and their mean, or one of them for half the work.
View = Literal["both", "plain", "mirrored"]


class Recogniser:
    """Holds the network; safe to share between threads."""

    def __init__(self, model: Path, *, threads: int) -> None:
        self._session = open_session(model, threads=threads)

    def embed(self, chips: Pixels) -> Floats:
        """Embeddings (n, 128) of chips (n, 150, 150, 3), RGB. Equal to dlib's to six decimals."""
        if chips.ndim != 4 or chips.shape[1:] != (CHIP_SIZE, CHIP_SIZE, 3):
            raise ValueError(f"chips of shape {chips.shape}")
        result: Floats = self._session.run(["embeddings"], {"chips": chips.astype(np.float32)})[0]
        return result

    def embed_view(self, chip: Pixels, view: View) -> Floats:
        """The embedding (128,) of a chip, of its mirror image, or the mean of both.

        The mean errs less on a single picture. Frames of one face, plain and mirrored in turn,
        have it in their own mean.
        """
        sides = {"both": [chip, chip[:, ::-1]], "plain": [chip], "mirrored": [chip[:, ::-1]]}
        return np.asarray(self.embed(np.stack(sides[view])).mean(0), np.float32)
