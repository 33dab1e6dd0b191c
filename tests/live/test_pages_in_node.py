"""The page's own code, in Node, against a real broker: both agree on what a notebook is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from lookin.apps.notebooks.framing import token_file
from tests.live.broker_process import ROOT, BrokerProcess

VITEST = ROOT / "web" / "node_modules" / "vitest" / "vitest.mjs"


@pytest.fixture
def broker() -> Iterator[BrokerProcess]:
    made = BrokerProcess()
    made.start()
    yield made
    made.close()


@pytest.mark.skipif(not VITEST.exists(), reason="the front end's tools are not installed")
@pytest.mark.timeout(150)
def test_pages_of_the_front_end_end_with_one_notebook(broker: BrokerProcess) -> None:
    node = shutil.which("node")
    assert node is not None
    about = {
        "socket": str(broker.socket),
        "token": token_file(broker.socket).read_text(),
        "visit": broker.address(broker.notebook("x = 1", "한글 😀\n", "")),
    }
    ran = subprocess.run(
        [node, str(VITEST), "run", "src/notebook/live/realbroker.test.ts"],
        cwd=ROOT / "web",
        env={**os.environ, "LOOKIN_REAL_BROKER": json.dumps(about), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=140,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6_000:] + ran.stderr[-2_000:]
    assert "1 passed" in ran.stdout
