"""Stored faces as bytes and back: sealed for one person, with what was enrolled beside what it
became. Not for rows (store.py) nor for who it is (looks.py)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from lookin.apps.accounts.faces.recogniser import recogniser_name
from lookin.apps.accounts.models import FaceTemplate
from lookin.apps.accounts.seal import seal, unseal
from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.templates import from_bytes, to_bytes
from lookin.core.lib.errors import LookinError

_HEADER = struct.Struct("<I")  # bytes of the enrolled template; the current one follows it


@dataclass(frozen=True, repr=False)
class Face:
    """`enrolled` is what the camera saw then; `current`, which followed it since, is compared."""

    enrolled: Floats
    current: Floats


def seal_face(face: Face, person: UUID) -> bytes:
    """The bytes for the database: they open for this person's row and with this server's key."""
    name = recogniser_name()
    enrolled = to_bytes(face.enrolled, name)
    plain = _HEADER.pack(len(enrolled)) + enrolled + to_bytes(face.current, name)
    return seal(plain, person, settings.FACE_KEY)


def open_face(row: FaceTemplate) -> Face:
    """The face of a row. Raises LookinError: `face_sealed`, `template_unreadable`."""
    plain = unseal(bytes(row.sealed), row.person_id, settings.FACE_KEY)
    length = _HEADER.unpack_from(plain)[0] if len(plain) >= _HEADER.size else 0
    end = _HEADER.size + length
    name = recogniser_name()
    return Face(from_bytes(plain[_HEADER.size : end], name), from_bytes(plain[end:], name))


def seal_probe(probe: Floats, person: UUID) -> bytes:
    """What a camera saw of `person`, to be kept for minutes until another factor was proved."""
    return seal(to_bytes(probe, recogniser_name()), person, settings.FACE_KEY)


def open_probe(sealed: bytes, person: UUID) -> Floats:
    """The reverse. Raises as `open_face`."""
    return from_bytes(unseal(sealed, person, settings.FACE_KEY), recogniser_name())


def opened(rows: Iterable[FaceTemplate]) -> Iterator[tuple[FaceTemplate, Floats]]:
    """Rows with what is compared. One that does not open (another key, a damaged row, another
    recogniser) is left out: it hurts nobody else."""
    for row in rows:
        try:
            yield row, open_face(row).current
        except LookinError:
            continue
