"""One live notebook with a scripted kernel: log, frames, resuming, and a refusing disk."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.kernels.broker.address import Address
from lookin.apps.kernels.broker.eventlog import EventLog
from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.numbering import Numbering, frames_of, join
from lookin.apps.kernels.broker.places import Places, Ticket
from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.rules import HouseRules, KernelRules
from lookin.apps.kernels.broker.visitors import Who
from lookin.core.documents.ipynb import new_document, write_ipynb
from lookin.core.lib.ids import new_cell_id, new_uuid
from tests.live.scripted_kernel import ScriptedDriver

RULES = HouseRules(600, most_kernels=2, memory_reserve_bytes=0)
FREE = KernelRules(unfenced=True)


class FakeVisitor:
    """Keeps what it is sent; stands for visitors.Visitor, which needs a stream."""

    def __init__(self, role: str = "editor", name: str = "Ann") -> None:
        self.who = Who(new_uuid(), new_uuid(), name, role)
        self.person, self.writable = self.who.person, role != "viewer"
        self.joined, self.behind = False, 0
        self.frames: list[dict[str, Any]] = []

    def send(self, frame: str) -> None:
        self.frames.append(json.loads(frame))

    def send_json(self, value: dict[str, Any]) -> None:
        self.send(json.dumps(value, allow_nan=False))

    async def finish(self) -> None:
        pass

    def events(self) -> list[dict[str, Any]]:
        return [e for f in self.frames if f["t"] == "events" for e in f["events"]]


@pytest.fixture
def driver() -> ScriptedDriver:
    return ScriptedDriver()


@pytest.fixture
async def house(tmp_path: Path, driver: ScriptedDriver) -> AsyncIterator[House]:
    made = House(tmp_path / "live", driver, RULES, FREE)
    yield made
    await made.close()


def address_of(tmp_path: Path) -> Address:
    folder = tmp_path / "w"
    folder.mkdir(exist_ok=True)
    path = folder / f"{new_uuid()}.ipynb"
    path.write_bytes(write_ipynb(new_document()))
    return Address(new_uuid(), path, folder, "t", root=folder)


async def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.002)


async def enter(room: Room, visitor: Any, epoch: str | None = None, seq: int = 0) -> None:
    count = len(visitor.frames)
    room.hear_frame(visitor, {"op": "hello", "epoch": epoch, "seq": seq})
    await until(lambda: len(visitor.frames) > count)


def only_cell(room: Room) -> str:
    return room.session.document.order[0]


def typed(room: Room, text: str, ref: int = 1) -> dict[str, Any]:
    cell = room.session.document.cells[only_cell(room)]
    length = len(cell.source)
    changes = [*([length] if length else []), [0, *text.split("\n")]]
    updates = [{"client": "a", "changes": changes}]
    return {"op": "edit", "ref": ref, "cell": cell.id, "version": cell.version, "updates": updates}


async def test_an_edit_is_on_disk_before_anybody_hears_of_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sync = EventLog.sync
    monkeypatch.setattr(EventLog, "sync", lambda log: (order.append("disk"), sync(log))[1])
    async with house.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        send = visitor.send
        visitor.send = lambda frame: (order.append(json.loads(frame)["t"]), send(frame))[1]
        room.hear_frame(visitor, typed(room, "x"))
        await until(lambda: "accepted" in order)
    # Who is here is told meanwhile, and is no event.
    assert [what for what in order if what != "people"] == ["disk", "events", "accepted"]


async def test_running_and_coming_back_by_number(house: House, tmp_path: Path) -> None:
    async with house.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        first = visitor.frames[0]
        room.hear_frame(visitor, typed(room, "print('hi')"))
        room.hear_frame(visitor, {"op": "run", "ref": 2, "cell": only_cell(room)})
        await until(lambda: any(e["type"] == "run_finished" for e in visitor.events()))
        later: Any = FakeVisitor()
        await enter(room, later, first["epoch"], first["seq"])
        assert later.events() == visitor.events()
        seqs = [e["seq"] for e in visitor.events()]
        assert seqs == list(range(first["seq"] + 1, seqs[-1] + 1))
        wrong: Any = FakeVisitor()
        await enter(room, wrong, "another", 3)
        assert wrong.frames[0]["t"] == "snapshot"
        assert wrong.frames[0]["seq"] == seqs[-1]


async def test_somebody_who_enters_during_a_flood_misses_and_doubles_nothing(
    house: House, tmp_path: Path
) -> None:
    from lookin.core.documents.document import apply, document_from_json

    async with house.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        room.hear_frame(visitor, typed(room, "\n".join(f"print('{n}')" for n in range(3000))))
        room.hear_frame(visitor, {"op": "run", "ref": 2, "cell": only_cell(room)})
        late: list[Any] = []
        while room.session.running or room.session.queue or len(late) < 5:
            late.append(FakeVisitor())
            await enter(room, late[-1])
        await room.journal.settle()
        for one in late:
            document = document_from_json(one.frames[0]["document"])
            for event in one.events():
                document = apply(document, event)
            assert document == room.session.document


async def test_edits_wait_while_the_disk_refuses_and_are_accepted_afterwards(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookin.apps.kernels.broker.journal.RETRY_SECONDS", 0.02)
    append = EventLog.append
    full = True

    def refusing(log: EventLog, line: str) -> None:
        if full:
            raise OSError(28, "No space left on device")
        append(log, line)

    async with house.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        monkeypatch.setattr(EventLog, "append", refusing)
        room.hear_frame(visitor, typed(room, "x"))
        await until(lambda: any(f["t"] == "save_failed" for f in visitor.frames))
        assert not any(f["t"] == "accepted" for f in visitor.frames)
        assert "No space left" in visitor.frames[-1]["message"]
        full = False
        await until(lambda: any(f["t"] == "accepted" for f in visitor.frames))


async def test_a_kernel_that_cannot_start_is_told_and_the_next_run_tries_again(
    house: House, tmp_path: Path, driver: ScriptedDriver
) -> None:
    driver.broken = True
    async with house.visit(address_of(tmp_path)) as room:
        visitor: Any = FakeVisitor()
        await enter(room, visitor)
        run = {"op": "run", "ref": 2, "cell": only_cell(room)}
        room.hear_frame(visitor, run)
        await until(lambda: room.session.kernel["state"] == "dead")
        assert room.session.kernel["reason"] == "not_started"
        driver.broken = False
        room.hear_frame(visitor, run)
        await until(lambda: room.session.kernel["state"] == "idle")


async def test_more_kernels_than_the_machine_bears_wait_for_a_place(
    house: House, tmp_path: Path
) -> None:
    rooms = []
    for _ in range(3):
        visitor: Any = FakeVisitor()
        room = await house._room(address_of(tmp_path))
        rooms.append(room)
        room.hear_frame(visitor, {"op": "run", "ref": 1, "cell": only_cell(room)})
        await until(lambda r=room: r.session.kernel["state"] in {"idle", "waiting"})
    assert [r.session.kernel["reason"] for r in rooms] == [None, None, "machine_full"]
    assert rooms[2].session.kernel["values"] == {"place": 1}
    await house._close(rooms[0].id)
    await until(lambda: rooms[2].session.kernel["state"] == "idle")


async def test_a_room_goes_on_with_the_kernel_of_a_house_that_died(
    house: House, tmp_path: Path, driver: ScriptedDriver
) -> None:
    address = address_of(tmp_path)
    room = await house._room(address)
    visitor: Any = FakeVisitor()
    await enter(room, visitor)
    first, more = only_cell(room), [new_cell_id() for _ in range(3)]
    room.hear_frame(visitor, typed(room, "print('one')\nx = 'kept'\nwait"))
    for cell, source in zip(more, ("print(x)", "1/0", "print('never')"), strict=True):
        value = {"id": cell, "type": "code", "source": source}
        room.hear_frame(visitor, {"op": "insert", "ref": 3, "after": first, "cell": value})
    for cell in (first, *more):
        room.hear_frame(visitor, {"op": "run", "ref": 4, "cell": cell})
    await until(lambda: room.session.document.cells[first].outputs)
    await room.journal.settle()
    log = tmp_path / "live" / address.id / "log.jsonl"
    left = log.read_bytes()
    kernel = driver.kernels[0]
    kernel.shutdown, shutdown = (lambda: asyncio.sleep(0)), kernel.shutdown  # type: ignore
    driver.abandon()  # from here on nobody of the old house hears anything, or does anything
    await until(lambda: not room.seat.taken)
    await room.keeper.stop()
    await room.journal.close()
    house._rooms.clear()
    kernel.shutdown = shutdown  # type: ignore[method-assign]
    log.write_bytes(left)
    later = House(tmp_path / "live", driver, RULES, FREE)
    try:
        await later.adopt()
        again = await later._room(address)
        assert again is not room
        assert again.session.kernel["state"] == "busy"
        assert [c in again.session.queue for c in (first, *more)] == [False, True, True, True]
        await kernel.interrupt()
        await until(lambda: not again.busy)
        cells = again.session.document.cells
        states = [(cells[c].run or {})["state"] for c in (first, *more)]
        assert states == ["interrupted", "interrupted", "interrupted", "interrupted"]
        texts = [o["text"] for o in cells[first].outputs if o["output_type"] == "stream"]
        assert texts == ["one\n"]
        second: Any = FakeVisitor()
        again.hear_frame(second, {"op": "run", "ref": 1, "cell": more[0]})
        await until(lambda: again.session.document.cells[more[0]].outputs)
        assert again.session.document.cells[more[0]].outputs[0]["text"] == "kept\n"
    finally:
        await later.close()


def test_who_has_fewer_kernels_goes_first() -> None:
    told: list[tuple[str, str, int]] = []

    def line_up(person: str) -> Ticket:
        return places.line_up(person, lambda reason, place: told.append((person, reason, place)))

    places = Places(HouseRules(most_kernels=2, kernels_per_person=2), lambda: None)
    held = [line_up("a"), line_up("a")]
    waiting = [line_up("a"), line_up("b"), line_up("c")]
    assert all(ticket.admitted.is_set() for ticket in held)
    assert [t.reason for t in waiting] == ["own_limit", "machine_full", "machine_full"]
    assert [t.place for t in waiting] == [1, 1, 2]
    places.leave(held[0])
    assert [t.admitted.is_set() for t in waiting] == [False, True, False]
    places.leave(waiting[2])
    places.leave(waiting[1])
    assert waiting[0].admitted.is_set()


def test_a_kernel_waits_while_memory_is_short_but_never_for_ever() -> None:
    free = [100]
    places = Places(HouseRules(memory_reserve_bytes=200), lambda: free[0])
    first = places.line_up("a", lambda *_: None)
    second = places.line_up("b", lambda *_: None)
    assert first.admitted.is_set()  # nobody else could give any back
    assert not second.admitted.is_set()
    free[0] = 300
    places.look()
    assert second.admitted.is_set()


async def test_two_visits_at_once_open_one_room(house: House, tmp_path: Path) -> None:
    address = address_of(tmp_path)
    first, second = await asyncio.gather(house._room(address), house._room(address))
    assert first is second


def test_joined_events_give_the_same_document() -> None:
    events: list[dict[str, Any]] = []
    for text in ("a", "b"):
        join(events, {"type": "stream_extended", "cell": "c", "text": text})
    join(events, {"type": "stream_extended", "cell": "d", "text": "x"})
    for text in ("1", "2"):
        output = {"output_type": "stream", "name": "stdout", "text": text}
        join(events, {"type": "output_replaced", "cell": "d", "index": 0, "output": output})
    assert [(e["cell"], e.get("text")) for e in events] == [("c", "ab"), ("d", "x"), ("d", None)]
    assert events[-1]["output"]["text"] == "2"


def test_what_is_too_old_needs_a_snapshot() -> None:
    numbering = Numbering("e")
    for seq in range(1, 6):
        numbering.keep(seq, "x" * 1_500_000)
    assert numbering.since("e", 5) == []
    assert numbering.since("e", 4) is not None
    assert numbering.since("e", 1) is None
    assert numbering.since("e", 6) is None
    assert numbering.since("f", 5) is None


def test_frames_stay_bearable() -> None:
    frames = frames_of(["1" * 3_000_000] * 3)
    assert len(frames) == 3
    assert frames_of([]) == []
