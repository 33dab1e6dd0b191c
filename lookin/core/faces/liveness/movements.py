"""How far a head is along an asked movement, and whether it makes another. Pure.

Not for whether it is a head: see solid.
"""

from __future__ import annotations

from lookin.core.faces.liveness.challenge import SIDES
from lookin.core.faces.liveness.limits import Limits
from lookin.core.faces.liveness.samples import Sample, Straight


def share_of(step: str, now: Sample, straight: Straight, limits: Limits) -> float:
    """0…1 and more: how much of the movement `step` this frame shows; 1 is enough.

    Of a nod it is the way down. All but a turn count only once the head does not look aside.
    """
    yaw, pitch, roll = now.yaw - straight.yaw, now.pitch - straight.pitch, now.roll - straight.roll
    nearer = now.size / max(straight.size, 1e-6) - 1
    shares = {
        "left": yaw / limits.turn,
        "right": -yaw / limits.turn,
        "up": pitch / limits.rise,
        "nod": -pitch / limits.dip,
        "closer": nearer / (limits.nearer - 1),
        "tilt_left": roll / limits.tilt,
        "tilt_right": -roll / limits.tilt,
    }
    if step not in SIDES and abs(yaw) >= limits.other:
        return min(shares[step], 0.0)
    return shares[step]


def is_other(step: str, before: str, now: Sample, straight: Straight, limits: Limits) -> bool:
    """Whether this frame shows a clear turn to a side that neither `step` asks for nor the
    movement `before` it did, from which the head comes."""
    yaw = now.yaw - straight.yaw
    if abs(yaw) < limits.other:
        return False
    return ("left" if yaw > 0 else "right") not in {step, before}


def is_straight(now: Sample, straight: Straight, limits: Limits) -> bool:
    """Whether the head looks ahead again. Whoever came closer need not go back."""
    return (
        abs(now.yaw - straight.yaw) <= limits.centre
        and abs(now.pitch - straight.pitch) <= limits.centre
        and abs(now.roll - straight.roll) <= limits.centre
    )


def is_passing(now: Sample, straight: Straight, limits: Limits) -> bool:
    """Whether a head on its way from one movement to the next looks ahead enough to compare it."""
    return (
        abs(now.yaw - straight.yaw) <= limits.passing_yaw
        and abs(now.pitch - straight.pitch) <= limits.passing_pitch
    )
