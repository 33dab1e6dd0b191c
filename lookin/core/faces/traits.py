"""What liveness needs of a frame beside the pose: a face's shape, the picture's sums, colours.

Keeps no pixels. Not for judging any of it: see liveness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from lookin.core.faces.arrays import Floats, Pixels
from lookin.core.faces.landmarks import Mesh
from lookin.core.faces.pose import LEFT_EYE, RIGHT_EYE

# FaceMesh's points, named where another module reads them: outer and inner corners of the eyes,
# lids, brows, bridge, tip and wings of the nose, lips, cheeks, outline, forehead and chin.
POINTS = (
    *(33, 133, 362, 263, 159, 145, 386, 374),
    *(70, 107, 336, 300, 168, 6, 197, 195, 5, 4, 1, 2, 98, 327, 48, 278),
    *(61, 291, 0, 17, 13, 14, 50, 280, 205, 425, 187, 411),
    *(234, 454, 93, 323, 132, 361, 58, 288, 172, 397, 127, 356, 10, 151, 9, 152, 175, 199),
)
PLACE = {point: index for index, point in enumerate(POINTS)}
GRID = 16
# Which blocks of a picture are added and which taken away in each of sixteen sums.
_SIGNS = np.random.default_rng(16).choice(np.array([-1.0, 1.0], np.float32), (16, GRID * GRID * 3))
_CHEEKS = (slice(66, 104), slice(38, 112))  # of a chip: nose and cheeks, no hair
_GAMMA = 2.2


@dataclass(frozen=True, eq=False)
class Traits:
    """Of one face in one frame.

    shape: (54, 3), the POINTS of the mesh in the upright frame, the middle of the outer eye
    corners at 0, their distance in space 1; x to the right, y down, z away from the camera.
    sums: (16,), sums over the whole picture by a fixed pattern; equal for equal pictures only.
    face, around: (3,) mean linear RGB, 0…1, of nose and cheeks and of what is beside the head.
    """

    shape: Floats
    sums: Floats
    face: Floats
    around: Floats

    def point(self, index: int) -> Floats:
        """One of the POINTS, by FaceMesh's number: (3,)."""
        return np.asarray(self.shape[PLACE[index]], np.float32)


def traits_of(image: Image.Image, mesh: Mesh, chip: Pixels) -> Traits:
    """The traits of the face `mesh` of an RGB picture; `chip` is its (150, 150, 3) cut."""
    grid = np.asarray(image.resize((GRID, GRID), Image.Resampling.BOX), np.float32)
    return Traits(
        shape=_shape(mesh),
        sums=np.asarray(_SIGNS @ grid.reshape(-1), np.float32),
        face=_linear(chip[_CHEEKS].reshape(-1, 3)),
        around=_linear(grid[_beside(mesh, image.size)]),
    )


def _shape(mesh: Mesh) -> Floats:
    right, left = mesh.solid[RIGHT_EYE], mesh.solid[LEFT_EYE]
    unit = max(float(np.linalg.norm(left - right)), 1e-6)
    return np.asarray((mesh.solid[list(POINTS)] - (left + right) / 2) / unit, np.float32)


def _beside(mesh: Mesh, size: tuple[int, int]) -> Floats:
    """Which blocks of the grid, (16, 16) of bool, lie beside or above the head; all if none do."""
    low, high = mesh.points.min(0), mesh.points.max(0)
    width = high[0] - low[0]
    step = (np.arange(GRID, dtype=np.float32) + 0.5) / GRID
    x, y = np.meshgrid(step * size[0], step * size[1])
    near = (x > low[0] - 0.4 * width) & (x < high[0] + 0.4 * width)
    outside = np.asarray(~near & (y < high[1]))
    return outside if outside.any() else np.ones_like(outside)


def _linear(pixels: Pixels | Floats) -> Floats:
    """The mean of (n, 3) sRGB values in linear light."""
    return np.asarray(((pixels / np.float32(255)) ** _GAMMA).mean(0), np.float32)
