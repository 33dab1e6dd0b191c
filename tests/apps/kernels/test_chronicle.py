"""What a room leaves to its history: versions at the right moments, runs, and no harm when full."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.rules import HouseRules, KernelRules
from lookin.core.history import packs
from lookin.core.history.runs import RunFile
from lookin.core.history.shelf import Shelf
from lookin.core.history.versions import cells_of
from lookin.core.lib.files import disk_error
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
        assert await room.chronicle.keep("busy") is not None
        assert await room.chronicle.keep("busy") is None
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
