"""Entries for the tests of search, and one way to put them into the index of a workspace."""

from __future__ import annotations

from pathlib import PurePosixPath

from lookin.apps.search.index.entry import Entry, EntryKind, Part
from lookin.apps.search.index.opening import open_for_writing


def notebook(path: str, *texts: str, people: tuple[str, ...] = (), changed: int = 1) -> Entry:
    """A notebook with one cell of code for each text: c0, c1 …"""
    parts = tuple(Part(f"c{place}", "code", text) for place, text in enumerate(texts))
    return _entry("notebook", path, parts, people, changed)


def file(path: str, text: str = "", people: tuple[str, ...] = (), changed: int = 1) -> Entry:
    """A file, with its text where it has one."""
    return _entry("file", path, (Part("", "text", text),) if text else (), people, changed)


def name(dotted: str, help_line: str = "") -> Entry:
    """A name of Python with its first line."""
    return _entry("name", dotted, (Part("", "help", help_line),) if help_line else (), (), 1)


def fill(index: object, *entries: Entry) -> None:
    """Put these into the index of that name."""
    writer = open_for_writing(str(index))
    writer.put(entries)
    writer.close()


def empty(index: object, *paths: str) -> None:
    """Take these out of it."""
    writer = open_for_writing(str(index))
    writer.remove(paths)
    writer.close()


def _entry(
    kind: EntryKind, path: str, parts: tuple[Part, ...], people: tuple[str, ...], changed: int
) -> Entry:
    where = PurePosixPath(path)
    is_file = kind == "file"
    title = where.name if kind != "notebook" else where.stem
    ending = where.suffix[1:].lower() if is_file or kind == "notebook" else ""
    return Entry(path, kind, title, ending, None, people, changed * 1_000_000_000, 10, parts)
