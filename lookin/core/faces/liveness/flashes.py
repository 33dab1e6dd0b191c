"""Whether colours shown on the person's own screen came back from the face. Pure.

A screen or an injected recording does not answer the light before it; a printed picture does,
and so do bright rooms not. Evidence beside the movements, never alone.
"""

from __future__ import annotations

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.liveness.limits import Limits
from lookin.core.faces.liveness.samples import Sample

SECONDS = 0.6  # each colour is shown
_SETTLED = 0.3  # after which screen and camera have followed


def are_seen(
    colours: tuple[str, ...],
    lit_at: tuple[float, ...],
    samples: tuple[Sample, ...],
    limits: Limits,
) -> bool:
    """Whether the face, more than what is around it, took on the colours, in their order.

    `lit_at`: when each colour began, in the time of the samples.
    """
    shown, answered = [], []
    for colour, began in zip(colours, lit_at, strict=True):
        frames = [s for s in samples if _SETTLED <= s.at - began < SECONDS]
        if not frames:
            return False
        shown.append(_chroma(_rgb(colour)))
        answered.append(np.mean([_answer(frame) for frame in frames], axis=0))
    asked = np.array(shown) - np.mean(shown, axis=0)
    found = np.array(answered) - np.mean(answered, axis=0)
    strength = float(np.sqrt((found**2).mean()))
    match = float((asked * found).sum() / max(np.linalg.norm(asked) * np.linalg.norm(found), 1e-9))
    return match >= limits.flash_match and strength >= limits.flash_strength


def _answer(frame: Sample) -> Floats:
    return np.asarray(_chroma(frame.face) - _chroma(frame.around), np.float32)


def _chroma(light: Floats) -> Floats:
    """The shares (3,) of red, green and blue in a light (3,) of linear RGB."""
    return np.asarray(light / max(float(light.sum()), 1e-6), np.float32)


def _rgb(colour: str) -> Floats:
    values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return np.asarray(values, np.float32) ** np.float32(2.2)
