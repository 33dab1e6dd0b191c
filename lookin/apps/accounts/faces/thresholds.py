"""How near a face must come, by the rates that the operator allows. The only reader of them here.

Not for what was measured: core/faces/rates.
"""

from __future__ import annotations

from django.conf import settings

from lookin.apps.accounts.faces.recogniser import calibration

# Of the way between a face and the threshold at which it would be refused, a template may go.
_DRIFT_SHARE = 0.3


def verify_threshold(frames: int) -> float:
    """For the named person, from so many frames."""
    return calibration().verify_threshold(settings.FACE_FMR, probes=frames)


def identify_threshold(frames: int, people: int) -> float:
    """For anybody among so many people. Never looser than with a name: else whoever wants a
    weaker check leaves the name out."""
    falling = calibration().identify_threshold(settings.FACE_FPIR, gallery=people, probes=frames)
    return min(verify_threshold(frames), falling)


def margin() -> float:
    """How much further away the second nearest person must be."""
    return calibration().margin


def alike_threshold() -> float:
    """Two people nearer than this are warned at enrolment."""
    return calibration().alike


def spread() -> float:
    """How far one frame of a person may lie from the others."""
    return calibration().spread


def most_drift() -> float:
    """How far a template may wander from the one that was enrolled."""
    return _DRIFT_SHARE * verify_threshold(frames=1)
