"""Whether a camera frame of a face is good enough to be compared, and if not, why. Pure.

The limits are arguments. Not for choosing the words: see words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookin.core.faces.arrays import Floats, Pixels
from lookin.core.faces.pose import Pose

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class QualityLimits:
    """When a frame is refused. Light is judged by the brightest and darkest tenth of the face,

    so that dark skin in good light is not called a dark picture.
    """

    min_eye_pixels: float = 36.0
    dark_highlight: float = 60.0
    bright_shadow: float = 200.0
    min_sharpness: float = 20.0
    max_yaw: float = 25.0
    max_pitch: float = 25.0
    max_roll: float = 40.0
    min_inside: float = 0.9
    second_face: float = 0.5


@dataclass(frozen=True)
class Measures:
    """Of one face: outer eye distance in picture pixels, luminance 0…255, sharpness, 0…1 inside."""

    eye_pixels: float
    highlight: float
    shadow: float
    sharpness: float
    inside: float


def luminance(pixels: Pixels) -> Floats:
    """(…, 3) RGB to (…) luma of ITU-R BT.601."""
    return np.asarray(pixels @ _LUMA, np.float32)


def light_of(chip: Pixels) -> tuple[float, float]:
    """The luminance above and below which a tenth of the face's middle lies."""
    height, width = chip.shape[:2]
    middle = luminance(chip[height // 4 : -height // 4, width // 4 : -width // 4])
    low, high = np.percentile(middle, [10, 90])
    return float(high), float(low)


def sharpness_of(chip: Pixels) -> float:
    """Fine detail against contrast: rms Laplacian over the standard deviation, in percent.

    At half the chip's size, where noise and JPEG's blocks no longer pass for detail. Press
    photographs: 25 at the first percentile, 51 at the median; blurred by a twentieth of the eye
    distance: 13. Clips of a camera: 46 at least.
    """
    side = chip.shape[0] // 3 * 2
    low = (chip.shape[0] - side) // 2
    grey = luminance(chip[low : low + side, low : low + side])
    half = grey.reshape(side // 2, 2, side // 2, 2).mean((1, 3))
    around = half[:-2, 1:-1] + half[2:, 1:-1] + half[1:-1, :-2] + half[1:-1, 2:]
    laplacian = around - 4 * half[1:-1, 1:-1]
    return float(100 * np.sqrt(np.mean(laplacian**2)) / max(float(half.std()), 1.0))


def inside_share(box: tuple[float, float, float, float], size: tuple[int, int]) -> float:
    """Which share of a box (x, y, width, height) lies in a picture of `size` (width, height)."""
    x, y, width, height = box
    seen_x = min(x + width, size[0]) - max(x, 0.0)
    seen_y = min(y + height, size[1]) - max(y, 0.0)
    area = width * height
    return max(seen_x, 0.0) * max(seen_y, 0.0) / area if area > 0 else 0.0


def problem_of(measures: Measures, pose: Pose, limits: QualityLimits) -> str | None:
    """The first thing that is wrong, in the order in which a person can mend it, or None."""
    checks = (
        ("off_centre", measures.inside < limits.min_inside),
        ("too_small", measures.eye_pixels < limits.min_eye_pixels),
        ("too_dark", measures.highlight < limits.dark_highlight),
        ("too_bright", measures.shadow > limits.bright_shadow),
        ("blurred", measures.sharpness < limits.min_sharpness),
        ("turned_away", _turned(pose, limits)),
    )
    return next((code for code, wrong in checks if wrong), None)


def _turned(pose: Pose, limits: QualityLimits) -> bool:
    return (
        abs(pose.yaw) > limits.max_yaw
        or abs(pose.pitch) > limits.max_pitch
        or abs(pose.roll) > limits.max_roll
    )
