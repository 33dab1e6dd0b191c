"""Alignment, pose and quality, on invented landmarks and painted chips."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from lookin.core.faces.alignment import (
    CHIP_SIZE,
    apply_transform,
    chip_transform,
    cut_chip,
    similarity,
    square_transform,
)
from lookin.core.faces.arrays import Floats
from lookin.core.faces.landmarks import Mesh
from lookin.core.faces.observation import Observation, pose_of
from lookin.core.faces.pose import CHIN, FOREHEAD, LEFT_EYE, NEUTRAL_PITCH, RIGHT_EYE, pose_from
from lookin.core.faces.quality import (
    Measures,
    QualityLimits,
    inside_share,
    light_of,
    problem_of,
    sharpness_of,
)

scales = st.floats(0.1, 20.0)
angles = st.floats(-3.0, 3.0)
places = st.floats(-500, 500)
FACE = np.array([[90, 60], [75, 62], [30, 60], [45, 62], [60, 95]], np.float32)


def moved(points: Floats, scale: float, angle: float, x: float, y: float) -> Floats:
    turn = scale * np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    return np.asarray(points @ turn.T + (x, y), np.float32)


@given(scales, angles, places, places)
def test_similarity_finds_the_move_that_was_made(
    scale: float, angle: float, x: float, y: float
) -> None:
    target = moved(FACE, scale, angle, x, y)
    assert np.allclose(apply_transform(similarity(FACE, target), FACE), target, atol=0.02)


@given(scales, angles, places, places)
def test_the_chip_does_not_depend_on_where_and_how_large_the_face_is(
    scale: float, angle: float, x: float, y: float
) -> None:
    """A point of the chip falls on the same point of the face, however the picture lies."""
    corner = np.array([[0, 0], [CHIP_SIZE, CHIP_SIZE]], np.float32)
    first = apply_transform(chip_transform(FACE), corner)
    second = apply_transform(chip_transform(moved(FACE, scale, angle, x, y)), corner)
    assert np.allclose(moved(first, scale, angle, x, y), second, atol=0.05 + 0.01 * scale)


def test_five_points_on_one_spot_do_not_divide_by_zero() -> None:
    assert np.isfinite(chip_transform(np.zeros((5, 2), np.float32))).all()


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.7, 3.3, 8.0])
def test_a_chip_shows_the_right_part_at_any_scale(scale: float) -> None:
    side = round(40 * scale)
    image = Image.new("RGB", (side * 3, side * 3))
    image.paste((200, 100, 50), (side, side, side * 2, side * 2))
    middle = np.array([side * 1.5, side * 1.5], np.float32)
    chip = cut_chip(image, square_transform(middle, side * 2.0, 0.0, 40), 40)
    assert chip.shape == (40, 40, 3)
    assert chip[12:28, 12:28].reshape(-1, 3).mean(0) == pytest.approx([200, 100, 50], abs=2)
    assert chip[:8].max() <= 2


def test_a_fine_pattern_becomes_grey_and_does_not_alias() -> None:
    stripes = np.zeros((600, 600, 3), np.uint8)
    stripes[:, ::2] = 255
    matrix = square_transform(np.array([300, 300], np.float32), 560, 0.0, 80)
    chip = cut_chip(Image.fromarray(stripes), matrix, 80)
    assert np.ptp(chip[5:-5, 5:-5].astype(int)) < 64  # 255 without averaging


def test_a_chip_outside_the_picture_is_black() -> None:
    image = Image.new("RGB", (50, 50), (255, 255, 255))
    matrix = square_transform(np.array([900, 900], np.float32), 300, 0.0, 40)
    assert cut_chip(image, matrix, 40).max() == 0


def head(yaw: float, pitch: float, tilt: float = 0.0) -> Mesh:
    """A mesh with only the four points that the pose is read from, turned as told (degrees)."""
    points = np.zeros((468, 3), np.float64)
    points[RIGHT_EYE], points[LEFT_EYE] = (-45, -20, 0), (45, -20, 0)
    points[FOREHEAD], points[CHIN] = (0, -70, 0), (0, 80, 0)
    y, p = math.radians(yaw), math.radians(pitch + NEUTRAL_PITCH)
    # The person's left is to the right in the picture; turning there moves the left eye away (+z).
    turn_yaw = np.array([[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]])
    turn_pitch = np.array(
        [[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]]
    )
    solid = np.asarray(points @ (turn_yaw @ turn_pitch).T, np.float32)
    return Mesh(solid[:, :2], solid, tilt, 1.0)


@given(st.floats(-60, 60))
def test_yaw_is_read_as_it_was_turned(yaw: float) -> None:
    assert pose_from(head(yaw, 0)).yaw == pytest.approx(yaw, abs=0.1)


@given(st.floats(-40, 40))
def test_pitch_is_read_as_it_was_nodded(pitch: float) -> None:
    assert pose_from(head(0, pitch)).pitch == pytest.approx(pitch, abs=0.1)


@given(st.floats(-40, 40), scales)
def test_the_pose_does_not_depend_on_the_size(yaw: float, scale: float) -> None:
    mesh = head(yaw, 5)
    larger = Mesh(mesh.points, mesh.solid * np.float32(scale), 0.0, 1.0)
    assert pose_from(larger).yaw == pytest.approx(pose_from(mesh).yaw, abs=0.01)


def test_roll_is_what_the_frame_was_turned_by() -> None:
    assert pose_from(head(0, 0, tilt=math.radians(12))).roll == pytest.approx(12)


@pytest.mark.parametrize(
    ("yaw", "pitch", "direction"),
    [
        (0, 0, "centre"),
        (28, 0, "left"),
        (-28, 5, "right"),
        (2, 20, "up"),
        (-3, -20, "down"),
        (15, 0, None),
        (80, 0, None),
    ],
)
def test_a_direction_is_named_only_when_it_is_clear(
    yaw: float, pitch: float, direction: str | None
) -> None:
    seen = Observation(None, yaw=yaw, pitch=pitch, embedding=np.zeros(128, np.float32))
    assert pose_of(seen) == direction


def test_a_picture_without_a_usable_face_has_no_direction() -> None:
    assert pose_of(Observation("no_face")) is None


def test_an_embedding_is_never_printed() -> None:
    assert "embedding" not in repr(Observation(None, embedding=np.ones(128, np.float32)))


GOOD = Measures(eye_pixels=80, highlight=180, shadow=60, sharpness=50, inside=1.0)


@pytest.mark.parametrize(
    ("change", "yaw", "code"),
    [
        ({}, 0, None),
        ({"inside": 0.5}, 0, "off_centre"),
        ({"eye_pixels": 20}, 0, "too_small"),
        ({"highlight": 40}, 0, "too_dark"),
        ({"shadow": 230}, 0, "too_bright"),
        ({"sharpness": 1}, 0, "blurred"),
        ({}, 35, "turned_away"),
    ],
)
def test_each_fault_has_its_own_code(
    change: dict[str, float], yaw: float, code: str | None
) -> None:
    measures = Measures(**{**GOOD.__dict__, **change})
    pose = pose_from(head(yaw, 0))
    assert problem_of(measures, pose, QualityLimits()) == code


@given(st.floats(0.2, 1.0))
def test_sharpness_does_not_depend_on_contrast(contrast: float) -> None:
    noise = np.random.default_rng(1).normal(0, 1, (150, 150, 1)).repeat(3, 2)
    chip = np.clip(128 + 40 * noise, 0, 255)
    paler = 128 + (chip - 128) * contrast
    assert sharpness_of(paler.astype(np.uint8)) == pytest.approx(
        sharpness_of(chip.astype(np.uint8)), rel=0.1
    )


def test_a_blurred_chip_is_less_sharp() -> None:
    blocks = np.random.default_rng(1).integers(0, 256, (10, 10, 3), np.uint8)
    image = Image.fromarray(blocks).resize((150, 150), Image.Resampling.NEAREST)
    values = [
        sharpness_of(np.asarray(image.filter(ImageFilter.GaussianBlur(r)))) for r in (0, 1, 2, 4)
    ]
    assert values == sorted(values, reverse=True)


def test_light_is_judged_by_the_brightest_and_darkest_tenth() -> None:
    chip = np.full((150, 150, 3), 30, np.uint8)
    chip[60:90, 40:110] = 200
    highlight, shadow = light_of(chip)
    assert highlight == pytest.approx(200)
    assert shadow == pytest.approx(30)


def test_a_box_half_outside_is_half_inside() -> None:
    assert inside_share((-50, 0, 100, 100), (640, 480)) == pytest.approx(0.5)
    assert inside_share((900, 0, 100, 100), (640, 480)) == 0
