"""A camera that looks at a picture in space: flat, bent, or with the depth of a face. Seeded.

What it renders is a simulation; nothing here was printed, held or filmed. Not for what an attacker
does in time: see acts.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[np.float32]

SIDE = 400  # pixels of a frame, as the page sends it
FOCAL = 430.0  # pixels: a camera whose whole picture is about 64 degrees wide
EYES = 9.0  # centimetres between the outer corners of the eyes
FINE = 64  # the grid on which rays are followed
ROUNDS = 5


@dataclass(frozen=True)
class Pose:
    """Of what is shown. Degrees as in Observation; centimetres right, down and away."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    right: float = 0.0
    down: float = 0.0
    away: float = 45.0

    @property
    def values(self) -> tuple[float, ...]:
        """All six, in their order."""
        return (self.yaw, self.pitch, self.roll, self.right, self.down, self.away)


@dataclass(frozen=True, eq=False)
class Sheet:
    """A picture and how it lies in space.

    pixels (h, w, 3); `unit` pixels a centimetre; `centre` the pixel that it turns about. `pivot`:
    centimetres between that point and the axis behind it. sideways, away: fields (n, n) in
    centimetres over the whole picture, by which its points leave the plane. visible: (h, w) of
    bool where it is cut out, or None.
    """

    pixels: NDArray[np.uint8]
    unit: float
    centre: tuple[float, float]
    pivot: float = 0.0
    sideways: Array | None = None
    away: Array | None = None
    visible: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Camera:
    """Noise and light of one camera; `random` is what makes it repeatable."""

    random: np.random.Generator
    gain: float = 1.0
    noise: float = 2.0
    quality: int = 85
    _grain: Array = field(init=False)

    def __post_init__(self) -> None:
        grain = self.random.normal(0, self.noise, (SIDE * 2, SIDE, 3)).astype(np.float32)
        object.__setattr__(self, "_grain", grain)

    def shoot(self, picture: NDArray[np.uint8]) -> bytes:
        """A picture (400, 400, 3) as the JPEG that a browser would send."""
        start = int(self.random.integers(0, SIDE))
        noisy = picture * np.float32(self.gain) + self._grain[start : start + SIDE]
        stream = io.BytesIO()
        image = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
        image.save(stream, "JPEG", quality=self.quality)
        return stream.getvalue()


def rotation(pose: Pose) -> Array:
    """The matrix (3, 3) of a pose: x right, y down, z away; a face looks along -z."""
    yaw, pitch, roll = (math.radians(a) for a in (pose.yaw, pose.pitch, pose.roll))
    c, s = math.cos(yaw), math.sin(yaw)
    turn = np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])
    c, s = math.cos(pitch), math.sin(pitch)
    nod = np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    c, s = math.cos(roll), math.sin(roll)
    lean = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return np.asarray(lean @ turn @ nod, np.float32)


def render(sheet: Sheet, pose: Pose, behind: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The sheet in front of `behind` (400, 400, 3), as the camera sees it."""
    x, y = _seen_points(sheet, pose)
    x, y = (
        np.asarray(Image.fromarray(a).resize((SIDE, SIDE), Image.Resampling.BILINEAR))
        for a in (x, y)
    )
    column, row = np.rint(x).astype(np.int32), np.rint(y).astype(np.int32)
    height, width = sheet.pixels.shape[:2]
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    column, row = np.clip(column, 0, width - 1), np.clip(row, 0, height - 1)
    if sheet.visible is not None:
        inside &= sheet.visible[row, column]
    return np.where(inside[..., None], sheet.pixels[row, column], behind)


def _seen_points(sheet: Sheet, pose: Pose) -> tuple[Array, Array]:
    """Which pixel of the sheet each ray of the fine grid meets: two arrays (64, 64).

    Fixed-point: guess how far the sheet leaves its plane, meet that plane, look again.
    """
    turn = rotation(pose)
    step = (np.arange(FINE, dtype=np.float32) + 0.5) * (SIDE / FINE) - SIDE / 2
    a, b = np.meshgrid(step / FOCAL, step / FOCAL)
    # The axis stands `pivot` behind the picture and stays where it is.
    shift = np.array([pose.right, pose.down, pose.away + sheet.pivot], np.float32)
    sideways = away = np.zeros_like(a)
    for _ in range(ROUNDS if sheet.away is not None else 1):
        depth = away - sheet.pivot
        u, v = _meet(turn, shift, depth, a, b)
        u = u - sideways
        if sheet.away is not None:
            away = _field(sheet, sheet.away, u, v)
        if sheet.sideways is not None:
            sideways = _field(sheet, sheet.sideways, u, v)
    return (
        np.asarray(u * sheet.unit + sheet.centre[0], np.float32),
        np.asarray(v * sheet.unit + sheet.centre[1], np.float32),
    )


def _meet(turn: Array, shift: Array, depth: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """The (u, v) whose point (u, v, depth), turned and shifted, lies on the rays (a, b, 1)."""
    r, t = turn, shift
    base = [r[i, 2] * depth + t[i] for i in range(3)]
    m00, m01 = r[0, 0] - a * r[2, 0], r[0, 1] - a * r[2, 1]
    m10, m11 = r[1, 0] - b * r[2, 0], r[1, 1] - b * r[2, 1]
    n0, n1 = a * base[2] - base[0], b * base[2] - base[1]
    det = m00 * m11 - m01 * m10
    det = np.where(np.abs(det) < 1e-3, 1e-3, det)
    return (
        np.asarray((n0 * m11 - m01 * n1) / det, np.float32),
        np.asarray((m00 * n1 - n0 * m10) / det, np.float32),
    )


def _field(sheet: Sheet, values: Array, u: Array, v: Array) -> Array:
    """A field over the sheet at (u, v), bilinear, held at its borders."""
    height, width = sheet.pixels.shape[:2]
    count = values.shape[0]
    x = np.clip((u * sheet.unit + sheet.centre[0]) / width * count - 0.5, 0, count - 1.001)
    y = np.clip((v * sheet.unit + sheet.centre[1]) / height * count - 0.5, 0, count - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    fx, fy = x - left, y - top
    upper = values[top, left] * (1 - fx) + values[top, left + 1] * fx
    lower = values[top + 1, left] * (1 - fx) + values[top + 1, left + 1] * fx
    return np.asarray(upper * (1 - fy) + lower * fy, np.float32)
