"""Questions to the database that every key asks: Django writes their SQL once, not each time.

What is asked is still asked anew with every search; only the writing of the statement is saved,
which takes Django several times as long as SQLite takes to answer.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import QuerySet

Value: TypeAlias = uuid.UUID | str
Row: TypeAlias = tuple[Any, ...]


class Prepared:
    """A query of rows (`values_list`) that differs only in its values from time to time.

    `make` builds it from values of the kinds in `kinds` (uuid.UUID or str), and must put them into
    it as they are. Ids in the rows come as each database has them: see `id_text`.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *kinds: type[Value]) -> None:
        self._make = make
        self._kinds = kinds
        self._written: tuple[str, list[Any]] | None = None

    def rows(self, *values: Value) -> list[Row]:
        """The rows for these values, one for each kind."""
        if self._written is None:
            self._written = self._write()
        sql, slots = self._written
        filled = [_filled(slot, values) for slot in slots]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            found: list[Row] = cursor.fetchall()
        return found

    def _write(self) -> tuple[str, list[Any]]:
        marks = [uuid.uuid4() if kind is uuid.UUID else uuid.uuid4().hex for kind in self._kinds]
        sql, params = self._make(*marks).query.sql_with_params()
        names = {_plain(mark): at for at, mark in enumerate(marks)}
        slots = [_Slot.of(param, names) for param in params]
        if {slot.at for slot in slots if isinstance(slot, _Slot)} != set(range(len(marks))):
            raise TypeError("a value does not stand in the statement as it was given")
        return sql, slots


class _Slot:
    """Where a value goes, and whether the database takes ids as text."""

    def __init__(self, at: int, as_text: bool) -> None:
        self.at, self.as_text = at, as_text

    @classmethod
    def of(cls, param: Any, names: dict[str, int]) -> Any:
        at = names.get(_plain(param)) if isinstance(param, uuid.UUID | str) else None
        return param if at is None else cls(at, isinstance(param, str))


def _filled(slot: Any, values: Sequence[Value]) -> Any:
    if not isinstance(slot, _Slot):
        return slot
    value = values[slot.at]
    return value.hex if slot.as_text and isinstance(value, uuid.UUID) else value


def _plain(value: Value) -> str:
    return value.hex if isinstance(value, uuid.UUID) else value


def id_text(value: Any) -> str:
    """An id from a row with its hyphens: SQLite keeps 32 digits, PostgreSQL a UUID."""
    text = str(value)
    if len(text) != 32:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
