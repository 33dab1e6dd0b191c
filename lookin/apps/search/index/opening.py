"""Opens the index of a workspace: to read, of which a bounded number stay open, or to write.

Whoever asks has been let in already: who may read which index is finding's part.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from pathlib import Path

from django.conf import settings

from lookin.apps.search.index.protocol import Index, Reading
from lookin.apps.search.index.reading import IndexReading
from lookin.apps.search.index.sqlite import SqliteReading, SqliteStore
from lookin.apps.search.index.writing import IndexWriting

PYTHON = "python"  # the index of Python's names, for everyone who is signed in
MOST_OPEN = 200
_NAME = re.compile(r"[0-9a-z-]{1,36}")

_open: OrderedDict[tuple[str, str], IndexReading] = OrderedDict()
_lock = threading.Lock()


def open_index(name: str) -> Reading:
    """The index of that workspace (or PYTHON) for reading. Where there is none it is empty."""
    key = (_place(), _checked(name))
    with _lock:
        reading = _open.pop(key, None) or IndexReading(_reading_store(name))
        _open[key] = reading
        late = _open.popitem(last=False)[1] if len(_open) > MOST_OPEN else None
    if late is not None:
        late.close()  # who still holds it opens it again without knowing
    return reading


def open_for_writing(name: str) -> Index:
    """The same for the indexer, made where it is not there yet. Close it."""
    return IndexWriting(SqliteStore(_file(_checked(name))))


def indexes() -> list[str]:
    """The names of all indexes that there are."""
    return sorted(file.stem for file in _folder().glob("*.sqlite3"))


def _reading_store(name: str) -> SqliteReading:
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
