"""A short while of chaos: `python -m tests.live.chaos` goes on for longer."""

from __future__ import annotations

import os
import sys

import pytest

from tests.live import chaos

ROUNDS = int(os.environ.get("LOOKIN_CHAOS_ROUNDS", "6"))
SEED = int(os.environ.get("LOOKIN_CHAOS_SEED", "7"))


@pytest.mark.skipif(sys.platform != "linux", reason="forked kernels need Linux")
async def test_whatever_is_killed_no_line_is_lost_or_doubled_and_nothing_is_left() -> None:
    await chaos.run(ROUNDS, SEED)
