"""What was seen in one picture: a problem or a pose, a place and an embedding. Keeps no pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lookin.core.faces.arrays import Floats
from lookin.core.faces.traits import Traits

# What of a face is embedded: nothing; one side by dlib alone, enough to tell that it is the same
# person as in the frame before; one side or the other by all; both sides and their mean.
View = Literal["none", "track", "plain", "mirrored", "both"]
Direction = Literal["centre", "left", "right", "up", "down"]
# Degrees. A flat picture turned in the hand never showed more than 11 degrees of yaw in our
# trial, so a turn that counts begins well above that.
CENTRE_YAW, CENTRE_PITCH = 10.0, 12.0
TURN_YAW, TURN_PITCH = 20.0, 15.0
MOST_YAW, MOST_PITCH = 50.0, 40.0


@dataclass(frozen=True)
class Observation:
    """One picture. `problem` is a code of words.SENTENCES or None.

    yaw, pitch, roll: degrees, +yaw = turned to the person's own left, +pitch = looks up.
    box: (x, y, width, height) of the face, 0…1 of the picture, or None when there is none.
    size: distance of the outer eye corners in pixels of the picture as decoded (a JPEG of 1,800
    pixels and more is decoded at a half or less), 0 when there is no face.
    embedding: one flat float32 vector, opaque but to matching and templates, or None.
    track: (128,) float32 of dlib alone, whose Euclidean distance tells whether it is the same
    person as in another frame of this camera, or None. With the view "mirrored" it is of the
    mirrored face, with "both" the mean of the two sides.
    Both are there when `problem` is None or `turned_away` and the view asked for them.
    traits: what liveness reads beside the pose, whenever there is a face.
    """

    problem: str | None
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    box: tuple[float, float, float, float] | None = None
    size: float = 0.0
    # Neither compared nor printed: an embedding is as private as a photograph.
    embedding: Floats | None = field(default=None, compare=False, repr=False)
    track: Floats | None = field(default=None, compare=False, repr=False)
    traits: Traits | None = field(default=None, compare=False, repr=False)


def pose_of(observation: Observation) -> Direction | None:
    """Where the person looks, or None between two directions or without a usable face."""
    if observation.problem not in {None, "turned_away"}:
        return None
    yaw, pitch = observation.yaw, observation.pitch
    if abs(yaw) <= CENTRE_YAW and abs(pitch) <= CENTRE_PITCH:
        return "centre"
    if TURN_YAW <= abs(yaw) <= MOST_YAW and abs(pitch) < abs(yaw):
        return "left" if yaw > 0 else "right"
    if TURN_PITCH <= abs(pitch) <= MOST_PITCH and abs(yaw) < TURN_YAW:
        return "up" if pitch > 0 else "down"
    return None
