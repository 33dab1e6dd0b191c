"""Fixtures of the live tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.broker_process import BrokerProcess


@pytest.fixture
def broker() -> Iterator[BrokerProcess]:
    """A running broker of the test's own."""
    process = BrokerProcess()
    try:
        process.start()
        yield process
    finally:
        process.close()
