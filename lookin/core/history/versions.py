"""A version of a notebook as content-addressed things: a list of cells by digest. Pure.

A cell that did not change has the digest it had, so a version costs what changed in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lookin.core.lib.ids import new_token

Json = dict[str, Any]
Cell = Mapping[str, Any]  # as Cell.to_json() of core/documents has it
Things = dict[str, bytes]  # by their SHA-256, in hexadecimal

MOST_PEOPLE = 50  # named in one version
NAME_CHARS = 120
REASONS = ("busy", "left", "closed", "asked", "restore", "disk", "before")
_ID = re.compile(r"\d{13}-[0-9a-f]{8}")
_KEPT = ("id", "type", "source", "execution_count", "metadata", "attachments", "extra")
_SOURCE = ("type", "source")


@dataclass(frozen=True, slots=True)
class Version:
    """What a list of versions shows. `at` in ms since 1970, `by` the people (uuids) who took part.

    `reason` is one of REASONS: why it was made. `name` is what somebody called it, or "".
    """

    id: str
    at: int
    by: tuple[str, ...]
    reason: str
    name: str = ""
    cells: int = 0

    def to_json(self) -> Json:
        """For the first line of its file, and for pages."""
        rest = {"reason": self.reason, "name": self.name, "cells": self.cells}
        return {"id": self.id, "at": self.at, "by": list(self.by), **rest}


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a version: digests of the cell without outputs, of all its outputs, of its text.

    `outputs` is "" when there are none. `blobs` are the addresses that its outputs name.
    """

    cell: str
    content: str
    outputs: str
    source: str
    blobs: tuple[str, ...] = ()

    @property
    def things(self) -> Iterator[str]:
        """Every digest that this cell needs."""
        yield self.content
        if self.outputs:
            yield self.outputs
        yield from self.blobs


@dataclass(frozen=True, slots=True)
class Manifest:
    """The cells of one version in order, and the notebook's metadata."""

    entries: tuple[Entry, ...]
    metadata: Mapping[str, Any]

    @property
    def things(self) -> set[str]:
        """Every digest that this version needs."""
        return {digest for entry in self.entries for digest in entry.things}

    def to_json(self) -> Json:
        """For its file."""
        cells = [[e.cell, e.content, e.outputs, e.source, list(e.blobs)] for e in self.entries]
        return {"cells": cells, "metadata": dict(self.metadata)}


@dataclass(frozen=True, slots=True)
class Changes:
    """How much one version differs from another, in cells."""

    added: int = 0
    removed: int = 0
    edited: int = 0
    moved: bool = False
    ran: int = 0  # other outputs, same text

    def to_json(self) -> Json:
        """For pages."""
        counts = {"added": self.added, "removed": self.removed, "edited": self.edited}
        return {**counts, "moved": self.moved, "ran": self.ran}


def new_version_id(at: int) -> str:
    """An id that sorts by time; `at` in milliseconds since 1970."""
    return f"{at:013d}-{hashlib.sha256(new_token().encode()).hexdigest()[:8]}"


def is_version_id(text: object) -> bool:
    """Whether `text` is the id of a version and nothing else (it becomes a file's name)."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def is_digest(text: object) -> bool:
    """Whether `text` is a SHA-256 in lower-case hexadecimal."""
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{64}", text) is not None


def version_from_json(value: Json) -> Version:
    """The inverse of `Version.to_json`. Raises ValueError, KeyError or TypeError for any other."""
    if not is_version_id(value["id"]) or not isinstance(value["at"], int):
        raise ValueError("no version")
    by = tuple(str(person) for person in value["by"])
    rest = str(value["reason"]), str(value["name"]), int(value["cells"])
    return Version(value["id"], value["at"], by, *rest)


def manifest_from_json(value: Json) -> Manifest:
    """The inverse of `Manifest.to_json`. Raises ValueError, KeyError or TypeError for any other."""
    entries = []
    for cell, content, outputs, source, blobs in value["cells"]:
        digests = (content, *((outputs,) if outputs else ()), *blobs)
        if not isinstance(cell, str) or not all(map(is_digest, digests)):
            raise ValueError("no manifest")
        entries.append(Entry(cell, content, outputs, str(source), tuple(blobs)))
    return Manifest(tuple(entries), dict(value["metadata"]))


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal: the name of a thing."""
    return hashlib.sha256(data).hexdigest()


def packed(value: object) -> bytes:
    """JSON whose bytes are the same whenever the value is. Half characters survive."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def unpacked(data: bytes) -> Any:
    """The inverse of `packed`. Raises ValueError."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def record_cell(cell: Cell, blobs: Iterable[str] = ()) -> tuple[Entry, Things]:
    """The entry of a cell and the things it is made of. `blobs`: what its outputs name."""
    content = packed({key: cell[key] for key in _KEPT if cell.get(key) not in (None, {}, "")})
    things = {digest_of(content): content}
    outputs = ""
    if cell.get("outputs"):
        data = packed(list(cell["outputs"]))
        outputs = digest_of(data)
        things[outputs] = data
    source = digest_of(packed([cell.get(key) for key in _SOURCE]))[:16]
    return Entry(cell["id"], digest_of(content), outputs, source, tuple(sorted(set(blobs)))), things


def cells_of(manifest: Manifest, read: Callable[[str], bytes | None]) -> list[Json]:
    """The cells as JSON, with `missing: True` where a thing is lost: its text or outputs are not
    there then. `read` gives a thing by its digest, or None."""
    return [cell_of(entry, read) for entry in manifest.entries]


def cell_of(entry: Entry, read: Callable[[str], bytes | None], *, outputs: bool = True) -> Json:
    """One cell, as `cells_of`; without its outputs where they are not wanted."""
    bare: Json = {"id": entry.cell, "type": "raw", "source": "", "execution_count": None}
    content = read(entry.content)
    cell = {**bare, "metadata": {}, "outputs": []}
    cell |= {"missing": True} if content is None else unpacked(content)
    if outputs and entry.outputs:
        data = read(entry.outputs)
        cell |= {"missing": True} if data is None else {"outputs": unpacked(data)}
    return cell


def changes_between(old: Manifest | None, new: Manifest) -> Changes:
    """How `new` differs from `old`; from an empty notebook for None."""
    before = {entry.cell: entry for entry in old.entries} if old else {}
    after = {entry.cell: entry for entry in new.entries}
    both = [cell for cell in after if cell in before]
    kept = [cell for cell in before if cell in after]
    edited = sum(after[cell].source != before[cell].source for cell in both)
    ran = sum(
        after[cell].source == before[cell].source and after[cell].outputs != before[cell].outputs
        for cell in both
    )
    counts = len(after) - len(both), len(before) - len(both)
    return Changes(*counts, edited=edited, moved=both != kept, ran=ran)
