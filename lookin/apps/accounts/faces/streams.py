"""Camera streams that signed somebody in: kept as prints, so that a recording of one does not.

A print holds sixteen sums over each picture and no face (core/faces/liveness/replay.py). Not for
liveness itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from lookin.apps.accounts.models import Device, SeenStream, User
from lookin.core.faces.liveness import is_replay, steps_of
from lookin.core.lib.clock import now

KEPT = timedelta(days=180)
LATELY = 40  # sign-ins on a device whose challenges are not drawn again
# The newest of a person, and as many of a device; more would be more chance of a false alarm. Not
# both in one: what a class does on one device in a day must not crowd out what a person did.
COMPARED = 200


def keep_stream(device: Device, person: User, stream: bytes) -> bool:
    """Keep the print of a stream in which `person` was recognised on `device`; nothing for b"".

    False when the stream was shown here, or of this person anywhere, before.
    """
    if not stream:
        return True
    # Kept first and compared with what came before: of two at once, one finds the other.
    row = SeenStream.objects.create(device=device, person=person, seen_print=stream, at=now())
    before = SeenStream.objects.filter(pk__lt=row.pk).order_by("-pk")
    theirs, others = before.filter(person=person), before.filter(device=device)
    prints = chain.from_iterable(
        rows.values_list("seen_print", flat=True)[:COMPARED]
        for rows in (theirs, others.exclude(person=person))
    )
    return not is_replay(stream, (bytes(one) for one in prints))


def asked_lately(device: Device) -> list[tuple[str, ...]]:
    """The movements of the last sign-ins on a device, newest first: not to be asked again soon."""
    rows = SeenStream.objects.filter(device=device).order_by("-pk")
    return [steps_of(bytes(one)) for one in rows.values_list("seen_print", flat=True)[:LATELY]]


def forget_streams(person: User) -> None:
    """Delete the prints of a person whose face is deleted."""
    SeenStream.objects.filter(person=person).delete()


def forget_old_streams(moment: datetime) -> None:
    """Delete prints that are older than half a year."""
    SeenStream.objects.filter(at__lt=moment - KEPT).delete()
