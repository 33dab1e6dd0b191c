"""Reads whole workspaces in processes apart and hands on what they hold, workspace by workspace.

The processes read and take texts apart; they know no index and ask no database. Not for changes one
at a time: that is workspaceindex.py.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lookin.apps.search.index.entry import Entry
from lookin.apps.search.index.sheaf import Sheaf, bind
from lookin.apps.search.indexer.people import People
from lookin.apps.search.indexer.reading import About, read_whatever
from lookin.apps.search.indexer.rows import RowsAwayError, notebook_ids
from lookin.apps.search.indexer.walking import Bounds, Item, Walk
from lookin.core.documents.searchable import NOTEBOOK_CHARS
from lookin.core.lib.errors import LookinError

PROCESSES = 2
AHEAD = 4  # tasks that are being read or wait to be written
MOST_FILES = 400  # in one task
MOST_BYTES = 4_000_000  # of them that may be text
HOURS_SECONDS = 86_400.0  # a walk that somebody asked for may take its time


@dataclass(frozen=True, slots=True)
class Task:
    """Some files of a workspace, each with the id of its notebook's row. `problem`: why none."""

    home: Path
    workspace: str
    owner: str | None
    files: tuple[tuple[str, str | None], ...] = ()
    problem: str = ""


class Sheaves:
    """The processes. `home` is LOOKIN_HOME; none of them outlives the one that made it."""

    def __init__(self, home: Path, pool: ProcessPoolExecutor) -> None:
        self._home = home
        self._pool = pool

    def of(self, workspaces: Iterable[tuple[str, str | None]]) -> Iterator[tuple[Task, Sheaf]]:
        """All of these (id, owner), the oldest files of each first; at least one sheaf of each.

        A task that could not be read comes with its problem and an empty sheaf. Raises LookinError
        (`rebuild_ended`) when a process is ended from outside.
        """
        waiting: deque[tuple[Task, Future[Sheaf]]] = deque()
        for task in (task for pair in workspaces for task in self._tasks(*pair)):
            waiting.append((task, self._pool.submit(_read, task)))
            if len(waiting) >= AHEAD:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())

    def _tasks(self, workspace: str, owner: str | None) -> Iterator[Task]:
        walk = Walk(self._home / "workspaces" / workspace, "", Bounds(seconds=HOURS_SECONDS))
        slices = walk.slices(lambda _descriptor, _path: None)
        # By path: a folder that is moved while we walk may be met twice.
        found = {item.path: item for some in slices for item in some}
        items = sorted(found.values(), key=lambda item: item.changed_ns)  # the newest comes last
        try:
            ids = notebook_ids(workspace)
        except RowsAwayError as error:
            yield Task(self._home, workspace, owner, problem=str(error))
            return
        for some in _portions(items):
            files = tuple((item.path, ids.get(item.path)) for item in some)
            yield Task(self._home, workspace, owner, files)


@contextmanager
def reading_processes(home: Path) -> Iterator[Sheaves]:
    """Sheaves with processes of their own, while the block runs."""
    context = multiprocessing.get_context("fork")
    parent = os.getpid()
    pool = ProcessPoolExecutor(PROCESSES, context, initializer=_end_with, initargs=(parent,))
    try:
        pool.submit(os.getpid).result()  # all are there now: none inherits what is opened later
        yield Sheaves(home, pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _portions(items: list[Item]) -> Iterator[list[Item]]:
    """Always one, if it be an empty one."""
    some: list[Item] = []
    size = 0
    for item in items:
        if len(some) >= MOST_FILES or size > MOST_BYTES:
            yield some
            some, size = [], 0
        some.append(item)
        size += min(item.size, NOTEBOOK_CHARS)
    yield some


def _done(task: Task, future: Future[Sheaf]) -> tuple[Task, Sheaf]:
    try:
        return task, future.result()
    except BrokenExecutor as error:
        raise LookinError(
            "A process that read files for the search index was ended, so the rest was not made.",
            "Try again; if it happens again, look whether memory is short.",
            code="rebuild_ended",
            status=500,
        ) from error


def _read(task: Task) -> Sheaf:
    """Runs in a process apart."""
    return bind(_entries(task))


def _entries(task: Task) -> Iterator[Entry]:
    people, root = _people(task.home), task.home / "workspaces" / task.workspace
    for path, notebook in task.files:
        changed_by = people.of(notebook) or ((task.owner,) if task.owner else ())
        entry = read_whatever(root, path, About(notebook, changed_by))
        if entry is not None:
            yield entry


@lru_cache(maxsize=1)
def _people(home: Path) -> People:
    return People(home)


def _end_with(parent: int) -> None:
    """End when that process does: prctl(2), PR_SET_PDEATHSIG. Ctrl+C is its business too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
