"""A face that is stored without a ceremony, as a camera's frame of a portrait would give it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.browser.place import Place

ENROL = """
from pathlib import Path
from django.conf import settings
from lookin.apps.accounts.audit import Origin
from lookin.apps.accounts.faces import store
from lookin.apps.accounts.models import User
from lookin.core.faces.engine import FaceEngine
from lookin.core.lib.clock import now
engine = FaceEngine.open(settings.MODELS_DIR, threads=1)
seen = engine.observe(Path({frame!r}).read_bytes(), "both")
person = User.objects.get(username={name!r})
store.store_face(person, [seen.embedding] * 9, consent_at=now(), origin=Origin("", "test"))
"""


def enrol_portrait(place: Place, name: str, portrait: Image.Image, folder: Path) -> None:
    """Store `portrait`, framed as a camera shows it, as the face of the person `name`."""
    frame = folder / "frame.jpg"
    portrait.save(frame, "JPEG", quality=92)
    place.operate(ENROL.format(frame=str(frame), name=name))
