"""Masks and dark glasses drawn over portraits; and nobody without one is told of one."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from lookin.core.faces.alignment import apply_transform, inverse
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.pictures import FILES, read_picture

pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]
SIZE = (480, 480)
MASK = (117, 119, 6, 348, 346, 323, 361, 288, 397, 379, 400, 152, 176, 150, 172, 58, 132, 93)
RIGHT = (35, 124, 46, 53, 52, 65, 55, 193, 245, 128, 121, 120, 119, 118, 117, 111)
LEFT = (265, 353, 276, 283, 282, 295, 285, 417, 465, 357, 350, 349, 348, 347, 346, 340)


@pytest.fixture(scope="module")
def frames(faces: dict[str, Path]) -> dict[str, Image.Image]:
    """The portraits as a camera gives them: the upper square."""
    opened = {name: read_picture(file.read_bytes(), FILES) for name, file in faces.items()}
    return {
        name: image.crop((0, 0, image.width, image.width)).resize(SIZE)
        for name, image in opened.items()
    }


def covered(engine: FaceEngine, image: Image.Image, view: str = "plain") -> bool:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=88)
    seen = engine.observe(stream.getvalue(), view)  # type: ignore[arg-type]
    assert seen.problem in {None, "covered"}, seen
    assert (seen.embedding is None) == (seen.problem == "covered" or view == "none")
    return seen.problem == "covered"


def drawn(
    engine: FaceEngine, image: Image.Image, colour: tuple[int, int, int], *parts: tuple[int, ...]
) -> Image.Image:
    """The picture with each part of the face under one colour, softly edged."""
    (face,) = engine._detector.detect(image)
    points = engine._landmarks.find(image, face).points
    veil = Image.new("L", image.size, 0)
    for part in parts:
        x, y = (points[list(part)] - points[list(part)].mean(0)).T
        ring = [tuple(points[part[at]]) for at in np.argsort(np.arctan2(y, x))]
        ImageDraw.Draw(veil).polygon(ring, fill=255)
    plain = Image.new("RGB", image.size, colour)
    return Image.composite(plain, image, veil.filter(ImageFilter.GaussianBlur(2)))


def test_nobody_whose_face_is_free_is_told_of_a_cover(
    engine: FaceEngine, frames: dict[str, Image.Image]
) -> None:
    assert [name for name, image in frames.items() if covered(engine, image)] == []


@pytest.mark.parametrize("colour", [(230, 235, 238), (120, 165, 200)])
def test_a_mask_is_noticed(
    engine: FaceEngine, frames: dict[str, Image.Image], colour: tuple[int, int, int]
) -> None:
    masked = drawn(engine, frames["biden"], colour, MASK)
    assert covered(engine, masked)
    assert not covered(engine, masked, "none")  # a frame that only guides is not judged so far


def test_dark_glasses_are_noticed(engine: FaceEngine, frames: dict[str, Image.Image]) -> None:
    assert covered(engine, drawn(engine, frames["obama"], (18, 18, 20), RIGHT, LEFT))


def test_a_transform_and_its_inverse_lead_back() -> None:
    matrix = np.array([[0.8, -0.6, 12], [0.6, 0.8, -7]], np.float32)
    there = apply_transform(matrix, np.array([[3, 4], [-1, 9]], np.float32))
    assert apply_transform(inverse(matrix), there) == pytest.approx(
        np.array([[3, 4], [-1, 9]]), abs=1e-5
    )
