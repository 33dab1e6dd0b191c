"""Cuts a turned, scaled square out of a picture, and knows where dlib wants the five face points.

Coordinates are continuous: pixel i covers [i, i+1). Not for finding the points.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from lookin.core.faces.arrays import Floats, Pixels

CHIP_SIZE = 150
CHIP_PADDING = 0.25
# FaceMesh's points in dlib's five-point order: outer and inner corner of the person's left eye,
# of the right eye, and the base of the nose.
FIVE_POINTS = (263, 362, 33, 133, 2)
# The mean face of dlib's get_face_chip_details (image_transforms/interpolation.h), side 1.
_MEAN_FACE = np.array(
    [
        [0.8595674595992, 0.2134981538014],
        [0.6460604764104, 0.2289674387677],
        [0.1205750620789, 0.2137274526848],
        [0.3340850613712, 0.2290642403242],
        [0.4901123135679, 0.6277975316475],
    ],
    np.float32,
)
# The template of ArcFace's published models, side 1 (it is drawn for 112 pixels), and FaceMesh's
# points around each of its five places: the eyes as they lie in the picture, nose, mouth's corners.
ARCFACE_POINTS = ((33, 133, 159, 145), (263, 362, 386, 374), (1,), (61,), (291,))
ARCFACE = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    np.float32,
) / np.float32(112)


def chip_transform(
    five_points: Floats, size: int = CHIP_SIZE, padding: float = CHIP_PADDING
) -> Floats:
    """The 2×3 matrix from chip coordinates to picture coordinates for five points (5, 2).

    `padding`: how much wider than the mean face the chip is, on each side.
    """
    return template_transform(_MEAN_FACE, five_points, size, padding)


def template_transform(template: Floats, points: Floats, size: int, padding: float) -> Floats:
    """The 2×3 matrix from a chip to a picture that lays `template` (n, 2) on the `points` (n, 2).

    The template has side 1; `padding`: how much wider than it the chip is, on each side.
    """
    wanted = (template + padding) / (1 + 2 * padding) * size
    return similarity(wanted, points)


def similarity(source: Floats, target: Floats) -> Floats:
    """The 2×3 rotation, scale and shift that best maps `source` (n, 2) on `target` (n, 2).

    Least squares in closed form (Umeyama 1991); in the plane it is one complex number.
    """
    one = source.astype(np.float64) @ np.array([1, 1j])
    two = target.astype(np.float64) @ np.array([1, 1j])
    centred = one - one.mean()
    spread = float(np.vdot(centred, centred).real)
    factor = complex(np.vdot(centred, two - two.mean()) / spread) if spread else 0j
    shift = complex(two.mean() - factor * one.mean())
    rows = [[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag]]
    return np.array(rows, np.float32)


def square_transform(centre: Floats, side: float, angle: float, size: int) -> Floats:
    """The 2×3 matrix from a `size`-pixel chip to a picture square turned by `angle` (rad)."""
    scale = side / size
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    shift = centre - turn @ np.full(2, size / 2)
    return np.hstack([turn, shift[:, None]]).astype(np.float32)


def inverse(matrix: Floats) -> Floats:
    """The 2×3 matrix that leads back."""
    turn = np.linalg.inv(matrix[:, :2].astype(np.float64))
    return np.hstack([turn, -turn @ matrix[:, 2:]]).astype(np.float32)


def apply_transform(matrix: Floats, points: Floats) -> Floats:
    """Points (n, 2) through a 2×3 matrix."""
    return (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def cut_chip(image: Image.Image, matrix: Floats, size: int) -> Pixels:
    """The square (size, size, 3) whose pixels `matrix` (2×3) places in the picture; black outside.

    Bilinear, like dlib and MediaPipe. Where the picture is at least twice as fine as the chip it
    is scaled down by a whole number first, so that little aliases.
    """
    scale = math.hypot(matrix[0, 0], matrix[1, 0])
    if scale >= 2:
        image, matrix = _reduced(image, matrix, size, int(scale))
    place = tuple(float(value) for value in matrix.reshape(-1))
    chip = image.transform((size, size), Image.Transform.AFFINE, place, Image.Resampling.BILINEAR)
    return np.asarray(chip)


def _reduced(
    image: Image.Image, matrix: Floats, size: int, factor: int
) -> tuple[Image.Image, Floats]:
    """The part of the picture under the chip, `factor` times as coarse, and its matrix."""
    corners = np.array([[0, 0], [size, 0], [0, size], [size, size]], np.float32)
    reach = apply_transform(matrix, corners)
    room = 2 * factor
    left, top = np.maximum(np.floor(reach.min(0)).astype(int) - room, 0)
    right, bottom = np.minimum(np.ceil(reach.max(0)).astype(int) + room, image.size)
    if right - left < factor or bottom - top < factor:
        return image, matrix
    part = image.reduce(factor, box=(int(left), int(top), int(right), int(bottom)))
    moved = matrix - np.array([[0, 0, left], [0, 0, top]], np.float32)
    return part, (moved / factor).astype(np.float32)
