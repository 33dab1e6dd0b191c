"""The indexer process: one that writes indexes, from its start to an orderly end. Needs Django.

Nobody waits for it: it may be killed at any moment, and the next one makes right what it left.
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lookin.apps.notebooks.telling import indexer_socket
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.indexer.indexing import Indexing, Rules
from lookin.apps.search.indexer.live import Ear
from lookin.apps.search.indexer.memory import give_memory_back
from lookin.apps.search.indexer.pythonhelp import Kernels, PythonHelp
from lookin.apps.search.indexer.status import Status, held_indexes, write_status
from lookin.core.lib.clock import monotonic, now_ms
from lookin.core.lib.signals import on_stop_signals

log = logging.getLogger("lookin.indexer")
NICENESS = 5  # people's pages and cells go first
STATUS_SECONDS = 2.0
HELP_SECONDS = 600.0  # between two looks at the packages
LONGEST_PAUSE_SECONDS = 1.0
REST_SECONDS = 1.0  # for a rebuild to take the indexes over


@dataclass(frozen=True, slots=True)
class IndexerOptions:
    """`home` is LOOKIN_HOME, `runtime_dir` where sockets are; `kernels` whose help to gather, None
    for no help on Python."""

    home: Path
    runtime_dir: Path
    kernels: Kernels | None
    rules: Rules = field(default_factory=Rules)

    @property
    def folder(self) -> Path:
        """Where indexes lie."""
        return self.home / "search"


def serve_forever(options: IndexerOptions) -> int:
    """Index until SIGTERM or SIGINT, or until whoever started this process is gone."""
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    stop = _Stop()
    while not stop():
        with held_indexes(options.folder) as mine:
            if mine:
                _Process(options, stop).run()
        stop.wait(REST_SECONDS)  # somebody else writes: a rebuild, or another indexer
    return 0


class _Stop:
    """Whether to stop. `wait` and a selector on `line` end at once when a signal comes."""

    def __init__(self) -> None:
        self._told = False
        self._parent = os.getppid()
        self.line, ours = socket.socketpair()
        for end in (self.line, ours):
            end.setblocking(False)
        self._ours = ours
        signal.set_wakeup_fd(ours.fileno(), warn_on_full_buffer=False)
        on_stop_signals(lambda _number, _frame: self._tell())

    def __call__(self) -> bool:
        return self._told or os.getppid() != self._parent

    def wait(self, seconds: float) -> None:
        """Sleep, unless told to stop."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.line, selectors.EVENT_READ)
            if not self._told:
                selector.select(seconds)

    def _tell(self) -> None:
        self._told = True


class _Process:
    """One time of work, which ends when it is told to stop or to rest."""

    def __init__(self, options: IndexerOptions, stop: _Stop) -> None:
        self._options = options
        self._stop = stop
        self._status = Status(pid=os.getpid())
        self._status_at = self._help_at = 0.0
        self._rests = False
        self._help = (
            PythonHelp(options.kernels, options.folder) if options.kernels is not None else None
        )
        self._taking: Iterator[int] | None = None
        self._swept = 0

    def run(self) -> None:
        """Work until told otherwise."""
        options = self._options
        ear = Ear(indexer_socket(options.runtime_dir))
        indexing = Indexing(options.home, options.rules)
        log.info("The indexer is ready")
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(ear.socket, selectors.EVENT_READ)
                selector.register(self._stop.line, selectors.EVENT_READ)
                if indexing.watching.descriptor is not None:
                    selector.register(indexing.watching.descriptor, selectors.EVENT_READ)
                while not self._stop() and not self._rests:
                    pause = 0.0 if self._taking else min(indexing.pause(), LONGEST_PAUSE_SECONDS)
                    selector.select(pause)
                    self._turn(ear, indexing)
        finally:
            if self._help is not None:
                self._help.end()
            indexing.close()
            ear.close()

    def _turn(self, ear: Ear, indexing: Indexing) -> None:
        messages = ear.messages()
        self._rests = any(message.get("rest") is True for message in messages)
        indexing.hear_messages(messages)
        indexing.hear_folders()
        indexing.work()
        if indexing.swept and self._help is not None:  # people's own things come first
            self._help_on(self._help)
        if indexing.swept != self._swept:
            give_memory_back()
            self._swept, self._status.swept_ms = indexing.swept, now_ms()
        if monotonic() >= self._status_at:
            self._status_at = monotonic() + STATUS_SECONDS
            self._tell(indexing)

    def _help_on(self, help_: PythonHelp) -> None:
        """A little of the help on Python; what goes wrong there is tried again much later."""
        try:
            if self._taking is not None:
                if next(self._taking, None) is None:
                    self._taking = None
                    give_memory_back()
            elif help_.gathers:
                if help_.finished():
                    self._taking = help_.take()
            elif monotonic() >= self._help_at:
                self._help_at = monotonic() + HELP_SECONDS
                if help_.is_due():
                    help_.begin()
        except (IndexUnavailableError, OSError) as error:
            log.warning("The help on Python waits: %s", error)
            self._taking = None
            help_.end()

    def _tell(self, indexing: Indexing) -> None:
        status = self._status
        status.at_ms, status.waiting = now_ms(), indexing.waits
        status.folders, status.unwatched = indexing.watching.folders, indexing.watching.problem
        status.trouble = indexing.trouble
        write_status(self._options.folder, status)
