"""Whether a frame shows the person who is signed in. For leaving only: it lets nobody in."""

from __future__ import annotations

from lookin.apps.accounts.faces.sealed import opened
from lookin.apps.accounts.faces.store import CONSENT_VERSION
from lookin.apps.accounts.faces.switch import faces_are_off
from lookin.apps.accounts.faces.thresholds import verify_threshold
from lookin.apps.accounts.models import FaceTemplate, User
from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.matching import verify
from lookin.core.faces.observation import Observation


def template_of(person: User) -> Floats | None:
    """The person's opened template; None where it may not be used (switched off, older consent)."""
    if faces_are_off():
        return None
    rows = FaceTemplate.objects.filter(person=person, consent_version=CONSENT_VERSION)
    return next((face for _, face in opened(rows)), None)


def shows(template: Floats, observation: Observation) -> bool | None:
    """Whether the frame's face is the one of `template`; None when there is none to compare."""
    if observation.problem is not None or observation.embedding is None:
        return None
    return verify(template, [observation.embedding], threshold=verify_threshold(1)).matches
