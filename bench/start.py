"""How long a second `make run` takes until the sign-in page answers. Goal: at most 5 s.

Uses this checkout, already set up, with a home and a port of its own. There is no peer: each
notebook server counts something else as started.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.figures import Figure, report
from lookin.site.env import ROOT
from tests.browser.place import free_port

RUNS = 5
GOAL_SECONDS = 5.0
LONGEST_SECONDS = 600.0


def main() -> int:
    """Start once to set up, then measure RUNS starts of the same home."""
    with tempfile.TemporaryDirectory(prefix="lookin-bench-") as home:
        first = _start(Path(home))
        times = [_start(Path(home)) for _ in range(RUNS)]
    median = statistics.median(times)
    report(
        [
            Figure("first start in this home", first, "s"),
            Figure(
                f"second start, median of {RUNS}",
                median,
                "s",
                goal=f"at most {GOAL_SECONDS:g} s",
                holds=median <= GOAL_SECONDS,
            ),
            Figure("second start, slowest", max(times), "s"),
        ]
    )
    return 0


def _start(home: Path) -> float:
    """Seconds from `make run` to the first answer of /login."""
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "LOOKIN_HOME": str(home),
        "LOOKIN_MODELS_DIR": str(ROOT / "var" / "models"),
    }
    began = time.perf_counter()
    with subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            _wait(f"http://localhost:{port}/login", began)
            return time.perf_counter() - began
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)


def _wait(address: str, began: float) -> None:
    while time.perf_counter() - began < LONGEST_SECONDS:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (OSError, urllib.error.URLError):
            time.sleep(0.01)
    raise TimeoutError(f"{address} did not answer within {LONGEST_SECONDS:g} s")
