"""Several people in one room: what each may do, who is told of whom, and where cursors are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.presence import BURST, Presence
from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.showing import HELLOS
from lookin.core.documents.roles import LEAST_ROLE, ROLES, may
from tests.apps.kernels.test_room import (
    FakeVisitor,
    address_of,
    driver,
    enter,
    house,
    only_cell,
    typed,
    until,
)

__all__ = ["driver", "house"]  # fixtures
CHANGES: list[dict[str, Any]] = [
    {"op": "insert", "cell": {"id": "n", "type": "code", "source": ""}, "after": None},
    {"op": "split", "version": 0, "at": 0, "id": "n"},
    {"op": "merge", "version": 0, "next": "n", "next_version": 0},
    {"op": "delete"}, {"op": "undelete", "after": None}, {"op": "move", "after": None},
    {"op": "retype", "type": "raw"}, {"op": "note", "metadata": {"tags": ["x"]}},
    {"op": "attach", "name": "a.png", "mime": "image/png", "data": "AAAA"},
    {"op": "detach", "name": "a.png"}, {"op": "run"}, {"op": "clear"},
    {"op": "answer", "request": "r", "text": "t"}, {"op": "interrupt"}, {"op": "restart"},
    {"op": "complete", "code": "p", "cursor": 1}, {"op": "inspect", "code": "p", "cursor": 1},
    {"op": "variables"}, {"op": "variable", "name": "x"},
    {"op": "comm", "comm": "c", "data": {}, "buffers": []},
]  # fmt: skip


async def test_whatever_a_viewer_asks_for_is_refused_and_changes_nothing(
    house: House, tmp_path: Path
) -> None:
    async with house.visit(address_of(tmp_path)) as room:
        viewer: Any = FakeVisitor("viewer")
        await enter(room, viewer)
        before, cell = room.session, only_cell(room)
        assert {frame["op"] for frame in CHANGES} | {"edit"} == set(LEAST_ROLE) - {"hello", "here"}
        frames = [typed(room, "x"), *({"ref": 1, "cell": cell, **frame} for frame in CHANGES)]
        for frame in frames:
            count = len(viewer.frames)
            room.hear_frame(viewer, frame)
            assert [f["code"] for f in viewer.frames[count:]] == ["read_only"], frame["op"]
        assert room.session is before
        assert viewer.frames[0]["role"] == "viewer"
        assert viewer.frames[0]["writable"] is False


async def test_who_asks_for_everything_all_the_time_is_let_go_and_nobody_else(
    house: House, tmp_path: Path
) -> None:
    async with house.visit(address_of(tmp_path)) as room:
        guest: Any = FakeVisitor("viewer")
        other: Any = FakeVisitor("viewer")
        gone: list[bool] = []
        guest.drop = lambda: gone.append(True)
        for _ in range(int(HELLOS)):
            room.hear_frame(guest, {"op": "hello", "epoch": None, "seq": 0})
        assert not gone
        room.hear_frame(guest, {"op": "hello", "epoch": None, "seq": 0})
        assert gone
        await enter(room, other)
        assert other.frames[0]["t"] == "snapshot"


async def test_owner_and_editor_may_change_the_notebook_and_it_says_who_did(
    house: House, tmp_path: Path
) -> None:
    async with house.visit(address_of(tmp_path)) as room:
        owner: Any = FakeVisitor("owner")
        editor: Any = FakeVisitor("editor")
        for visitor in (owner, editor):
            await enter(room, visitor)
        room.hear_frame(owner, typed(room, "x"))
        room.hear_frame(editor, typed(room, "y", ref=2))
        await until(lambda: len(editor.events()) == 2)
        assert [e["by"] for e in editor.events()] == [owner.person, editor.person]
        assert room.session.document.cells[only_cell(room)].source == "xy"


@pytest.mark.parametrize(
    "frame", [None, [], "x", {"op": "sudo"}, {"op": 1}, {"ref": 1}, {"op": {}}]
)
async def test_what_is_no_operation_is_refused_for_everybody(
    house: House, tmp_path: Path, frame: object
) -> None:
    async with house.visit(address_of(tmp_path)) as room:
        for role in ROLES:
            visitor: Any = FakeVisitor(role)
            room.hear_frame(visitor, frame)
            assert visitor.frames[-1]["code"] == "bad_frame"


def test_who_has_a_role_that_nobody_knows_may_do_nothing() -> None:
    assert not any(may("admin", op) for op in LEAST_ROLE)
    assert not any(may("owner", op) for op in ("sudo", None, 1, ["edit"]))


async def test_everybody_is_told_who_is_here_and_each_tab_is_a_visit(
    house: House, tmp_path: Path
) -> None:
    async with house.visit(address_of(tmp_path)) as room:
        ann: Any = FakeVisitor("owner", "Ann")
        bo: Any = FakeVisitor("viewer", "보")
        second: Any = FakeVisitor("viewer", "보")
        second.who = bo.who.__class__(second.who.visit, bo.person, "보", "viewer")
        for visitor in (ann, bo, second):
            await enter(room, visitor)
        await until(lambda: len(people(ann)) == 3)
        frame = last(ann, "people")
        assert frame["me"] == ann.who.visit
        assert [(p["name"], p["role"]) for p in frame["people"]][1:] == [("보", "viewer")] * 2
        assert len({p["visit"] for p in frame["people"]}) == 3
        room.leave(bo)
        await until(lambda: len(people(ann)) == 2)
        assert bo.who.visit not in {p["visit"] for p in last(ann, "people")["people"]}


async def test_cursors_reach_the_others_only_and_whoever_comes_later(
    house: House, tmp_path: Path
) -> None:
    async with house.visit(address_of(tmp_path)) as room:
        ann: Any = FakeVisitor(name="Ann")
        bo: Any = FakeVisitor("viewer", "보")
        for visitor in (ann, bo):
            await enter(room, visitor)
        said = {"cell": only_cell(room), "version": 0, "anchor": 0, "head": 3}
        room.hear_frame(bo, {"op": "here", **said})
        assert heard(ann) == [{"t": "here", "visit": bo.who.visit, **said}]
        assert heard(bo) == []
        late: Any = FakeVisitor()
        await enter(room, late)
        await until(lambda: heard(late))
        room.leave(bo)
        later: Any = FakeVisitor()
        await enter(room, later)
        await until(lambda: people(later))
        assert heard(later) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"cell": 5}, {"cell": "../x"}, {"version": -1}, {"version": True}, {"anchor": "0"},
        {"anchor": None}, {"head": 1.5}, {"head": 2**40}, {"version": 2**40},
    ],
)  # fmt: skip
async def test_what_is_no_place_is_told_to_nobody(wrong: dict[str, Any]) -> None:
    presence, ann, bo = Presence(), FakeVisitor(), FakeVisitor()
    for visitor in (ann, bo):
        presence.arrive(visitor)  # type: ignore[arg-type]
    presence.hear(ann, {"cell": "c", "version": 0, "anchor": 0, "head": 0, **wrong})  # type: ignore[arg-type]
    assert heard(bo) == []
    presence.close()


async def test_a_cursor_that_never_rests_is_told_of_twenty_times_a_second() -> None:
    now = [0.0]
    presence, ann, bo = Presence(lambda: now[0]), FakeVisitor(), FakeVisitor()
    for visitor in (ann, bo):
        presence.arrive(visitor)  # type: ignore[arg-type]
    for tick in range(3_000):
        now[0] = tick / 1_000
        presence.hear(ann, {"cell": "c", "version": 0, "anchor": tick, "head": tick})  # type: ignore[arg-type]
    assert len(heard(bo)) <= BURST + 3 * 20
    bo.behind = 10**9  # reads too slowly
    count = len(heard(bo))
    now[0] += 10
    presence.hear(ann, {"cell": "c", "version": 0, "anchor": 0, "head": 0})  # type: ignore[arg-type]
    assert len(heard(bo)) == count
    presence.close()


async def test_a_deleted_cell_outlives_the_room_in_its_log(house: House, tmp_path: Path) -> None:
    from lookin.apps.kernels.broker.eventlog import EventLog

    address = address_of(tmp_path)
    async with house.visit(address) as room:
        ann: Any = FakeVisitor()
        await enter(room, ann)
        cell = only_cell(room)
        room.hear_frame(ann, typed(room, "kept 한"))
        room.hear_frame(ann, {"op": "delete", "ref": 2, "cell": cell})
        await until(lambda: any(f.get("ref") == 2 for f in ann.frames))
        await compact(room)
        recovered = EventLog(tmp_path / "live" / address.id).recover()
        assert recovered is not None
        assert [c.source for c in recovered.document.trash] == ["kept 한"]
        room.hear_frame(ann, {"op": "undelete", "ref": 3, "cell": cell, "after": None})
        await until(lambda: any(f.get("ref") == 3 for f in ann.frames))
        assert ann.events()[-1]["cell"]["source"] == "kept 한"


async def compact(room: Room) -> None:
    await room.journal.settle()
    await room.keeper._compact()


def people(visitor: Any) -> list[dict[str, Any]]:
    frames = [f for f in visitor.frames if f["t"] == "people"]
    return list(frames[-1]["people"]) if frames else []


def heard(visitor: Any) -> list[dict[str, Any]]:
    return [f for f in visitor.frames if f["t"] == "here"]


def last(visitor: Any, kind: str) -> dict[str, Any]:
    return next(f for f in reversed(visitor.frames) if f["t"] == kind)
