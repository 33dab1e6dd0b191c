"""Steps of `make test` and `make check`: all of them run, then one line each says how it went."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from lookin.site.prepare.frontend import path_with_node

ROOT = Path(__file__).resolve().parents[1]
_SKIPPED = "skipped: "


@dataclass(frozen=True)
class Step:
    """Something to run. `run` returns None when it went well, else how it did not."""

    title: str
    run: Callable[[], str | None]


def command(*words: str | Path, **environment: str) -> Callable[[], str | None]:
    """A step's work: one program in the checkout, with `environment` added to this one's."""

    def work() -> str | None:
        status = subprocess.call(
            [str(word) for word in words], cwd=ROOT, env={**os.environ, **environment}
        )
        return None if status == 0 else f"failed (exit status {status})"

    return work


def front_end(script: str) -> Callable[[], str | None]:
    """A step's work: one script of web/package.json, with the Node that set-up chose."""
    return command(
        "npm", "run", "--silent", "--prefix", "web", script, PATH=path_with_node(ROOT / ".node")
    )


def skipped(reason: str) -> str:
    """The outcome of a step that this machine cannot run; in CI that is a failure."""
    return f"failed: {reason}" if os.environ.get("LOOKIN_CI") else reason


def run_steps(steps: Sequence[Step]) -> int:
    """Run all steps and sum up. Returns 1 when any failed."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _stop)
    outcomes: list[str] = []
    failed = False
    for step in steps:
        _say(f"\n=== {step.title}")
        started = time.monotonic()
        try:
            outcome = step.run()
        except KeyboardInterrupt:
            _say("\nStopped.")
            return 130
        failed = failed or not (outcome is None or outcome.startswith(_SKIPPED))
        took = f"{time.monotonic() - started:.0f} s"
        outcomes.append(f"{step.title}: {outcome or 'passed'} ({took})")
    _say("\n" + "\n".join(outcomes))
    return 1 if failed else 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
