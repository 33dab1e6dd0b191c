"""Photographs as sheets: flat, bent over an axis, cut out, or with the depth of their own face.

Not for rendering: see scenes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.attacks.scenes import EYES, Array, Sheet
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.landmarks import Mesh
from lookin.core.faces.pose import LEFT_EYE, RIGHT_EYE, pose_from

FINE = 48  # of the fields
ENLARGE = 3  # so that the nearest pixel will do
HEAD_AXIS = 9.0  # centimetres from the eyes back to the axis a head turns about
_OUTLINE = (
    10,
    338,
    297,
    332,
    284,
    251,
    389,
    356,
    454,
    323,
    361,
    288,
    397,
    365,
    379,
    378,
    400,
    377,
    152,
    148,
    176,
    149,
    150,
    136,
    172,
    58,
    132,
    93,
    234,
    127,
    162,
    21,
    54,
    103,
    67,
    109,
)
_EYE_RINGS = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))


def mesh_of(engine: FaceEngine, image: Image.Image) -> Mesh | None:
    """The mesh of the widest face of a picture, or None."""
    found = max(engine._detector.detect(image), key=lambda face: face.side, default=None)
    if found is None:
        return None
    mesh = engine._landmarks.find(image, found)
    return mesh if mesh.presence > 0.5 else None


def is_frontal(mesh: Mesh) -> bool:
    """Whether a photograph looks straight enough to begin a sign-in with."""
    pose = pose_from(mesh)
    return abs(pose.yaw) < 8 and abs(pose.pitch) < 12 and abs(pose.roll) < 12


def flat(image: Image.Image, mesh: Mesh) -> Sheet:
    """The photograph as a flat print, life size."""
    size = (image.width * ENLARGE, image.height * ENLARGE)
    pixels = np.asarray(image.resize(size, Image.Resampling.BICUBIC))
    eyes = float(np.linalg.norm(mesh.solid[LEFT_EYE] - mesh.solid[RIGHT_EYE]))
    x, y = mesh.points.mean(0) * ENLARGE
    return Sheet(pixels, eyes * ENLARGE / EYES, (float(x), float(y)))


def bent(sheet: Sheet, radius: float, *, across: bool = False) -> Sheet:
    """The print over an upright (or, `across`, a level) cylinder, towards the camera if positive.

    `radius` in centimetres. Level bending keeps the arc's length only about.
    """
    u, v = _places(sheet)
    along = v if across else u
    arc = np.clip(along / radius, -1.4, 1.4)
    away = radius * (1 - np.cos(arc))
    sideways = None if across else np.asarray(radius * np.sin(arc) - along, np.float32)
    return replace(sheet, away=np.asarray(away, np.float32), sideways=sideways)


def cut_out(sheet: Sheet, mesh: Mesh, *, eyes: bool) -> Sheet:
    """Only the face of the print, by its outline; with `eyes`, holes where they are."""
    height, width = sheet.pixels.shape[:2]
    visible = _polygon(mesh.points[list(_OUTLINE)] * ENLARGE, (width, height), 1.06)
    if eyes:
        for ring in _EYE_RINGS:
            visible &= ~_polygon(mesh.points[list(ring)] * ENLARGE, (width, height), 1.1)
    return replace(sheet, visible=visible)


def solid(sheet: Sheet, mesh: Mesh) -> Sheet:
    """The photograph with the depth that the landmarks network gives its face, around an axis.

    Beyond the face the depth goes on as that of a round head.
    """
    u, v = _places(sheet)
    points = (mesh.points * ENLARGE - np.array(sheet.centre, np.float32)) / sheet.unit
    depths = mesh.solid[:, 2] * ENLARGE / sheet.unit
    depths = depths - (depths[LEFT_EYE] + depths[RIGHT_EYE]) / 2
    place = np.stack([u, v], -1).reshape(-1, 1, 2)
    square = ((place - points[None]) ** 2).sum(-1)
    near = 1 / (square + 0.15) ** 2
    inner = (near * depths).sum(1) / near.sum(1)
    # Beyond the outline: further away with every centimetre, as the sides of a head are.
    gap = np.sqrt(square.min(1))
    away = inner + 6.0 * (1 - np.exp(-np.maximum(gap - 0.6, 0) / 5.0))
    return replace(sheet, away=np.asarray(away.reshape(u.shape), np.float32), pivot=HEAD_AXIS)


def _places(sheet: Sheet) -> tuple[Array, Array]:
    height, width = sheet.pixels.shape[:2]
    step = (np.arange(FINE, dtype=np.float32) + 0.5) / FINE
    u = (step * width - sheet.centre[0]) / sheet.unit
    v = (step * height - sheet.centre[1]) / sheet.unit
    x, y = np.meshgrid(u, v)
    return x, y


def _polygon(points: Array, size: tuple[int, int], enlarge: float) -> NDArray[np.bool_]:
    from PIL import ImageDraw

    middle = points.mean(0)
    around = [tuple(map(float, p)) for p in (points - middle) * enlarge + middle]
    mask = Image.new("1", size)
    ImageDraw.Draw(mask).polygon(around, fill=1)
    return np.array(mask)


def room(random: np.random.Generator) -> NDArray[np.uint8]:
    """Something like a room behind: a few soft patches of colour."""
    small = random.uniform(40, 200, (4, 4, 3)).astype(np.uint8)
    big = Image.fromarray(small).resize((400, 400), Image.Resampling.BICUBIC)
    return np.asarray(big)
