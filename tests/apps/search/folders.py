"""A workspace with a folder, an indexer that works at it, and what is found there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from lookin.apps.search.index.opening import open_for_writing, open_index
from lookin.apps.search.index.protocol import EVERYTHING
from lookin.apps.search.indexer.indexing import Indexing, Rules
from lookin.apps.workspaces.models import Workspace
from lookin.core.lib.clock import monotonic

DEADLINE = 30.0


class Worker:
    """An indexer's work in this process, without its socket."""

    def __init__(self, home: Path, rules: Rules | None = None) -> None:
        self.indexing = Indexing(home, rules)

    def until(self, holds: Callable[[], bool]) -> None:
        """Work until it holds."""
        deadline = monotonic() + DEADLINE
        while not holds():
            assert monotonic() < deadline, "it never came to hold"
            self.turn()

    def turn(self) -> None:
        """One turn of the process's loop."""
        self.indexing.hear_folders()
        self.indexing.work()
        time.sleep(min(0.005, self.indexing.pause()))

    def settle(self) -> None:
        """Work until nothing is left to do."""
        swept = self.indexing.swept or 1
        self.until(lambda: self.indexing.swept >= swept and self.indexing.idle)


def found(workspace: Workspace | str, word: str) -> list[str]:
    """The paths of the entries that hold exactly this word."""
    name = workspace if isinstance(workspace, str) else str(workspace.id)
    index = open_index(name)
    number = index.vocabulary().number(word)
    if number is None:
        return []
    everything = index.find([[number]], field="text", where=EVERYTHING, most=1000)
    return sorted(one.path for one in everything)


def known(workspace: Workspace) -> list[str]:
    """The paths in its index."""
    index = open_for_writing(str(workspace.id))
    try:
        return sorted(index.known())
    finally:
        index.close()
