"""A SQLite index that is built beside the old one and then takes its place in one step.

Nothing is synchronised or logged: what a crash leaves half made is thrown away by the next build,
and what it tears of a finished file is damage, after which the indexer makes the index anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from lookin.apps.search.index.sqlite import SqliteStore
from lookin.apps.search.index.store import IndexUnavailableError

# No journal: the file is nobody's yet. Exclusive: no lock is taken and given back for each step.
_SETTINGS = (
    *("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA secure_delete = OFF"),
    *("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA cache_size = -64000"),
)
_ENDINGS = ("", "-wal", "-shm", "-journal")


class FreshSqliteStore(SqliteStore):
    """`writing` once, from nothing: at its end this is the index at `place`."""

    def __init__(self, place: Path) -> None:
        super().__init__(place.with_name(f"{place.name}-new"))
        self._place = place
        _take_away(self.path)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        try:
            connection = self._look()
            assert connection is not None
            for setting in _SETTINGS:
                connection.execute(setting).fetchall()
            with super().writing():
                yield
            connection.execute("PRAGMA locking_mode = NORMAL").fetchall()
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            self.close()
            self._take_place()
        except (sqlite3.Error, OSError) as error:
            raise IndexUnavailableError(str(error)) from error
        finally:
            self.close()
            _take_away(self.path)

    def clear(self) -> None:
        """It is empty."""

    def _take_place(self) -> None:
        """Readers see another file there, and open it. A log of the old one must not be its."""
        _take_away(self._place)
        self.path.replace(self._place)


def _take_away(path: Path) -> None:
    for ending in _ENDINGS:
        path.with_name(path.name + ending).unlink(missing_ok=True)
