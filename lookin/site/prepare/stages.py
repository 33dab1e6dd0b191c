"""Runs the stages that are due, one after another, and tells a person how far it is.

Two set-ups at once would trip over each other: a lock lets the second wait for the first.
"""

from __future__ import annotations

import fcntl
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lookin.site.prepare.programs import PrepareError


@dataclass(frozen=True)
class Stage:
    """One thing to make. `due` is asked often and must be quick; `work` may take minutes.

    A failing `optional` stage is told and the next one begins.
    """

    title: str
    due: Callable[[], bool]
    work: Callable[[], None]
    optional: bool = False


def run_stages(stages: Sequence[Stage]) -> None:
    """Do every stage that is due. Raises PrepareError from the first that fails for good."""
    due = [stage for stage in stages if stage.due()]
    for number, stage in enumerate(due, start=1):
        with _progress(f"{number}/{len(due)} {stage.title}"):
            try:
                stage.work()
                failure = None
            except PrepareError as error:
                if not stage.optional:
                    raise
                failure = error
        if failure is not None:
            _say(f"    {failure.sentence()}\n")


@contextmanager
def hold_lock(path: Path) -> Iterator[int]:
    """Hold the set-up lock `path`, waiting for another set-up to end; gives its descriptor."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Lookin is being set up by another command already; waiting for it to end.\n")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _progress(title: str) -> Iterator[None]:
    """Print the title, seconds as they pass on a terminal, and how long it took."""
    started = time.monotonic()
    stop = threading.Event()
    live = sys.stderr.isatty()
    _say(f"{title} …" + ("" if live else "\n"))

    def tick() -> None:
        while not stop.wait(1):
            _say(f"\r{title} … {time.monotonic() - started:.0f} s")

    ticker = threading.Thread(target=tick, daemon=True)
    if live:
        ticker.start()
    outcome = ", not finished"
    try:
        yield
        outcome = ""
    finally:
        stop.set()
        if live:
            ticker.join()
        took = f"{time.monotonic() - started:.0f} s"
        start = "\r" if live else ""
        _say(f"{start}{title} … {took}{outcome}\n")


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
