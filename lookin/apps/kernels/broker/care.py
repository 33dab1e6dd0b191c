"""Looks after the kernels of a house: memory, time, disk and idleness, and what pages see of it.

A bounded look twice a second. Ends what breaks a rule, with the reason; decides nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from lookin.apps.kernels.broker.diskuse import DiskWatch, Watched
from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.rules import HouseRules
from lookin.core.kernels.driver import Kernel, Usage
from lookin.core.kernels.exits import explain
from lookin.core.lib.clock import monotonic

log = logging.getLogger("lookin.broker")
LOOK_SECONDS = 0.5
TELL_SECONDS = 2.0
IDLE_LOOK_SECONDS = 4.0  # the memory of a kernel that does nothing does not grow
RESTLESS = 0.03  # CPU seconds between two looks that a kernel without code to run does not use
NEWS_BYTES = 1_000_000  # a smaller change is not told
NEWS_PERCENT = 1.0
GRACE_SECONDS = 5.0  # for code to notice that it was interrupted


@dataclass(slots=True)
class Watch:
    """What is known of one kernel. Times are monotonic seconds; `cpu` is percent of one core."""

    kernel: Kernel
    usage: Usage | None = None
    cpu: float | None = None
    looked_at: float = 0.0
    told_at: float = 0.0
    said: tuple[int, float | None] | None = None  # memory and CPU as they were told last
    audience: frozenset[int] = frozenset()  # and to whom
    measured: tuple[float, float] | None = None  # when, and the CPU seconds then
    restless: bool = True  # whether something of it runs, also without a cell
    run: str | None = None
    run_since: float = 0.0
    interrupted_at: float | None = None


class Care:
    """Of one house. `memory_bytes` is what one kernel may use, 0 without a limit."""

    def __init__(
        self, rooms: Callable[[], list[Room]], rules: HouseRules, memory_bytes: int
    ) -> None:
        self.memory_bytes = memory_bytes
        self._rooms = rooms
        self._rules = rules
        self._watches: dict[str, Watch] = {}
        self._disk = DiskWatch(rules)
        self._culling: set[asyncio.Task[None]] = set()
        self._tasks = [asyncio.create_task(self._look_on()), asyncio.create_task(self._scan_on())]

    def watch_of(self, room: Room) -> Watch | None:
        """What is known of the room's kernel."""
        watch = self._watches.get(room.id)
        return watch if watch and watch.kernel is room.seat.kernel else None

    async def close(self) -> None:
        """Look no more."""
        tasks = [*self._tasks, *self._culling]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            rooms = {room.id: room for room in self._rooms() if room.seat.kernel is not None}
            for id_ in self._watches.keys() - rooms.keys():
                del self._watches[id_]
            for room in rooms.values():
                try:
                    await self._look(room, monotonic())
                except Exception:
                    log.exception("Looking after a kernel failed")

    async def _look(self, room: Room, now: float) -> None:
        kernel = room.seat.kernel
        if kernel is None:
            return
        watch = self.watch_of(room)
        if watch is None:
            watch = self._watches[room.id] = Watch(kernel)
        self._check_time(room, watch, now)
        self._check_idleness(room, now)
        soon = TELL_SECONDS if room.watched else IDLE_LOOK_SECONDS
        if now - watch.looked_at >= (LOOK_SECONDS / 2 if room.busy or watch.restless else soon):
            watch.looked_at = now
            await self._measure(room, watch, now)
        if room.watched and watch.usage and now - watch.told_at >= TELL_SECONDS:
            self._tell(room, watch, now)

    async def _measure(self, room: Room, watch: Watch, now: float) -> None:
        before, usage = watch.usage, await watch.kernel.usage()
        watch.usage = usage
        if usage is None:
            return
        rested = before is not None and usage.cpu_seconds - before.cpu_seconds < RESTLESS
        watch.restless = not rested or usage.processes > 1
        if watch.measured is None or now - watch.measured[0] >= TELL_SECONDS / 2:
            if watch.measured is not None:
                passed, spent = now - watch.measured[0], usage.cpu_seconds - watch.measured[1]
                watch.cpu = round(max(0.0, spent) / passed * 100, 1)
            watch.measured = (now, usage.cpu_seconds)
        if self.memory_bytes and usage.memory_bytes > self.memory_bytes:
            used, limit = usage.memory_bytes // 1_000_000, self.memory_bytes // 1_000_000
            room.seat.end(explain("memory_limit", used=used, limit=limit), at_once=True)

    def _tell(self, room: Room, watch: Watch, now: float) -> None:
        """To those who look, when it is news to one of them."""
        memory = watch.usage.memory_bytes if watch.usage else 0
        audience = frozenset(map(id, room.visitors))
        if watch.said and audience <= watch.audience:
            more, busier = memory - watch.said[0], (watch.cpu or 0.0) - (watch.said[1] or 0.0)
            if abs(more) < NEWS_BYTES and abs(busier) < NEWS_PERCENT:
                return
        watch.told_at, watch.said, watch.audience = now, (memory, watch.cpu), audience
        figures = {"memory": memory, "cpu": watch.cpu, "limit": self.memory_bytes}
        room.broadcast({"t": "usage", **figures})

    def _check_time(self, room: Room, watch: Watch, now: float) -> None:
        """A cell that runs too long is interrupted; a kernel that does not listen is ended."""
        run = room.running_request
        if run != watch.run:
            watch.run, watch.run_since, watch.interrupted_at = run, now, None
        most = self._rules.cell_seconds
        if not most or run is None or now - watch.run_since < most:
            return
        if watch.interrupted_at is None:
            watch.interrupted_at = now
            room.seat.interrupt()
            room.record(_too_long(most))
        elif now - watch.interrupted_at >= GRACE_SECONDS:
            room.seat.end(explain("cell_minutes", minutes=_minutes(most)), at_once=True)

    def _check_idleness(self, room: Room, now: float) -> None:
        idle = self._rules.idle_seconds
        if idle and not room.busy and now - room.active_at > idle:
            task = asyncio.create_task(self._cull(room, _minutes(idle)))
            self._culling.add(task)
            task.add_done_callback(self._culling.discard)

    async def _cull(self, room: Room, minutes: str) -> None:
        """Save first; whoever came meanwhile keeps the kernel."""
        before = room.active_at
        await room.keeper.save()
        if room.active_at == before and not room.busy:
            room.seat.end(explain("culled", minutes=minutes))
            room.untold = True

    async def _scan_on(self) -> None:
        """The disk: what a cell left behind writes as well as a cell that runs."""
        while True:
            await asyncio.sleep(self._disk.pause)
            watched = [w for room in self._rooms() if (w := self._watched(room)) is not None]
            try:
                for room in await self._disk.writers(watched) if watched else ():
                    room.seat.end(explain("disk_full"), at_once=True)
            except Exception:
                log.exception("Looking at the disk failed")

    def _watched(self, room: Room) -> Watched | None:
        if room.seat.kernel is None:
            return None
        watch = self.watch_of(room)
        written = watch.usage.written_bytes if watch and watch.usage else 0
        return Watched(room, room.busy or watch is None or watch.restless, written)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:g}"


def _too_long(seconds: float) -> dict[str, object]:
    return {
        "type": "noticed",
        "code": "cell_too_long",
        "message": "A cell may run for {minutes} minutes here, so this one was interrupted.",
        "hint": "Do the work in smaller steps.",
        "values": {"minutes": _minutes(seconds)},
    }
