"""468 points in three dimensions on a face that was found (FaceMesh, 192 px).

Not for finding faces, nor for judging them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lookin.core.faces.alignment import apply_transform, cut_chip, square_transform
from lookin.core.faces.arrays import Floats
from lookin.core.faces.detector import Detection
from lookin.core.faces.sessions import open_session

INPUT_SIZE = 192
ENLARGE = 1.5  # MediaPipe's region for this model: the box, squared, times 1.5


@dataclass(frozen=True)
class Mesh:
    """Landmarks of one face. `presence` 0…1 is how sure the network is that there is a face.

    `points` (468, 2) are pixels of the picture. `solid` (468, 3) is the same face in the upright
    frame that the network saw, in the same unit; x to the right, y down, z away from the camera.
    `tilt` is how far (radians, clockwise) that frame was turned to make the eyes level.
    """

    points: Floats
    solid: Floats
    tilt: float
    presence: float


class LandmarkFinder:
    """Holds the network; safe to share between threads."""

    def __init__(self, model: Path, *, threads: int) -> None:
        self._session = open_session(model, threads=threads)

    def find(self, image: Image.Image, face: Detection) -> Mesh:
        """The landmarks of `face` in the picture it was found in."""
        right_eye, left_eye = face.points[0], face.points[1]
        tilt = math.atan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0])
        side = face.side * ENLARGE
        matrix = square_transform(face.centre, side, tilt, INPUT_SIZE)
        chip = cut_chip(image, matrix, INPUT_SIZE).astype(np.float32) / 255
        presence, mesh = self._session.run(["Identity_1", "Identity_2"], {"input_nhwc": chip[None]})
        raw = mesh.reshape(468, 3)
        points = apply_transform(matrix, raw[:, :2])
        return Mesh(points, raw * np.float32(side / INPUT_SIZE), tilt, float(presence[0, 0]))
