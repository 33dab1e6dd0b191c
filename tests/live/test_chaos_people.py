"""A short while of chaos among people: `python -m tests.live.chaos_people` goes on for longer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import chaos_people

ROUNDS = os.environ.get("LOOKIN_CHAOS_PEOPLE_ROUNDS", "5")
SEED = os.environ.get("LOOKIN_CHAOS_SEED", "7")


def _has_namespaces() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    own = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    mount = ["sh", "-c", "mount -t tmpfs -o size=1m tmpfs /tmp"]
    done = subprocess.run(["unshare", *own, *mount], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.timeout(400)
@pytest.mark.skipif(not _has_namespaces(), reason="no file system of its own can be made here")
def test_what_several_people_were_promised_is_kept_whatever_happens(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.live.chaos_people", ROUNDS, SEED]
    printed = tmp_path / "printed.txt"
    with printed.open("w") as file:
        done = subprocess.run(
            command, stdout=file, stderr=subprocess.STDOUT, timeout=380, check=False
        )
    assert done.returncode == 0, printed.read_text()[-4000:]
    assert "promises kept" in printed.read_text()


def test_every_injury_of_the_issue_is_among_them() -> None:
    names = {injury.__name__ for injury, _ in chaos_people.INJURIES}
    assert {"kill_web", "kill_broker", "kill_kernel", "fill_the_disk", "lose_the_network"} <= names
