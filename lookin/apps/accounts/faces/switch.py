"""Whether face sign-in is off for everybody here. Not for what is stored: store.py."""

from __future__ import annotations

from lookin.apps.accounts.audit import Origin, record_event
from lookin.apps.accounts.models import FaceSwitch
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError

_ROW = 1


def faces_are_off() -> bool:
    """Whether an admin switched face sign-in off. Read afresh: so it holds everywhere."""
    return FaceSwitch.objects.filter(pk=_ROW, is_off=True).exists()


def refuse_when_off() -> None:
    """Raises LookinError (code `faces_off`)."""
    if faces_are_off():
        raise LookinError(
            "Face sign-in is switched off here.",
            "Use your password or a passkey.",
            code="faces_off",
            status=403,
        )


def switch_faces(off: bool, *, origin: Origin) -> None:
    """Off: from now on nobody signs in with a face and nobody enrols; what is stored stays."""
    FaceSwitch.objects.update_or_create(pk=_ROW, defaults={"is_off": off, "changed_at": now()})
    record_event("faces_switched_off" if off else "faces_switched_on", origin)
