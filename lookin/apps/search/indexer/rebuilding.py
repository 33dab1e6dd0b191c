"""`lookin search rebuild`: every index anew, in two processes, with a line on how far it is.

An indexer that runs is asked to rest meanwhile; when this ends it goes on by itself.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import socket
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.db import connections

from lookin.apps.notebooks.framing import indexer_socket
from lookin.apps.search.index.opening import open_for_writing
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.indexer.openindexes import OpenIndexes
from lookin.apps.search.indexer.process import IndexerOptions
from lookin.apps.search.indexer.pythonhelp import PythonHelp
from lookin.apps.search.indexer.rows import RowsAwayError
from lookin.apps.search.indexer.status import held_indexes
from lookin.apps.search.indexer.walking import Bounds
from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import LookinError

PROCESSES = 2
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.1
BATCH_SECONDS = 5.0  # nobody waits for anything else
HOURS_SECONDS = 86_400.0  # a walk that somebody asked for may take its time
Done = tuple[str, int, str]  # workspace, entries, what went wrong


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
        _ask_to_rest(indexer_socket(options.runtime_dir))
        time.sleep(LOOK_SECONDS)


def _ask_to_rest(path: Path) -> None:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.sendto(json.dumps({"rest": True}).encode(), str(path))


def _rebuild(options: IndexerOptions) -> int:
    began = monotonic()
    indexes = OpenIndexes(options.home)
    workspaces = indexes.look()
    for stray in indexes.strays():
        indexes.drop(stray)
    connections.close_all()  # a connection does not survive a fork
    entries, failed = 0, []
    # Two processes and no more: each writes the indexes of other workspaces.
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        work = partial(_rebuild_one, options.home)
        for number, (workspace, count, problem) in enumerate(
            pool.imap_unordered(work, workspaces), start=1
        ):
            entries += count
            failed += [f"{workspace}: {problem}"] if problem else []
            _say(f"{number} of {len(workspaces)} workspaces, {entries} files", over=True)
    _say("")
    names = _rebuild_help(options)
    seconds = monotonic() - began
    _say(f"The search index is new: {entries} files and {names} names of Python, {seconds:.0f} s.")
    for line in failed:
        _say(f"This one could not be made: {line}")
    return 1 if failed else 0


def _rebuild_one(home: Path, workspace: str) -> Done:
    """One workspace's index, from nothing. Runs in a process of its own."""
    indexes = OpenIndexes(home, step_seconds=BATCH_SECONDS)
    try:
        index = open_for_writing(workspace)
        index.clear()
        index.close()
        made = indexes.of(workspace)
        if made is None:
            return workspace, 0, ""
        bounds = Bounds(seconds=HOURS_SECONDS)
        for _ in made.sweep("", lambda _descriptor, _path: None, lambda _path: None, bounds):
            pass
        return workspace, len(made.known), ""
    except (IndexUnavailableError, RowsAwayError, OSError) as error:
        return workspace, 0, str(error)
    finally:
        indexes.close()


def _rebuild_help(options: IndexerOptions) -> int:
    """The names of Python that there are now."""
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
