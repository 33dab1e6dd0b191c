"""Keeps an index in one SQLite file of its own. Written by one process, read by any number.

A file that is damaged or of another version is taken away and made anew: it holds nothing that the
workspace does not hold. What was deleted is overwritten (secure_delete), the write-ahead log too.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lookin.apps.search.index.cutting import MOST_PIECES
from lookin.apps.search.index.postings import WORD_SHIFT
from lookin.apps.search.index.store import EntryRow, Heading, IndexUnavailableError, PieceRow

VERSION = 1
_BUSY_SECONDS = 5.0
_SCHEMA = """
CREATE TABLE heading (generation INTEGER NOT NULL, words INTEGER NOT NULL,
    last_id INTEGER NOT NULL);
CREATE TABLE words (number INTEGER PRIMARY KEY, word TEXT NOT NULL);
CREATE TABLE tags (number INTEGER PRIMARY KEY, tag TEXT NOT NULL);
CREATE TABLE postings (key INTEGER PRIMARY KEY, ids BLOB NOT NULL);
CREATE TABLE entries (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    title TEXT NOT NULL, ending TEXT NOT NULL, notebook TEXT, people TEXT NOT NULL,
    changed_ns INTEGER NOT NULL, size INTEGER NOT NULL, names BLOB NOT NULL);
CREATE TABLE pieces (id INTEGER PRIMARY KEY, part TEXT NOT NULL, kind TEXT NOT NULL,
    goes_on INTEGER NOT NULL, held BLOB NOT NULL, text TEXT NOT NULL);
"""
_EMPTYING = (
    *("DELETE FROM words", "DELETE FROM tags", "DELETE FROM postings"),
    *("DELETE FROM entries", "DELETE FROM pieces"),
)
_DAMAGES = (
    *("malformed", "not a database", "no such table", "no such column", "disk I/O error"),
    "Could not decode",
)
_LIST = 500  # numbers in one statement


class SqliteReading:
    """An index's file: opened when first asked, and again when another stands in its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def heading(self) -> Heading | None:
        if self._look() is None:
            return None
        rows = self._rows("SELECT generation, words, last_id FROM heading")
        return Heading(*rows[0])

    def words_from(self, number: int, most: int) -> list[str]:
        query = "SELECT word FROM words WHERE number >= ? ORDER BY number LIMIT ?"
        rows = self._rows(query, (number, most))
        return [word for (word,) in rows]

    def tags(self) -> dict[str, int]:
        return dict(self._rows("SELECT tag, number FROM tags"))

    def postings(self, keys: Sequence[int]) -> list[tuple[int, bytes]]:
        return self._listed("SELECT key, ids FROM postings WHERE key IN", keys)

    def entries(self, ids: Collection[int]) -> list[EntryRow]:
        return [EntryRow(*row) for row in self._listed("SELECT * FROM entries WHERE id IN", ids)]

    def ids_at(self, paths: Collection[str]) -> dict[str, int]:
        found = (self._rows("SELECT path, id FROM entries WHERE path = ?", (p,)) for p in paths)
        return dict(row for rows in found for row in rows)

    def pieces(self, entry: int) -> list[PieceRow]:
        query = "SELECT * FROM pieces WHERE id BETWEEN ? AND ? ORDER BY id"
        return [PieceRow(*row) for row in self._rows(query, _span(entry))]

    def held(self, entries: Collection[int]) -> list[tuple[int, bytes]]:
        query = "SELECT id, held FROM pieces WHERE id BETWEEN ? AND ? ORDER BY id"
        return [row for one in sorted(entries) for row in self._rows(query, _span(one))]

    def pieces_at(self, ids: Collection[int]) -> list[PieceRow]:
        return [PieceRow(*row) for row in self._listed("SELECT * FROM pieces WHERE id IN", ids)]

    def newest(self, most: int) -> list[EntryRow]:
        rows = self._rows("SELECT * FROM entries ORDER BY id DESC LIMIT ?", (most,))
        return [EntryRow(*row) for row in rows]

    def leave(self) -> None:
        """Nothing to do: all threads share the connection."""

    def measure(self) -> tuple[int, int]:
        if self._look() is None:
            return 0, 0
        (count,) = self._rows("SELECT count(*) FROM entries")[0]
        files = (self.path.with_name(self.path.name + ending) for ending in ("", "-wal"))
        return count, sum(file.stat().st_size for file in files if file.exists())

    def condemn(self) -> None:
        _leave_mark(self.path)

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection = self._file = None

    def _look(self) -> sqlite3.Connection | None:
        """The connection to the file that is there now, or None when there is none."""
        try:
            seen = self.path.stat()
        except OSError:
            self.close()
            return None
        if self._connection is None or self._file != (seen.st_dev, seen.st_ino):
            self.close()
            self._connection = self._open()
            self._file = (seen.st_dev, seen.st_ino)
        return self._connection

    def _open(self) -> sqlite3.Connection | None:
        with _telling(self.path):
            connection = _connect(self.path, "rw")
            connection.execute("PRAGMA query_only = 1")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != VERSION:
                connection.close()
            if version not in {0, VERSION}:
                raise IndexUnavailableError(f"{self.path.name} is of another version")
            return connection if version else None  # 0: its tables are being made just now

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        connection = self._connection or self._look()
        if connection is None:
            return []
        with _telling(self.path):
            return connection.execute(query, values).fetchall()

    def _listed(self, query: str, numbers: Collection[int]) -> list[Any]:
        """Only whole numbers, so they may stand in the statement: binding each is slower."""
        wanted, rows = sorted({int(number) for number in numbers}), []
        for start in range(0, len(wanted), _LIST):
            some = ",".join(map(str, wanted[start : start + _LIST]))
            rows += self._rows(f"{query} ({some})")
        return rows


class SqliteStore(SqliteReading):
    """The same file for the one process that writes: makes it where there is none."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _mark(path).exists():
            _take_away(path)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        connection = self._look()
        assert connection is not None
        with _telling(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def add_words(self, first: int, words: Sequence[str]) -> None:
        self._many("INSERT INTO words VALUES (?, ?)", enumerate(words, first))
        self._rows("UPDATE heading SET words = ?", (first + len(words),))

    def add_tags(self, tags: dict[str, int]) -> None:
        self._many("INSERT INTO tags (tag, number) VALUES (?, ?)", tags.items())

    def write_postings(self, rows: Iterable[tuple[int, bytes]]) -> None:
        self._many("INSERT OR REPLACE INTO postings VALUES (?, ?)", rows)

    def remove_postings(self, keys: Iterable[int]) -> None:
        self._many("DELETE FROM postings WHERE key = ?", ((key,) for key in keys))

    def add_entries(self, rows: Iterable[EntryRow]) -> None:
        self._many("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?,?,?)", rows)

    def add_pieces(self, rows: Iterable[PieceRow]) -> None:
        self._many("INSERT INTO pieces VALUES (?,?,?,?,?,?)", rows)

    def remove_entries(self, ids: Collection[int]) -> None:
        self._many("DELETE FROM entries WHERE id = ?", ((one,) for one in ids))
        self._many("DELETE FROM pieces WHERE id BETWEEN ? AND ?", (_span(one) for one in ids))

    def set_last_id(self, last_id: int) -> None:
        self._rows("UPDATE heading SET last_id = ?", (last_id,))

    def paths_below(self, folder: str) -> list[str]:
        # "0" is the character after "/", so these are all that begin with "folder/".
        query = "SELECT path FROM entries WHERE path > ? AND path < ?"
        return [path for (path,) in self._rows(query, (f"{folder}/", f"{folder}0"))]

    def known(self) -> dict[str, tuple[int, int]]:
        if _mark(self.path).exists():
            self.close()
            _take_away(self.path)
        rows = self._rows("SELECT path, changed_ns, size FROM entries")
        return {path: (changed_ns, size) for path, changed_ns, size in rows}

    def words_in_use(self) -> int:
        query = f"SELECT count(DISTINCT key >> {WORD_SHIFT}) FROM postings"  # noqa: S608
        return int(self._rows(query)[0][0])

    def forget_log(self) -> None:
        """Overwrite what the write-ahead log still holds of what was deleted."""
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def clear(self) -> None:
        with self.writing():
            for emptying in _EMPTYING:
                self._rows(emptying)
            values = (secrets.randbits(62),)
            self._rows("UPDATE heading SET generation = ?, words = 0, last_id = 0", values)
        self.forget_log()

    def drop(self) -> None:
        self.close()
        _take_away(self.path)

    def _look(self) -> sqlite3.Connection | None:
        if self._connection is None or not self.path.exists():
            self.close()
            self._connection = self._open()
            seen = self.path.stat()
            self._file = (seen.st_dev, seen.st_ino)
        return self._connection

    def _open(self) -> sqlite3.Connection:
        try:
            return _made(self.path)
        except (sqlite3.DatabaseError, IndexUnavailableError) as error:
            if not _is_damage(error):
                raise IndexUnavailableError(str(error)) from error
            _take_away(self.path)
            return _made(self.path)

    def _many(self, query: str, rows: Iterable[Any]) -> None:
        connection = self._look()
        assert connection is not None
        with _telling(self.path):
            connection.executemany(query, rows)


def _span(entry: int) -> tuple[int, int]:
    return entry * MOST_PIECES, entry * MOST_PIECES + MOST_PIECES - 1


def _connect(path: Path, mode: str = "rwc") -> sqlite3.Connection:
    """`mode` "rw": never makes the file, which may have gone since somebody looked."""
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path))}?mode={mode}",
        *(_BUSY_SECONDS, 0, None, False),  # timeout, detect_types, isolation_level, one thread
        uri=True,
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -8000")
    return connection


def _made(path: Path) -> sqlite3.Connection:
    """The file, with its tables. Raises IndexUnavailableError for one of another version."""
    is_new = not path.exists()
    if is_new:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = _connect(path)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            if not is_new and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise IndexUnavailableError("not a database of this version")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; PRAGMA user_version = {VERSION}; {_SCHEMA}")
            values = (secrets.randbits(62),)
            connection.execute("INSERT INTO heading VALUES (?, 0, 0)", values)
            connection.execute("COMMIT")
        connection.execute("SELECT * FROM heading").fetchone()
        connection.execute("PRAGMA secure_delete = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _mark(path: Path) -> Path:
    """A reader who meets damage leaves this for the writer, who alone may take the file away."""
    return path.with_name(f"{path.name}.damaged")


def _leave_mark(path: Path) -> None:
    with contextlib.suppress(OSError):
        _mark(path).touch(mode=0o600)


def _take_away(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    _mark(path).unlink(missing_ok=True)


def _is_damage(error: Exception) -> bool:
    return any(words in str(error) for words in _DAMAGES)


class _telling(contextlib.AbstractContextManager[None]):  # noqa: N801 (reads as a statement)
    """SQLite's errors as ours, with the mark when the file is damaged."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            if _is_damage(error):
                _leave_mark(self._path)
            raise IndexUnavailableError(str(error)) from error
