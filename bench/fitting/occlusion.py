"""The tables of core/faces/occlusion.py: photographs as they are against the same, covered.

Covers are drawn: masks, a mask over mouth and chin, dark glasses, a hand over an eye.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from bench.fitting.tables import logistic, whole
from lookin.core.faces.alignment import FIVE_POINTS, apply_transform, chip_transform, inverse
from lookin.core.faces.arrays import Floats
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.occlusion import REGIONS, signs_of
from lookin.core.faces.pictures import FILES, read_picture

PEOPLE = 1000
STRENGTH = 80.0
JUDGES = {
    ("lips", "chin", "upper lip"): ("mask", "low mask"),
    ("right eye", "left eye", "right brow", "left brow"): ("glasses", "hand"),
}
_MASK = (117, 119, 6, 348, 346, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
         150, 136, 172, 58, 132, 93)  # fmt: skip
_LOW_MASK = (57, 287, 0, 152, 172, 397, 148, 377, 136, 365, 58, 288)
_RIGHT = (35, 124, 46, 53, 52, 65, 55, 193, 245, 128, 121, 120, 119, 118, 117, 111)
_LEFT = (265, 353, 276, 283, 282, 295, 285, 417, 465, 357, 350, 349, 348, 347, 346, 340)
_CLOTH = ((235, 238, 240), (120, 165, 200), (25, 25, 28), (200, 200, 205), (90, 60, 60))
Colour = tuple[float, ...]
Labels = NDArray[Any]


def fit_photographs(engine: FaceEngine, gallery: Mapping[str, Sequence[Path]]) -> str:
    """The tables, and how many faces of the other half of the people each half calls covered."""
    rows, kinds, people = _shown(engine, list(gallery.values())[:PEOPLE])
    text = []
    for parts, covers in JUDGES.items():
        table = _table(rows, parts)
        wanted = np.isin(kinds, ("free", *covers))
        text.append(f"{parts}: {_judged(table, kinds, people, wanted)}")
        names = ("middle", "spread", "weights")
        for name, values in zip(names, _fit(table, kinds, wanted), strict=True):
            text.append(f"{name}, in thousandths:\n{whole(values, 1000)}")
    return "\n".join(text)


def _shown(
    engine: FaceEngine, people: Sequence[Sequence[Path]]
) -> tuple[
    Floats, np.ndarray[tuple[int], np.dtype[np.str_]], np.ndarray[tuple[int], np.dtype[np.int_]]
]:
    random, rows, kinds, owners = Random(5), [], [], []
    for number, files in enumerate(people):
        image = read_picture(files[0].read_bytes(), FILES)
        points = _points(engine, image)
        if points is None:
            continue
        for kind, shown in [("free", image), *_covers(image, points, random)]:
            signs = _signs(engine, shown)
            if signs is not None:
                rows.append(signs)
                kinds.append(kind)
                owners.append(number)
    return np.stack(rows), np.array(kinds), np.array(owners)


def _points(engine: FaceEngine, image: Image.Image) -> Floats | None:
    """The landmarks (468, 2) of the face nearest to the middle."""
    found = engine._detector.detect(image)
    if not found:
        return None
    middle = np.array(image.size) / 2
    nearest = min(found, key=lambda face: float(np.linalg.norm(face.centre - middle)))
    mesh = engine._landmarks.find(image, nearest)
    return mesh.points if mesh.presence >= 0.5 else None


def _signs(engine: FaceEngine, image: Image.Image) -> Floats | None:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=85)
    again = read_picture(stream.getvalue(), FILES)
    points = _points(engine, again)
    if points is None:
        return None
    matrix = inverse(chip_transform(points[list(FIVE_POINTS)]))
    return signs_of(engine.recogniser.cut(again, points), apply_transform(matrix, points))


def _covers(
    image: Image.Image, points: Floats, random: Random
) -> Iterator[tuple[str, Image.Image]]:
    cloth = random.choice(_CLOTH)
    yield "mask", _laid(image, _ring(points[list(_MASK)]), cloth, random)
    yield "low mask", _laid(image, _ring(points[list(_LOW_MASK)]), cloth, random)
    dark = (float(random.randint(5, 50)),) * 3
    one = _laid(image, _ring(points[list(_RIGHT)]), dark, random)
    yield "glasses", _laid(one, _ring(points[list(_LEFT)]), dark, random)
    size = float(np.linalg.norm(points[33] - points[263]))
    turn = np.linspace(0, 2 * np.pi, 24)
    palm = np.column_stack([np.cos(turn) * size * 0.4, np.sin(turn) * size * 0.55])
    yield (
        "hand",
        _laid(image, palm + points[random.choice((159, 386))], _skin(image, points), random),
    )


def _skin(image: Image.Image, points: Floats) -> Colour:
    x, y = np.clip(points[[50, 280, 117, 346]].astype(int), 0, min(image.size) - 1).T
    return tuple(float(value) for value in np.median(np.asarray(image)[y, x], 0))


def _ring(points: Floats) -> Floats:
    """The points in their order round their middle."""
    x, y = (points - points.mean(0)).T
    return points[np.argsort(np.arctan2(y, x))]


def _laid(image: Image.Image, ring: Floats, colour: Colour, random: Random) -> Image.Image:
    """The picture with a softly edged, slightly shaded and noisy colour inside the ring."""
    veil = Image.new("L", image.size, 0)
    ImageDraw.Draw(veil).polygon([(float(x), float(y)) for x, y in ring], fill=255)
    shade = 1 + random.uniform(-0.15, 0.15) * np.linspace(-1, 1, image.height)[:, None, None]
    noise = np.random.default_rng(random.getrandbits(32)).normal(0, 7, (*image.size[::-1], 3))
    paint = np.clip(np.array(colour) * shade + noise, 0, 255).astype(np.uint8)
    return Image.composite(Image.fromarray(paint), image, veil.filter(ImageFilter.GaussianBlur(1)))


def _table(rows: Floats, parts: Sequence[str]) -> Floats:
    chosen = rows[:, [list(REGIONS).index(part) for part in parts]].reshape(len(rows), -1)
    return np.hstack([chosen, chosen**2])


def _fit(table: Floats, kinds: Labels, wanted: Labels) -> tuple[Floats, Floats, Floats]:
    middle, spread = table.mean(0), table.std(0) + 1e-6
    rows = np.clip((table - middle) / spread, -4, 4)
    covered: Floats = np.asarray(kinds != "free", np.float32)
    return middle, spread, logistic(rows[wanted], covered[wanted], STRENGTH)


def _judged(table: Floats, kinds: Labels, people: Labels, wanted: Labels) -> dict[str, str]:
    """Of each kind: how many of the half that was not fitted on are called covered."""
    half = people % 2
    called: dict[str, list[bool]] = {}
    for fitted in (0, 1):
        own = half == fitted
        middle, spread, weights = _fit(table[own], kinds[own], wanted[own])
        others = np.clip((table[~own] - middle) / spread, -4, 4)
        scores = np.hstack([others, np.ones((len(others), 1))]) @ weights
        for name, score in zip(kinds[~own], scores, strict=True):
            called.setdefault(str(name), []).append(bool(score > 0.5))
    return {name: f"{sum(seen)} of {len(seen)}" for name, seen in called.items()}
