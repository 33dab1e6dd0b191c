"""Three kinds of people and a stranger, with passwords that hash quickly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client

from lookin.apps.accounts.faces import consumers
from lookin.apps.accounts.models import Device, DeviceTrust, User
from lookin.apps.accounts.services import add_person
from lookin.core.faces.arrays import Floats

PASSWORD = "a window seat by noon"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["tests.apps.accounts.hasher.CountingHasher"]
    return


@pytest.fixture
def models_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the rules of a camera's door, which do not depend on what the models are."""
    monkeypatch.setattr(consumers, "faces_problem", lambda: None)


@pytest.fixture
def admin(db: None) -> User:
    return add_person("operator", "admin", password=PASSWORD)


@pytest.fixture
def teacher(db: None) -> User:
    return add_person("junho", "teacher", password=PASSWORD)


@pytest.fixture
def member(db: None) -> User:
    return add_person("김민아", password=PASSWORD, display_name="민아")


def sign_in(client: Client, person: User, password: str = PASSWORD, **more: str) -> Any:
    """Through the page, as a person would, with the box "remember me" ticked."""
    fields = {"username": person.username, "password": password, "remember": "on", **more}
    return client.post("/login", fields)


def face(seed: int, frame: int = 0) -> Floats:
    """A made-up embedding: frames of one seed lie close together, different seeds far apart."""
    somebody = np.random.default_rng(seed).normal(size=128)
    noise = np.random.default_rng((seed, frame)).normal(size=128)
    return (somebody / np.linalg.norm(somebody) + 0.005 * noise).astype(np.float32)


def frames(seed: int, count: int = 4) -> list[Floats]:
    """Several frames of one made-up person."""
    return [face(seed, frame) for frame in range(1, count + 1)]


@pytest.fixture
def device(db: None) -> Device:
    """A device that nobody trusts yet."""
    return Device.objects.create(token_hash="0" * 64)


@pytest.fixture
def people(device: Device, member: User, teacher: User, admin: User) -> dict[str, User]:
    """All three enrolled, and all three trust the device."""
    from tests.apps.accounts import looking

    for person, seed in (
        (member, looking.MEMBER_FACE),
        (teacher, looking.TEACHER_FACE),
        (admin, looking.ADMIN_FACE),
    ):
        looking.enrol(person, seed)
        DeviceTrust.objects.create(device=device, person=person)
    return {"member": member, "teacher": teacher, "admin": admin}
