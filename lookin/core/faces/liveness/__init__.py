"""Whether a living head sits before the camera: a drawn challenge, and what its frames must show.

Pure: no pictures, no clock, no person. Not for whose face it is: see comparison.
"""

from lookin.core.faces.liveness.challenge import STEPS, Challenge, draw_challenge
from lookin.core.faces.liveness.course import Liveness, look
from lookin.core.faces.liveness.limits import Limits
from lookin.core.faces.liveness.replay import is_replay, steps_of, stream_print

__all__ = [
    "STEPS",
    "Challenge",
    "Limits",
    "Liveness",
    "draw_challenge",
    "is_replay",
    "look",
    "steps_of",
    "stream_print",
]
