"""When a challenge counts as met and a stream as one person's: the numbers, in one table.

Their source is bench/faces_attacks.py; docs/faces.md has what they cost and stop.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Degrees and factors are against the person's own straight look at the beginning."""

    # The straight look itself; a camera may stand above or below the screen.
    look_yaw: float = 12.0
    look_pitch: float = 18.0
    # Movements. A flat picture turned in the hand never showed more than 11 degrees of yaw.
    turn: float = 22.0
    rise: float = 11.0
    dip: float = 8.0
    nearer: float = 1.25
    tilt: float = 13.0
    other: float = 16.0  # degrees to a side: another movement than the one asked for
    centre: float = 9.0  # back to the straight look
    passing_yaw: float = 20.0  # on the way from one movement to the next: still fit to compare
    passing_pitch: float = 15.0
    mistakes: int = 1
    # Time, seconds.
    step_seconds: float = 4.0
    soonest: float = 0.3  # nobody hears of a turn and has made it before
    gap_seconds: float = 0.9  # without a usable face, once the challenge has begun
    frozen_seconds: float = 1.2
    # A solid head: see solid.
    solidity: float = 3.5
    # One person, in one stretch: see continuity.
    same_person: float = 0.6
    yaw_speed: float = 400.0  # degrees a second
    place_speed: float = 8.0  # widths of the face a second
    returns: int = 4  # pictures that came back; none in eight films of living heads
    size_speed: float = 4.0  # natural logarithm a second
    # The light of the flashes on the face: see flashes.
    flash_match: float = 0.6
    flash_strength: float = 0.01
