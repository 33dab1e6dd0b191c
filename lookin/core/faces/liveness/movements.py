"""How far a head is along an asked movement, and whether it makes another. Pure.

Not for whether it is a head: see solid.
"""

from __future__ import annotations

from lookin.core.faces.liveness.limits import Limits
from lookin.core.faces.liveness.samples import Sample, Straight


def share_of(step: str, now: Sample, straight: Straight, limits: Limits) -> float:
    """0…1 and more: how much of the movement `step` this frame shows; 1 is enough.

    Of a nod it is the way down; that the head comes up again is the centre that follows.
    """
    yaw, pitch = now.yaw - straight.yaw, now.pitch - straight.pitch
    match step:
        case "left":
            return yaw / limits.turn
        case "right":
            return -yaw / limits.turn
        case "up":
            return pitch / limits.rise
        case "nod":
            return -pitch / limits.dip
        case "closer":
            return (now.size / max(straight.size, 1e-6) - 1) / (limits.nearer - 1)
    raise ValueError(f"no such movement: {step}")


def is_other(step: str, now: Sample, straight: Straight, limits: Limits) -> bool:
    """Whether this frame shows a clear turn to a side that `step` did not ask for."""
    yaw = now.yaw - straight.yaw
    if step == "left":
        return yaw <= -limits.other
    if step == "right":
        return yaw >= limits.other
    return abs(yaw) >= limits.other


def is_straight(now: Sample, straight: Straight, limits: Limits) -> bool:
    """Whether the head looks ahead again. Whoever came closer need not go back."""
    return (
        abs(now.yaw - straight.yaw) <= limits.centre
        and abs(now.pitch - straight.pitch) <= limits.centre
    )
