"""Fixtures of the live tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.broker_process import BrokerProcess


@pytest.fixture
def broker() -> Iterator[BrokerProcess]:
    """A running broker of the test's own, which it may kill."""
    process = BrokerProcess()
    try:
        process.start()
        yield process
    finally:
        process.close()


@pytest.fixture(scope="session")
def _house() -> Iterator[BrokerProcess]:
    process = BrokerProcess()
    try:
        process.start()
        yield process
    finally:
        process.close()


@pytest.fixture
def guest(_house: BrokerProcess) -> Iterator[BrokerProcess]:
    """A workspace of the test's own at a broker that others share: for what harms no broker."""
    made = _house.guest()
    yield made
    made.forget_all()
