"""What a place's search index holds, read from its files as pages read it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from lookin.apps.search.index.protocol import EVERYTHING, Found
from lookin.apps.search.index.reading import IndexReading
from lookin.apps.search.index.sqlite import SqliteReading
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.core.search.plan import Stage, stages
from lookin.core.search.query import read_query

DEADLINE = 60.0


class Indexed:
    """The index of one workspace (or "python") in the data folder `home`."""

    def __init__(self, home: Path, name: str) -> None:
        self.index = IndexReading(SqliteReading(home / "search" / f"{name}.sqlite3"))

    def found(self, text: str) -> list[Found]:
        """What the first stage that finds anything finds; words as typed, no typos."""
        with contextlib.suppress(IndexUnavailableError):  # it is being made
            return self._found(text)
        return []

    def _found(self, text: str) -> list[Found]:
        for stage in stages(read_query(text), self.index.vocabulary()):
            if stage.cost > 1.0 or not _is_exact(stage):
                break
            found = self.index.find(stage.numbers, field="text", where=EVERYTHING, most=50)
            if found:
                return found
        return []

    def paths(self, text: str) -> list[str]:
        """Their paths, sorted."""
        return sorted(found.path for found in self.found(text))

    def comes(self, text: str, path: str) -> float:
        """Seconds until `path` is found by `text`."""
        return waited(lambda: path in self.paths(text), f"{path} is not found by {text}")

    def goes(self, text: str, path: str) -> float:
        """Seconds until `path` is not found by `text` any more."""
        return waited(lambda: path not in self.paths(text), f"{path} is still found by {text}")


def waited(holds: Callable[[], bool], otherwise: str, deadline: float = DEADLINE) -> float:
    """Seconds until it holds."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < deadline, otherwise
        time.sleep(0.01)
    return time.monotonic() - began


def _is_exact(stage: Stage) -> bool:
    return all(one.kind in {"exact", "prefix"} for group in stage.groups for one in group)
