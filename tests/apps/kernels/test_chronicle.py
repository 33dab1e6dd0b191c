"""What a room leaves to its history: versions at the right moments, runs, and no harm when full."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.kernels.broker import chronicle
from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.recalling import recall
from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.rules import HouseRules, KernelRules
from lookin.core.history import packs
from lookin.core.history.runs import RunFile
from lookin.core.history.shelf import Shelf
from lookin.core.history.versions import cells_of
from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.files import disk_error
from lookin.core.lib.ids import new_uuid
from tests.apps.kernels.test_room import FakeVisitor, address_of, enter, only_cell, typed, until
from tests.live.scripted_kernel import ScriptedDriver

RULES: dict[str, Any] = {"idle_seconds": 600, "memory_reserve_bytes": 0}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A house that keeps a version after a moment of quiet."""
    rules = HouseRules(**RULES, history_quiet_seconds=0.05)
    made = House(tmp_path / "live", ScriptedDriver(), rules, KernelRules(unfenced=True))
    yield made
    await made.close()


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[House]:
    """A house with the usual times, so that no version comes by itself."""
    rules = HouseRules(**RULES)
    made = House(tmp_path / "live", ScriptedDriver(), rules, KernelRules(unfenced=True))
    yield made
    await made.close()


def shelf_of(tmp_path: Path, room: Room) -> Shelf:
    return Shelf(tmp_path / "history" / room.id)


def sources(shelf: Shelf) -> list[list[str]]:
    manifests = [shelf.manifest(version.id) for version in shelf.versions()]
    return [[cell["source"] for cell in cells_of(m, shelf.thing)] for m in manifests]


async def test_a_busy_stretch_leaves_what_was_before_and_what_it_came_to(
    house: House, tmp_path: Path
) -> None:
    async with house.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        room.hear_frame(visitor, typed(room, "a"))
        room.hear_frame(visitor, typed(room, "b"))
        shelf = shelf_of(tmp_path, room)
        await until(lambda: len(shelf.versions()) == 2)
        assert sources(shelf) == [[""], ["ab"]]
        assert [v.reason for v in shelf.versions()] == ["before", "busy"]
        room.hear_frame(visitor, typed(room, "c"))
        await until(lambda: sources(shelf)[-1] == ["abc"])


async def test_no_version_is_made_when_nothing_is_other_than_it_was(
    patient: House, tmp_path: Path
) -> None:
    async with patient.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        made = await room.chronicle.keep("busy")
        assert made is not None
        assert await room.chronicle.keep("busy") == made
        named = await room.chronicle.keep("asked", name="Handed in", person=visitor.person)
        assert named is not None
        assert [v.name for v in shelf_of(tmp_path, room).versions()] == ["Handed in"]


async def test_the_last_page_that_leaves_leaves_a_version(patient: House, tmp_path: Path) -> None:
    async with patient.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        room.hear_frame(visitor, typed(room, "x"))
        room.leave(visitor)
        shelf = shelf_of(tmp_path, room)
        await until(lambda: sources(shelf)[-1:] == [["x"]])
        assert shelf.versions()[-1].reason == "left"


async def test_closing_leaves_a_version(patient: House, tmp_path: Path) -> None:
    async with patient.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        room.hear_frame(visitor, typed(room, "x"))
        await room.journal.settle()
    await patient.close()
    assert sources(shelf_of(tmp_path, room))[-1] == ["x"]


async def test_a_run_is_recorded_with_the_text_that_ran(patient: House, tmp_path: Path) -> None:
    async with patient.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        room.hear_frame(visitor, typed(room, "print('hi')"))
        room.hear_frame(visitor, {"op": "run", "ref": 2, "cell": only_cell(room)})
        runs = RunFile(tmp_path / "history" / room.id)
        await until(runs.runs)
        (run,) = runs.runs()
        assert (run.cell, run.state, run.error) == (only_cell(room), "done", "")
        assert runs.source(run.source) == "print('hi')"
        assert run.kernel
        assert run.started_at is not None
        assert run.queued_at <= run.started_at <= run.ended_at


async def test_a_full_disk_is_told_once_and_the_notebook_goes_on(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = [True]
    write = packs.write_version

    def refusing(*arguments: Any) -> None:
        if full[0]:
            raise disk_error(OSError(errno.ENOSPC, "No space left on device"))
        write(*arguments)

    monkeypatch.setattr(packs, "write_version", refusing)
    async with house.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        for letter in "abc":
            told = len(visitor.frames)
            room.hear_frame(visitor, typed(room, letter))
            await until(lambda told=told: len(visitor.frames) > told + 1)
            assert await room.chronicle.keep("busy") is None
        codes = [e["code"] for e in visitor.events() if e["type"] == "noticed"]
        assert codes == ["history_failed"]
        full[0] = False
        shelf = shelf_of(tmp_path, room)
        await until(lambda: sources(shelf)[-1:] == [["abc"]])


async def test_no_history_is_kept_where_the_operator_wants_none(tmp_path: Path) -> None:
    rules = HouseRules(**RULES, history_bytes=0)
    house = House(tmp_path / "live", ScriptedDriver(), rules, KernelRules(unfenced=True))
    async with house.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        room.hear_frame(visitor, typed(room, "x"))
        assert await room.chronicle.keep("busy") is None
    await house.close()
    assert not (tmp_path / "history").exists()


# ---- bringing back


def question(op: str, role: str = "editor", **more: Any) -> dict[str, Any]:
    return {"op": op, "role": role, "person": new_uuid(), "name": "Mina", **more}


async def test_a_version_is_brought_back_live_and_that_is_undone_the_same_way(
    patient: House, tmp_path: Path
) -> None:
    address = address_of(tmp_path)
    async with patient.visit(address) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        room.hear_frame(visitor, typed(room, "one 한"))
        kept = await recall(patient, address, question("keep_version", title="  First\n draft "))
        assert kept["version"]["name"] == "First draft"
        first = only_cell(room)
        insert = {"op": "insert", "ref": 5, "after": first}
        more = {"id": "new", "type": "code", "source": "later"}
        room.hear_frame(visitor, {**insert, "cell": more})
        room.hear_frame(visitor, typed(room, "x"))
        asked = question("restore_version", version=kept["version"]["id"])
        answer = await recall(patient, address, asked)
        assert [c.source for c in room.session.document] == ["one 한"]
        restored = [e for e in visitor.events() if e.get("by") == asked["person"]]
        assert {e["type"] for e in restored} == {"cell_edited", "cell_deleted", "noticed"}
        assert restored[-1]["values"] == {"person": "Mina"}
        back = question("restore_version", version=answer["before"])
        await recall(patient, address, back)
        assert [c.source for c in room.session.document] == ["one 한x", "later"]
        reasons = [v.reason for v in shelf_of(tmp_path, room).versions()]
        assert reasons == ["before", "asked", "restore", "restore"]


async def test_one_cell_is_brought_back_to_where_it_was(patient: House, tmp_path: Path) -> None:
    address = address_of(tmp_path)
    async with patient.visit(address) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        first = only_cell(room)
        for number, id_ in enumerate(("a", "b", "c")):
            cell = {"id": id_, "type": "markdown", "source": id_}
            insert = {"op": "insert", "ref": number, "cell": cell}
            room.hear_frame(visitor, {**insert, "after": room.session.document.order[-1]})
        kept = await room.chronicle.keep("busy")
        assert kept is not None
        room.hear_frame(visitor, {"op": "delete", "ref": 8, "cell": "b"})
        room.hear_frame(visitor, {"op": "delete", "ref": 9, "cell": "a"})
        room.hear_frame(visitor, typed(room, "stays"))
        asked = question("restore_version", version=kept.id, cell="b")
        await recall(patient, address, asked)
        assert room.session.document.order == (first, "b", "c")
        assert room.session.document.cells[first].source == "stays"


async def test_a_run_goes_on_while_a_version_is_brought_back(
    patient: House, tmp_path: Path
) -> None:
    address = address_of(tmp_path)
    async with patient.visit(address) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        kept = await room.chronicle.keep("busy")
        assert kept is not None
        cell = only_cell(room)
        await run_waiting(room, visitor)
        await recall(patient, address, question("restore_version", version=kept.id))
        assert room.session.document.cells[cell].source == ""
        assert room.session.running == cell


async def test_a_run_whose_cell_was_not_there_then_is_stopped(
    patient: House, tmp_path: Path
) -> None:
    address = address_of(tmp_path)
    async with patient.visit(address) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        kept = await room.chronicle.keep("busy")
        assert kept is not None
        insert = {"op": "insert", "ref": 1, "after": None}
        room.hear_frame(visitor, {**insert, "cell": {"id": "n", "type": "code", "source": ""}})
        await run_waiting(room, visitor)
        await recall(patient, address, question("restore_version", version=kept.id))
        assert "n" not in room.session.document
        await until(lambda: room.session.running is None)


async def run_waiting(room: Room, visitor: Any) -> None:
    """The first cell runs, and goes on until somebody stops it."""
    room.hear_frame(visitor, typed(room, "wait"))
    room.hear_frame(visitor, {"op": "run", "ref": 2, "cell": only_cell(room)})
    await until(
        lambda: (room.session.document.cells[only_cell(room)].run or {})["state"] == "running"
    )


@pytest.mark.parametrize(
    ("op", "role"),
    [
        ("keep_version", "viewer"), ("name_version", "viewer"), ("restore_version", "viewer"),
        ("forget_history", "viewer"), ("forget_history", "editor"), ("keep_version", "admin"),
    ],
)  # fmt: skip
async def test_the_broker_itself_refuses_who_may_not(
    patient: House, tmp_path: Path, op: str, role: str
) -> None:
    with pytest.raises(LookinError) as caught:
        await recall(patient, address_of(tmp_path), question(op, role, title="x"))
    assert caught.value.code in {"read_only", "bad_frame"}


@pytest.mark.parametrize("version", [None, 7, "../x", "1" * 13 + "-" + "0" * 8])
async def test_a_version_that_is_none_is_not_found(
    patient: House, tmp_path: Path, version: object
) -> None:
    for op in ("restore_version", "name_version"):
        asked = question(op, version=version, title="x")
        with pytest.raises(NotFoundError):
            await recall(patient, address_of(tmp_path), asked)


@pytest.mark.parametrize("title", [None, "", " \n ", "x" * 121, 5])
async def test_a_kept_version_needs_a_name_that_is_one(
    patient: House, tmp_path: Path, title: object
) -> None:
    with pytest.raises(LookinError) as caught:
        await recall(patient, address_of(tmp_path), question("keep_version", title=title))
    assert caught.value.code == "bad_name"


async def test_an_owner_deletes_the_history_and_it_begins_anew(
    patient: House, tmp_path: Path
) -> None:
    address = address_of(tmp_path)
    async with patient.visit(address) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        await recall(patient, address, question("keep_version", title="x"))
        await recall(patient, address, question("forget_history", "owner"))
        assert not (tmp_path / "history" / room.id).exists()
        kept = await recall(patient, address, question("keep_version", title="y"))
        shelf = shelf_of(tmp_path, room)
        assert [v.name for v in shelf.versions()] == ["y"]
        assert sources(shelf) == [[""]]
        assert kept["version"]["by"]


async def test_the_present_is_told_without_its_outputs(patient: House, tmp_path: Path) -> None:
    address = address_of(tmp_path)
    async with patient.visit(address) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        room.hear_frame(visitor, typed(room, "print('hi')"))
        room.hear_frame(visitor, {"op": "run", "ref": 2, "cell": only_cell(room)})
        await until(lambda: room.session.document.cells[only_cell(room)].outputs)
        present = await recall(patient, address, question("present", "viewer"))
        (cell,) = present["cells"]
        assert len(cell["outputs"]) == 64
        asked = question("present", "viewer", cell=cell["id"])
        whole = (await recall(patient, address, asked))["cell"]
        assert whole["outputs"][0]["output_type"] == "stream"


async def test_versions_with_names_have_an_end(
    patient: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronicle, "MOST_NAMED", 2)
    address = address_of(tmp_path)
    async with patient.visit(address) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        for letter in "ab":
            room.hear_frame(visitor, typed(room, letter))
            await recall(patient, address, question("keep_version", title=letter))
        room.hear_frame(visitor, typed(room, "c"))
        with pytest.raises(LookinError) as caught:
            await recall(patient, address, question("keep_version", title="c"))
        assert caught.value.code == "history_full"
        first = next(v for v in shelf_of(tmp_path, room).versions() if v.name)
        await recall(patient, address, question("name_version", version=first.id, title=""))
        await recall(patient, address, question("keep_version", title="c"))
        names = [v.name for v in shelf_of(tmp_path, room).versions() if v.name]
        assert names == ["b", "c"]
