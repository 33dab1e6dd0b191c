"""Which way a head is turned, read from FaceMesh's own three dimensions. Pure.

Not proof of a living head: the network supplies a solid face whatever it sees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lookin.core.faces.landmarks import Mesh

RIGHT_EYE, LEFT_EYE, FOREHEAD, CHIN = 33, 263, 10, 152
# The line from forehead to chin leans by this much in a face that looks straight ahead: the median
# of 4,725 press photographs was -5.8 and that of eight clips -8.
NEUTRAL_PITCH = -7.0


@dataclass(frozen=True)
class Pose:
    """Degrees. +yaw: turned to the person's own left. +pitch: looks up. +roll: clockwise."""

    yaw: float
    pitch: float
    roll: float


def pose_from(mesh: Mesh) -> Pose:
    """The pose of a face, from the eye corners and the line from forehead to chin."""
    across = mesh.solid[LEFT_EYE] - mesh.solid[RIGHT_EYE]
    down = mesh.solid[CHIN] - mesh.solid[FOREHEAD]
    yaw = math.atan2(across[2], math.hypot(across[0], across[1]))
    roll = mesh.tilt + math.atan2(across[1], across[0])
    pitch = math.atan2(-down[2], math.hypot(down[0], down[1]))
    degrees = np.degrees([yaw, pitch, roll])
    return Pose(float(degrees[0]), float(degrees[1]) - NEUTRAL_PITCH, float(degrees[2]))
