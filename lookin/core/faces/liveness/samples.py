"""What liveness keeps of each frame: a few numbers in time. Pure. Not for judging them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.observation import Observation

UNUSABLE = frozenset({"no_face", "two_faces", "unreadable_picture", "picture_too_large"})


@dataclass(frozen=True, eq=False)
class Sample:
    """One usable frame: where the face is, how it is turned, its shape, and the picture's sums.

    at: seconds. centre: 0…1 of the picture; width: of the face in the same unit. size: distance
    of the outer eye corners in pixels. picture: Traits.sums as bytes. shape, face, around: as in
    Traits. track: as in Observation.
    """

    at: float
    yaw: float
    pitch: float
    roll: float
    size: float
    centre: tuple[float, float]
    width: float
    shape: Floats
    picture: bytes
    face: Floats
    around: Floats
    track: Floats | None


def sample_of(seen: Observation, at: float) -> Sample | None:
    """The sample of a frame with exactly one face, whatever else is wrong with it, else None."""
    if seen.box is None or seen.traits is None or seen.problem in UNUSABLE:
        return None
    x, y, width, height = seen.box
    traits = seen.traits
    return Sample(
        at=at,
        yaw=seen.yaw,
        pitch=seen.pitch,
        roll=seen.roll,
        size=seen.size,
        centre=(x + width / 2, y + height / 2),
        width=max(width, 1e-6),
        shape=traits.shape,
        picture=traits.sums.tobytes(),
        face=traits.face,
        around=traits.around,
        track=seen.track,
    )


@dataclass(frozen=True, eq=False)
class Straight:
    """The person's own straight look: medians over the first frames."""

    yaw: float
    pitch: float
    roll: float
    size: float
    shape: Floats
    track: Floats

    @classmethod
    def of(cls, samples: tuple[Sample, ...]) -> Straight:
        """From at least one sample, at least one of them with a track."""
        tracks = [sample.track for sample in samples if sample.track is not None]
        return cls(
            yaw=float(np.median([sample.yaw for sample in samples])),
            pitch=float(np.median([sample.pitch for sample in samples])),
            roll=float(np.median([sample.roll for sample in samples])),
            size=float(np.median([sample.size for sample in samples])),
            shape=np.median([sample.shape for sample in samples], axis=0).astype(np.float32),
            track=np.mean(tracks, axis=0).astype(np.float32),
        )
