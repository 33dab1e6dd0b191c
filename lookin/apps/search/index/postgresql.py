"""Keeps every index in the tables of the place's own PostgreSQL, each row under its index's number.

For web processes on several machines. The tables are made by this app's migration; what is in
them means the same as in a SQLite file (store.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction

from lookin.apps.search.index.cutting import MOST_PIECES
from lookin.apps.search.index.postings import WORD_SHIFT
from lookin.apps.search.index.store import EntryRow, Heading, IndexUnavailableError, PieceRow

_ENTRY = "id, path, kind, title, ending, notebook, people, changed_ns, size, names"
_PIECE = "id, part, kind, goes_on, held, text"
_EMPTYING = (
    *("DELETE FROM search_words WHERE place = %s", "DELETE FROM search_tags WHERE place = %s"),
    *(
        "DELETE FROM search_postings WHERE place = %s",
        "DELETE FROM search_entries WHERE place = %s",
    ),
    "DELETE FROM search_pieces WHERE place = %s",
)


def index_names() -> list[str]:
    """The names of all indexes that there are."""
    with _telling(), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM search_places ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


class PostgresqlReading:
    """The rows of one index. Each thread uses its own connection, Django's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._place = -1

    def heading(self) -> Heading | None:
        rows = self._rows(
            "SELECT place, generation, words, last_id FROM search_places WHERE name = %s",
            (self.name,),
        )
        if not rows:
            self._place = -1
            return None
        self._place = rows[0][0]
        return Heading(*rows[0][1:])

    def words_from(self, number: int, most: int) -> list[str]:
        query = (
            "SELECT word FROM search_words WHERE place = %s AND number >= %s"
            " ORDER BY number LIMIT %s"
        )
        return [word for (word,) in self._rows(query, (self._place, number, most))]

    def tags(self) -> dict[str, int]:
        query = "SELECT tag, number FROM search_tags WHERE place = %s"
        return dict(self._rows(query, (self._place,)))

    def postings(self, keys: Sequence[int]) -> list[tuple[int, bytes]]:
        query = "SELECT key, ids FROM search_postings WHERE place = %s AND key = ANY(%s)"
        return [(key, bytes(ids)) for key, ids in self._rows(query, (self._place, list(keys)))]

    def entries(self, ids: Collection[int]) -> list[EntryRow]:
        query = f"SELECT {_ENTRY} FROM search_entries WHERE place = %s AND id = ANY(%s)"  # noqa: S608
        return _entries(self._rows(query, (self._place, list(ids))))

    def ids_at(self, paths: Collection[str]) -> dict[str, int]:
        query = (
            "SELECT path, id FROM search_entries"
            " WHERE place = %s AND md5(path) = ANY(%s) AND path = ANY(%s)"
        )
        return dict(self._rows(query, (self._place, _digests(paths), list(paths))))

    def pieces(self, entry: int) -> list[PieceRow]:
        query = (
            f"SELECT {_PIECE} FROM search_pieces"  # noqa: S608
            " WHERE place = %s AND id BETWEEN %s AND %s ORDER BY id"
        )
        return _pieces(self._rows(query, (self._place, *_span(entry))))

    def held(self, entries: Collection[int]) -> list[tuple[int, bytes]]:
        query = (
            "SELECT id, held FROM unnest(%s::bigint[]) AS entry JOIN search_pieces"
            " ON place = %s AND id BETWEEN entry * %s AND entry * %s + %s ORDER BY id"
        )
        values = (list(entries), self._place, MOST_PIECES, MOST_PIECES, MOST_PIECES - 1)
        return [(one, bytes(held)) for one, held in self._rows(query, values)]

    def pieces_at(self, ids: Collection[int]) -> list[PieceRow]:
        query = f"SELECT {_PIECE} FROM search_pieces WHERE place = %s AND id = ANY(%s)"  # noqa: S608
        return _pieces(self._rows(query, (self._place, list(ids))))

    def newest(self, most: int) -> list[EntryRow]:
        query = (
            f"SELECT {_ENTRY} FROM search_entries"  # noqa: S608
            " WHERE place = %s ORDER BY id DESC LIMIT %s"
        )
        return _entries(self._rows(query, (self._place, most)))

    def leave(self) -> None:
        connection.close()

    def measure(self) -> tuple[int, int]:
        query = (
            "SELECT (SELECT count(*) FROM search_entries WHERE place = %s),"
            " (SELECT coalesce(sum(length(text) + length(held)), 0) FROM search_pieces"
            " WHERE place = %s) + (SELECT coalesce(sum(length(ids)), 0) FROM search_postings"
            " WHERE place = %s)"
        )
        entries, taken = self._rows(query, (self._place,) * 3)[0]
        return entries, int(taken)

    def condemn(self) -> None:
        """Nothing: a database that loses what it holds needs more than a new index."""

    def close(self) -> None:
        self._place = -1

    def _rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        with _telling(), connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []


class PostgresqlStore(PostgresqlReading):
    """The same for the one process that writes."""

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        with _telling(), transaction.atomic():
            yield

    def heading(self) -> Heading:
        found = super().heading()
        if found is None:
            query = (
                "INSERT INTO search_places (name, generation, words, last_id)"
                " VALUES (%s, %s, 0, 0) ON CONFLICT (name) DO NOTHING"
            )
            self._rows(query, (self.name, secrets.randbits(62)))
            found = super().heading()
        assert found is not None
        return found

    def add_words(self, first: int, words: Sequence[str]) -> None:
        rows = ((self._place, number, word) for number, word in enumerate(words, first))
        self._copy("search_words (place, number, word)", rows)
        query = "UPDATE search_places SET words = %s WHERE place = %s"
        self._rows(query, (first + len(words), self._place))

    def add_tags(self, tags: dict[str, int]) -> None:
        rows = ((self._place, number, tag) for tag, number in tags.items())
        self._copy("search_tags (place, number, tag)", rows)

    def write_postings(self, rows: Iterable[tuple[int, bytes]]) -> None:
        every = list(rows)
        self.remove_postings([key for key, _ in every])
        self._copy("search_postings (place, key, ids)", ((self._place, *row) for row in every))

    def remove_postings(self, keys: Iterable[int]) -> None:
        query = "DELETE FROM search_postings WHERE place = %s AND key = ANY(%s)"
        self._rows(query, (self._place, list(keys)))

    def add_entries(self, rows: Iterable[EntryRow]) -> None:
        self._copy(f"search_entries (place, {_ENTRY})", ((self._place, *row) for row in rows))

    def add_pieces(self, rows: Iterable[PieceRow]) -> None:
        self._copy(f"search_pieces (place, {_PIECE})", ((self._place, *row) for row in rows))

    def remove_entries(self, ids: Collection[int]) -> None:
        query = "DELETE FROM search_entries WHERE place = %s AND id = ANY(%s)"
        self._rows(query, (self._place, list(ids)))
        query = (
            "DELETE FROM search_pieces USING unnest(%s::bigint[]) AS entry"
            " WHERE place = %s AND id BETWEEN entry * %s AND entry * %s + %s"
        )
        values = (list(ids), self._place, MOST_PIECES, MOST_PIECES, MOST_PIECES - 1)
        self._rows(query, values)

    def set_last_id(self, last_id: int) -> None:
        query = "UPDATE search_places SET last_id = %s WHERE place = %s"
        self._rows(query, (last_id, self._place))

    def paths_below(self, folder: str) -> list[str]:
        self.heading()
        query = "SELECT path FROM search_entries WHERE place = %s AND starts_with(path, %s)"
        return [path for (path,) in self._rows(query, (self._place, f"{folder}/"))]

    def known(self) -> dict[str, tuple[int, int]]:
        self.heading()
        query = "SELECT path, changed_ns, size FROM search_entries WHERE place = %s"
        rows = self._rows(query, (self._place,))
        return {path: (changed_ns, size) for path, changed_ns, size in rows}

    def words_in_use(self) -> int:
        self.heading()
        query = "SELECT count(DISTINCT key >> %s) FROM search_postings WHERE place = %s"
        return int(self._rows(query, (WORD_SHIFT, self._place))[0][0])

    def forget_log(self) -> None:
        """Nothing: what PostgreSQL keeps of deleted rows is its own vacuum's to take away."""

    def clear(self) -> None:
        with self.writing():
            self.heading()
            self._empty()
            query = (
                "UPDATE search_places SET generation = %s, words = 0, last_id = 0 WHERE place = %s"
            )
            self._rows(query, (secrets.randbits(62), self._place))

    def drop(self) -> None:
        with self.writing():
            if PostgresqlReading.heading(self) is not None:
                self._empty()
                self._rows("DELETE FROM search_places WHERE place = %s", (self._place,))
        self.close()

    def _empty(self) -> None:
        for emptying in _EMPTYING:
            self._rows(emptying, (self._place,))

    def _copy(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """COPY: many rows at the price of one."""
        with (
            _telling(),
            connection.wrap_database_errors,  # Django does not do it for COPY
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN") as to,
        ):
            for row in rows:
                to.write_row(row)


def _span(entry: int) -> tuple[int, int]:
    return entry * MOST_PIECES, entry * MOST_PIECES + MOST_PIECES - 1


def _digests(paths: Collection[str]) -> list[str]:
    """A path may be longer than a B-tree's row, so the index is over its digest."""
    return [hashlib.md5(path.encode(), usedforsecurity=False).hexdigest() for path in paths]


def _entries(rows: Iterable[Any]) -> list[EntryRow]:
    return [EntryRow._make((*row[:-1], bytes(row[-1]))) for row in rows]


def _pieces(rows: Iterable[Any]) -> list[PieceRow]:
    return [PieceRow._make((*row[:4], bytes(row[4]), row[5])) for row in rows]


@contextlib.contextmanager
def _telling() -> Iterator[None]:
    """The database's errors as ours."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise IndexUnavailableError(str(error)) from error
