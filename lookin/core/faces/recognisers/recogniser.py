"""A face in a picture as an embedding: close for one person, far for two. Cheap to track with.

Not for deciding who it is: see comparison.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookin.core.faces.arrays import Floats, Pixels
from lookin.core.faces.observation import View
from lookin.core.faces.rates.calibration import Calibration
from lookin.core.faces.rates.measured import BUILT_IN
from lookin.core.faces.recognisers.description import Description
from lookin.core.faces.recognisers.embeddings import FUSED, fuse
from lookin.core.faces.recognisers.networks import DlibNetwork, FaceNetwork


class Recogniser:
    """Joins dlib's network with a second one; safe to share between threads.

    name: what its templates are kept under. calibration: its measured rates, None for one of the
    operator's own that was not calibrated yet.
    """

    def __init__(self, dlib: DlibNetwork, second: FaceNetwork, own: Description | None) -> None:
        """With `own` the second is the operator's: the embedding is then what it says, alone."""
        self._dlib = dlib
        self._second = second
        self._fuses = own is None
        self.name = own.full_name if own else FUSED
        self.calibration: Calibration | None = own.calibration if own else BUILT_IN

    def cut(self, image: Image.Image, points: Floats) -> Pixels:
        """The chip (150, 150, 3) that `track` and `embed` want, and that quality is judged by."""
        return self._dlib.cut(image, points)

    def track(self, chip: Pixels, view: View) -> Floats | None:
        """dlib's numbers (128,) for the sides of a chip that `view` asks for."""
        sides = _sides(chip, view)
        return None if sides is None else self._dlib.describe(sides)

    def embed(self, image: Image.Image, points: Floats, track: Floats, view: View) -> Floats | None:
        """The embedding of a face, of which `track` may be a part, or None if none is wanted.

        The mean of both sides errs less on a single picture. Frames of one face, plain and
        mirrored in turn, have it in their own mean.
        """
        if view in {"none", "track"}:
            return None
        chip = self._second.cut(image, points)
        sides = _sides(chip, view if self._second.mirrors else "plain")
        assert sides is not None
        described = self._second.describe(sides)
        return fuse(track, described) if self._fuses else described


def _sides(chip: Pixels, view: View) -> Pixels | None:
    mirror = chip[:, ::-1]
    match view:
        case "none":
            return None
        case "track" | "plain":
            return chip[None]
        case "mirrored":
            return mirror[None]
        case "both":
            return np.stack([chip, mirror])
