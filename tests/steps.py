"""Steps of `make test` and `make check`: all of them run, then one line each says how it went."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

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


class Beside:
    """Work that goes on beside the steps, one piece after the other; its words come at its end."""

    Run = Callable[..., int]  # as subprocess.call

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._programs: list[subprocess.Popen[bytes]] = []
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever still runs then is ended: somebody stopped the steps."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        for program in self._programs:
            program.send_signal(signal.SIGINT)  # pytest then ends what its tests started
        self._thread.shutdown()
        self._output.close()

    def start(self, work: Callable[[], str | None]) -> Callable[[], str | None]:
        """Do `work` when what was started before is done; returns a step's work: wait for it."""
        output: list[bytes] = []

        def kept() -> str | None:
            outcome = work()
            self._output.seek(0)
            output.append(self._output.read())
            self._output.seek(0)
            self._output.truncate()
            return outcome

        doing = self._thread.submit(kept)

        def wait() -> str | None:
            outcome = doing.result()
            _say(output[0].decode(errors="replace"))
            return outcome

        return wait

    def run(self, words: Sequence[str], **more: Any) -> int:
        """As subprocess.call, with the output kept."""
        program = subprocess.Popen(words, stdout=self._output, stderr=subprocess.STDOUT, **more)
        self._programs.append(program)
        return program.wait()


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
