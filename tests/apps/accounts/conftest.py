"""Three kinds of people and a stranger, with passwords that hash quickly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client

from lookin.apps.accounts.models import User
from lookin.apps.accounts.services import add_person
from lookin.core.faces.arrays import Floats

PASSWORD = "a window seat by noon"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["tests.apps.accounts.hasher.CountingHasher"]
    return


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
