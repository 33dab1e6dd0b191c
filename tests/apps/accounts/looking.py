"""Looks without a camera: made-up embeddings of three people and a stranger."""

from __future__ import annotations

import pytest

from lookin.apps.accounts.audit import Origin
from lookin.apps.accounts.faces import looks, store
from lookin.apps.accounts.models import Device, User
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from tests.apps.accounts.conftest import frames

HERE = Origin("192.0.2.1", "test")
MEMBER_FACE, TEACHER_FACE, ADMIN_FACE, STRANGER_FACE = 11, 22, 33, 44


def enrol(person: User, seed: int) -> bool:
    """Store the made-up face of that number as `person`'s."""
    return store.store_face(person, frames(seed, 9), consent_at=now(), origin=HERE)


def a_look(device: Device, name: str, seed: int) -> looks.Look:
    """Four frames of that face before `device`."""
    return looks.Look(device, name, frames(seed), HERE, b"")


def look(device: Device, name: str, seed: int) -> User:
    """Who that is."""
    return looks.recognise(a_look(device, name, seed))


def refusal(device: Device, name: str, seed: int) -> str:
    """Why that is nobody."""
    with pytest.raises(LookinError) as caught:
        look(device, name, seed)
    return caught.value.code
