"""Whether something covers the mouth or the eyes: a mask, dark glasses, a hand. Pure.

Not for light and blur (quality), nor for whether the face is a living one (liveness).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookin.core.faces.alignment import FIVE_POINTS, apply_transform, chip_transform, inverse
from lookin.core.faces.arrays import Floats, Pixels

# Points of FaceMesh round each part of the face.
REGIONS = {
    "right eye": (33, 133, 159, 145, 160, 144, 158, 153, 161, 163, 157, 154),
    "left eye": (263, 362, 386, 374, 387, 373, 385, 380, 388, 390, 384, 381),
    "right brow": (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    "left brow": (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
    "lips": (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181,
             91, 146),
    "chin": (199, 200, 208, 428, 171, 396, 175, 201, 421, 83, 313),
    "upper lip": (164, 167, 393, 165, 391, 92, 322, 2, 326, 97),
    "nose": (1, 4, 5, 195, 44, 274, 45, 275),
    "right cheek": (50, 117, 118, 101, 36, 205, 187, 123),
    "left cheek": (280, 346, 347, 330, 266, 425, 411, 352),
    "forehead": (10, 151, 108, 337, 109, 338, 69, 299, 9),
    "right jaw": (172, 136, 150, 169, 135, 210),
    "left jaw": (397, 365, 379, 394, 364, 430),
}  # fmt: skip
_SKIN = ("right cheek", "left cheek", "nose", "forehead")
# RGB to luma and two differences of colour (ITU-R BT.601).
_COLOURS = np.array(
    [[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]], np.float32
)


@dataclass(frozen=True)
class _Judge:
    """A logistic regression on what `signs_of` says of some parts; tables in thousandths.

    Fitted on 1,299 photographs of 1,000 people as they are and with drawn masks, dark glasses and
    hands. Judged on the half of the people that it was not fitted on, it noticed 97 to 98 % of the
    masks, 99 % of the glasses and 95 % of the hands over an eye, and took 0.08 % (mouth) and
    0.23 % (eyes) of the photographs as they are for covered.
    """

    parts: tuple[str, ...]
    limit: float
    middle: tuple[int, ...]
    spread: tuple[int, ...]
    weights: tuple[int, ...]

    def sees(self, signs: Floats) -> bool:
        """Whether these parts are covered; `signs` (parts, 7) of all regions."""
        rows = signs[[list(REGIONS).index(part) for part in self.parts]].reshape(-1)
        values = np.concatenate([rows, rows**2]) - np.array(self.middle) / 1000
        values = np.clip(values / (np.array(self.spread) / 1000), -4, 4)
        return float(np.append(values, 1) @ np.array(self.weights)) / 1000 > self.limit


# fmt: off
_JUDGES = (
    _Judge(("lips", "chin", "upper lip"), 0.5,
        (
            -422, 103, -68, 69, 36, 114, 270, -183, 93, -98, -534, -287, -276, -151, -299, 49,
            -35, -135, -160, -163, -28, 416, 28, 34, 505, 199, 290, 141, 359, 39, 57, 823, 209,
            241, 89, 218, 7, 8, 406, 146, 161, 43,
        ),
        (
            488, 132, 171, 707, 444, 527, 260, 571, 173, 218, 733, 357, 407, 257, 359, 67, 83,
            623, 347, 366, 204, 508, 86, 109, 613, 305, 384, 156, 624, 135, 192, 1052, 272,
            310, 105, 333, 16, 18, 618, 222, 246, 64,
        ),
        (
            326, 108, -303, -356, -63, -113, -239, 44, 201, -206, -458, -157, -213, 681, 179,
            -59, 23, -147, 10, -2, 77, 68, 12, 102, 410, 206, 210, -161, 415, 69, 124, 640,
            185, 267, -276, -70, -101, -70, 324, 143, 226, 33, -584,
        ),
    ),
    _Judge(("right eye", "left eye", "right brow", "left brow"), 0.8,
        (
            -1083, 93, -119, -205, -136, -176, 276, -1083, 93, -117, -216, -137, -185, 271,
            -687, 28, -67, 290, 115, 88, 99, -694, 27, -66, 286, 122, 81, 90, 1474, 39, 61,
            972, 158, 192, 282, 1469, 39, 60, 1012, 159, 195, 288, 742, 26, 42, 518, 174, 177,
            71, 734, 25, 41, 521, 187, 184, 65,
        ),
        (
            549, 175, 215, 964, 374, 401, 454, 544, 173, 215, 982, 374, 401, 463, 519, 158,
            193, 659, 401, 412, 248, 502, 156, 193, 663, 414, 421, 238, 995, 78, 111, 1499,
            231, 280, 270, 994, 78, 111, 1538, 239, 288, 264, 633, 81, 105, 715, 248, 255, 106,
            634, 80, 104, 708, 262, 269, 94,
        ),
        (
            204, -21, 20, -363, -135, -130, -317, 158, -25, 0, -386, -168, -164, -318, 87, 17,
            11, -201, -56, -32, -15, 81, 3, 25, -211, -82, -72, -25, -3, 29, 43, 553, 224, 241,
            -111, 46, 15, 34, 560, 246, 251, -50, 68, 13, 22, 619, 251, 304, -144, 47, -6, 7,
            641, 243, 276, -41, -655,
        ),
    ),
)
# fmt: on


def is_covered(chip: Pixels, points: Floats) -> bool:
    """Whether the mouth or the eyes of a face that looks ahead are covered.

    chip: (size, size, 3) RGB as the recogniser is given it. points: (468, 2) in the picture that
    it was cut from.
    """
    matrix = inverse(chip_transform(points[list(FIVE_POINTS)]))
    signs = signs_of(chip, apply_transform(matrix, points))
    return any(judge.sees(signs) for judge in _JUDGES)


def signs_of(chip: Pixels, places: Floats) -> Floats:
    """(regions, 7): colour against the skin's, its spread, and fine detail, of each region."""
    colours = chip.astype(np.float32) @ _COLOURS.T
    luma = colours[..., 0]
    detail = np.zeros_like(luma)
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    detail[1:-1, 1:-1] = np.abs(4 * luma[1:-1, 1:-1] - around)
    rows = [_region(colours, detail, places[list(part)]) for part in REGIONS.values()]
    seen = np.array(rows, np.float32)
    skin = np.median(seen[[list(REGIONS).index(part) for part in _SKIN], :3], 0)
    contrast = seen[:, 0].std() + seen[:, 3].mean() + 3
    texture = np.log1p(seen[:, 3:])
    return np.hstack([(seen[:, :3] - skin) / contrast, texture - texture.mean(0)])


def _region(colours: Floats, detail: Floats, places: Floats) -> list[float]:
    """Means and spreads of the three colours, and the mean detail, in the box round `places`."""
    size = colours.shape[0]
    low = np.clip(np.floor(places.min(0)).astype(int), 1, size - 4)
    high = np.clip(np.ceil(places.max(0)).astype(int) + 1, low + 2, size - 1)
    box = slice(low[1], high[1]), slice(low[0], high[0])
    values = colours[box].reshape(-1, 3)
    return [*values.mean(0), *values.std(0), float(detail[box].mean())]
