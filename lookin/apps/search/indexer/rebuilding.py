"""`lookin search rebuild`: every index anew, read by two processes, with a line on how far it is.

An indexer that runs is asked to rest meanwhile; when this ends it goes on by itself.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.db import connections

from lookin.apps.notebooks.telling import indexer_socket, tell
from lookin.apps.search.index.opening import open_for_building
from lookin.apps.search.index.sheaf import Sheaf
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.indexer.openindexes import OpenIndexes
from lookin.apps.search.indexer.process import IndexerOptions
from lookin.apps.search.indexer.pythonhelp import PythonHelp
from lookin.apps.search.indexer.rows import workspace_owners
from lookin.apps.search.indexer.sheaves import Task, reading_processes
from lookin.apps.search.indexer.status import held_indexes
from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import LookinError

PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.1


def rebuild_all(options: IndexerOptions) -> int:
    """Rebuild; 1 when a workspace could not be, else 0. Raises LookinError (`indexer_busy`)."""
    with _alone(options):
        return _rebuild(options)


@contextlib.contextmanager
def _alone(options: IndexerOptions) -> Iterator[None]:
    deadline = monotonic() + PATIENCE_SECONDS
    while True:
        with held_indexes(options.folder) as mine:
            if mine:
                yield
                return
        if monotonic() > deadline:
            raise LookinError(
                "The indexer goes on working, so the search index was left as it is.",
                "Stop the indexer, or wait until it answers, and try again.",
                code="indexer_busy",
                status=409,
            )
        tell(indexer_socket(options.runtime_dir), {"rest": True})
        time.sleep(LOOK_SECONDS)


def _rebuild(options: IndexerOptions) -> int:
    began = monotonic()
    indexes = OpenIndexes(options.home)
    indexes.look()
    for stray in indexes.strays():
        indexes.drop(stray)
    owners = workspace_owners()
    connections.close_all()  # a connection does not survive a fork
    count = _Count(len(owners))
    with reading_processes(options.home) as sheaves:
        every = sheaves.of(owners.items())
        for workspace, its_own in groupby(every, key=lambda pair: pair[0].workspace):
            count.problem(workspace, _build(workspace, its_own, count))
    _say("")
    names = _rebuild_help(options)
    made = f"{count.files} files and {names} names of Python"
    _say(f"The search index is new: {made}, {monotonic() - began:.0f} s.")
    for line in count.failed:
        _say(f"This one could not be made: {line}")
    return 1 if count.failed else 0


@dataclass(slots=True)
class _Count:
    """How far it is, for whoever waits at the terminal."""

    workspaces: int
    done: int = 0
    files: int = 0
    failed: list[str] = field(default_factory=list)

    def read(self, files: int) -> None:
        self.files += files
        _say(f"{self.done} of {self.workspaces} workspaces, {self.files} files", over=True)

    def problem(self, workspace: str, why: str) -> None:
        self.done += 1
        self.failed += [f"{workspace}: {why}"] if why else []


def _build(workspace: str, sheaves: Iterator[tuple[Task, Sheaf]], count: _Count) -> str:
    """One workspace's index, from nothing; what went wrong, and then the old one is as it was."""
    try:
        with open_for_building(workspace) as building:
            for task, sheaf in sheaves:
                if task.problem:
                    raise IndexUnavailableError(task.problem)
                building.add(sheaf)
                count.read(len(sheaf.entries))
    except IndexUnavailableError as error:
        return str(error)
    return ""


def _rebuild_help(options: IndexerOptions) -> int:
    """The names of Python that there are now."""
    if options.kernels is None:
        return 0
    help_ = PythonHelp(options.kernels, options.folder)
    try:
        help_.begin()
        while help_.gathers and not help_.finished():
            time.sleep(LOOK_SECONDS)
        return max(help_.take(), default=0) if help_.gathers else 0
    finally:
        help_.end()


def _say(text: str, *, over: bool = False) -> None:
    """A line; on a terminal it stands in place of the one before while it counts."""
    if over and not sys.stdout.isatty():
        return
    sys.stdout.write(f"\r{text}" if over else f"{text}\n" if text else "\n" * sys.stdout.isatty())
    sys.stdout.flush()
