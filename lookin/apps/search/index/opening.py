"""Opens the index of a workspace: to read, of which a bounded number stay open, or to write.

Whoever asks has been let in already: who may read which index is finding's part.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from django.conf import settings

from lookin.apps.search.index.building import IndexBuilding
from lookin.apps.search.index.fresh import FreshSqliteStore
from lookin.apps.search.index.partial import PartialReading
from lookin.apps.search.index.postgresql import (
    PostgresqlReading,
    PostgresqlStore,
    index_names,
)
from lookin.apps.search.index.protocol import Index, Reading
from lookin.apps.search.index.reading import IndexReading
from lookin.apps.search.index.sqlite import SqliteReading, SqliteStore
from lookin.apps.search.index.store import ReadingStore
from lookin.apps.search.index.writing import IndexWriting

PYTHON = "python"  # the index of Python's names, for everyone who is signed in
MOST_OPEN = 200
MOST_WORDS_OPEN = 3_000_000  # of all that are open together
_NAME = re.compile(r"[0-9a-z-]{1,36}")

_Key: TypeAlias = tuple[str, str, tuple[str, ...]]
_open: OrderedDict[_Key, Reading] = OrderedDict()
_lock = threading.Lock()


def open_index(name: str) -> Reading:
    """The index of that workspace (or PYTHON) for reading. Where there is none it is empty."""
    return _kept((_place(), _checked(name), ()), lambda: IndexReading(_reading_store(name)))


def open_part(name: str, paths: tuple[str, ...]) -> Reading:
    """Only these entries of that index, for reading."""
    whole = open_index(name)
    return _kept((_place(), _checked(name), paths), lambda: PartialReading(whole, paths))


def open_for_writing(name: str) -> Index:
    """The same for the indexer, made where it is not there yet. Close it."""
    if settings.SEARCH_INDEX == "postgresql":
        return IndexWriting(PostgresqlStore(_checked(name)))
    return IndexWriting(SqliteStore(_file(_checked(name))))


def open_for_building(name: str) -> IndexBuilding:
    """The whole index anew, for the indexer: what it holds now is forgotten at the end."""
    if settings.SEARCH_INDEX == "postgresql":
        return IndexBuilding(PostgresqlStore(_checked(name)))
    return IndexBuilding(FreshSqliteStore(_file(_checked(name))))


def indexes() -> list[str]:
    """The names of all indexes that there are."""
    if settings.SEARCH_INDEX == "postgresql":
        return index_names()
    return sorted(file.stem for file in _folder().glob("*.sqlite3"))


def largest_indexes(most: int) -> list[str]:
    """Those of `indexes()` whose files are the largest. In PostgreSQL, which has none: none."""
    if settings.SEARCH_INDEX == "postgresql":
        return []
    files = sorted(_folder().glob("*.sqlite3"), key=_bytes_of, reverse=True)
    return [file.stem for file in files[:most] if _NAME.fullmatch(file.stem)]


def _bytes_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _kept(key: _Key, make: Callable[[], Reading]) -> Reading:
    with _lock:
        reading, late = _open.pop(key, None), []
        if reading is None:
            reading, late = make(), _too_many()
        _open[key] = reading
    for each in late:
        each.close()  # who still holds it opens it again without knowing
    return reading


def _too_many() -> list[Reading]:
    """Taken out of those that are open: who was asked longest ago, until there is room for one."""
    late: list[Reading] = []
    words = sum(each.words_in_memory for each in _open.values())
    while _open and (len(_open) >= MOST_OPEN or words > MOST_WORDS_OPEN):
        late.append(_open.popitem(last=False)[1])
        words -= late[-1].words_in_memory
    return late


def _reading_store(name: str) -> ReadingStore:
    if settings.SEARCH_INDEX == "postgresql":
        return PostgresqlReading(name)
    return SqliteReading(_file(name))


def _folder() -> Path:
    home: Path = settings.HOME
    return home / "search"


def _file(name: str) -> Path:
    return _folder() / f"{name}.sqlite3"


def _place() -> str:
    return f"{settings.SEARCH_INDEX} {settings.HOME}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} names no index")
    return name
