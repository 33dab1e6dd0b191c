"""Which recogniser this server uses: the built-in one, or the operator's own in LOOKIN_HOME.

Not for running it: engine.py.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings

from lookin.core.faces.rates.calibration import Calibration
from lookin.core.faces.rates.measured import BUILT_IN
from lookin.core.faces.recognisers.description import Description, RecogniserError, read_description
from lookin.core.faces.recognisers.embeddings import FUSED


@cache
def own_recogniser() -> Description | None:
    """The operator's own, read once in this process. Raises RecogniserError when it is unusable.

    One that was not calibrated is: without its error rates there is no threshold.
    """
    own = read_description(settings.RECOGNISER_DIR)
    if own is not None and own.calibration is None:
        raise RecogniserError("it has no calibration.json yet. Make it: lookin faces calibrate")
    return own


def recogniser_name() -> str:
    """What templates are kept under: faces of another recogniser do not open."""
    own = own_recogniser()
    return own.full_name if own else FUSED


def calibration() -> Calibration:
    """The measured rates of the recogniser in use."""
    own = own_recogniser()
    return own.calibration if own and own.calibration else BUILT_IN
