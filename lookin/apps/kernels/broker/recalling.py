"""What the web process asks about a notebook's history: keep, name, compare with now, bring back.

Each needs a role, told by the web process and checked here once more. Reading old versions needs no
broker: the web process reads the shelf itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from lookin.apps.kernels.broker.address import Address
from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.room import Room
from lookin.core.documents import inputs
from lookin.core.documents.document import Cell, Document, cell_from_json, document_of
from lookin.core.documents.roles import EDITOR, OWNER, ROLES, VIEWER
from lookin.core.history.shelf import Shelf
from lookin.core.history.versions import NAME_CHARS, Manifest, cell_of, is_version_id
from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.ids import is_cell_id, is_uuid

Json = dict[str, Any]
MOST_TRIES = 3  # to keep a version of exactly what is replaced, while people type and cells print


async def recall(house: House, address: Address, frame: Json) -> Json:
    """The answer to one question. Raises LookinError: what is strange, forbidden or not there."""
    op = str(frame.get("op"))
    least, answer = RECALLING[op]
    role = frame.get("role")
    if role not in ROLES or not is_uuid(frame.get("person")):
        raise _bad()
    if ROLES.index(role) < ROLES.index(least):
        raise LookinError(
            "You may look at this notebook but not change it.",
            "Copy it to your own files to work on it.",
            code="read_only",
            status=403,
        )
    async with house.visit(address) as room:
        return await answer(room, frame)


async def _now(room: Room, frame: Json) -> Json:
    """The notebook as it is: cells without outputs but with their digest; or one cell as it is."""
    document = room.session.document
    if "cell" in frame:
        cell = document.cells.get(_cell(frame))
        if cell is None:
            raise NotFoundError("That cell is not in the notebook any more.")
        return {"cell": cell.to_json()}
    manifest = await asyncio.to_thread(room.chronicle.manifest_of, document)
    cells = [
        {**cell.with_(outputs=()).to_json(), "outputs": entry.outputs}
        for cell, entry in zip(document, manifest.entries, strict=True)
    ]
    return {"cells": cells}


async def _keep(room: Room, frame: Json) -> Json:
    """A version with a name, of what the notebook is now."""
    _shelf(room)
    name = _name(frame)
    made = await room.chronicle.keep("asked", name=name, person=frame["person"])
    return {"version": made.to_json() if made else None}


async def _rename(room: Room, frame: Json) -> Json:
    """Another name for a version, or none."""
    shelf, version, name = _shelf(room), _version(frame), _name(frame, empty=True)
    async with room.chronicle.lock:
        if name:
            await asyncio.to_thread(room.chronicle.check_room)
        await asyncio.to_thread(shelf.rename, version, name)
    return {"done": True}


async def _forget(room: Room, _: Json) -> Json:
    """All versions and runs go, for good."""
    _shelf(room)
    async with room.chronicle.lock:
        await asyncio.to_thread(room.chronicle.forget)
    return {"done": True}


async def _restore(room: Room, frame: Json) -> Json:
    """Bring back a version, or with `cell` one cell of it; what was there before is kept first.

    `{before: id of that version | null, lost: how many cells the disk lost}`.
    """
    shelf, version = _shelf(room), _version(frame)
    only = _cell(frame) if frame.get("cell") is not None else None
    manifest = await asyncio.to_thread(shelf.manifest, version)
    cells, lost = await asyncio.to_thread(_read, room, shelf, manifest, only)
    if only is not None and not cells:
        raise NotFoundError("There is no such cell in that version.", "Choose another one.")
    person = frame["person"]
    for _ in range(MOST_TRIES):
        replaced = room.session.document
        await room.chronicle.keep("restore", person=person)
        if room.session.document is replaced:
            break
    replaced = room.session.document
    _become(room, _wanted(replaced, manifest, cells, only), frame)
    before = await room.chronicle.keep("restore", person=person, document=replaced)
    await room.journal.settle()
    return {"before": before.id if before else None, "lost": lost}


def _become(room: Room, document: Document, frame: Json) -> None:
    running = room.session.running
    if running is not None and running not in document:
        room.take(inputs.InterruptAsked(0))  # nobody could see what it does any more
    room.take(inputs.Became(document, frame["person"]))
    name = frame.get("name")
    room.record(
        {
            "type": "noticed",
            "code": "version_restored",
            "message": "{person} brought back an earlier version.",
            "hint": "What was here before is in the history.",
            "values": {"person": name[:NAME_CHARS] if isinstance(name, str) else ""},
            "by": frame["person"],
        }
    )


def _wanted(now: Document, manifest: Manifest, cells: list[Cell], only: str | None) -> Document:
    """The document to become. Of a cell whose content the disk lost, what is there now stays."""
    if only is not None:
        return _with_cell(now, manifest, cells[0])
    found = {cell.id: cell for cell in cells}
    order = [entry.cell for entry in manifest.entries if entry.cell in {*found, *now.cells}]
    wanted = document_of((found.get(id_) or now.cells[id_] for id_ in order), manifest.metadata)
    return replace(now, order=wanted.order, cells=wanted.cells, metadata=wanted.metadata)


def _with_cell(now: Document, manifest: Manifest, cell: Cell) -> Document:
    """`now` with one cell of a version: in its own place, or after whom it followed then."""
    cells = {**now.cells, cell.id: cell}
    if cell.id in now:
        return replace(now, cells=cells)
    then = [entry.cell for entry in manifest.entries]
    before = [id_ for id_ in then[: then.index(cell.id)] if id_ in now]
    at = now.order.index(before[-1]) + 1 if before else 0
    return replace(now, order=(*now.order[:at], cell.id, *now.order[at:]), cells=cells)


def _read(room: Room, shelf: Shelf, manifest: Manifest, only: str | None) -> tuple[list[Cell], int]:
    """The cells of a version that can be read, and how many cannot; their blobs are live again."""
    entries = [entry for entry in manifest.entries if only in (None, entry.cell)]
    cells, lost = [], 0
    for entry in entries:
        value = cell_of(entry, shelf.thing)
        if value.pop("missing", False):
            lost += 1
            continue
        for digest in entry.blobs:
            if room.blobs.read(digest) is None and (data := shelf.thing(digest)) is not None:
                room.blobs.keep(data)
        cells.append(cell_from_json(value))
    return cells, lost


def _shelf(room: Room) -> Shelf:
    if room.chronicle.shelf is None:
        raise NotFoundError("This place keeps no history of notebooks.")
    return room.chronicle.shelf


def _version(frame: Json) -> str:
    if not is_version_id(frame.get("version")):
        raise NotFoundError("There is no such version any more.", "Choose another one.")
    return str(frame["version"])


def _cell(frame: Json) -> str:
    if not is_cell_id(frame.get("cell")):
        raise _bad()
    return str(frame["cell"])


def _name(frame: Json, *, empty: bool = False) -> str:
    name = frame.get("title")
    text = " ".join(name.split()) if isinstance(name, str) else ""
    if not text and not empty:
        raise LookinError("A version needs a name.", "Type one, then try again.", code="bad_name")
    if len(text) > NAME_CHARS:
        raise LookinError("That name is too long.", "Use a shorter one.", code="bad_name")
    return text


def _bad() -> LookinError:
    return LookinError("The web process asked for something strange.", code="bad_frame")


RECALLING: dict[str, tuple[str, Callable[[Room, Json], Awaitable[Json]]]] = {
    "present": (VIEWER, _now),
    "keep_version": (EDITOR, _keep),
    "name_version": (EDITOR, _rename),
    "restore_version": (EDITOR, _restore),
    "forget_history": (OWNER, _forget),
}
