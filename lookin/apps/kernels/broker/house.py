"""All rooms of one broker: opened once each, closed when nobody needs them, swept at the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

from lookin.apps.kernels.broker.opening import Address, open_room
from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.rules import HouseRules
from lookin.apps.kernels.broker.scratch import run_code
from lookin.core.documents.document import Json
from lookin.core.documents.ipynb import new_document, write_ipynb
from lookin.core.kernels.driver import Driver, Kernel, KernelSpec, KernelStartError
from lookin.core.lib.clock import monotonic
from lookin.core.lib.files import write_atomic

log = logging.getLogger("lookin.broker")


class House:
    """See the module."""

    def __init__(self, live: Path, driver: Driver, rules: HouseRules) -> None:
        self._live = live
        self._driver = _Counted(driver, self, rules.most_kernels)
        self._rules = rules
        self._rooms: dict[str, asyncio.Task[Room]] = {}
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._visits: defaultdict[str, int] = defaultdict(int)
        self._task = asyncio.create_task(self._tick_on())

    def rooms(self) -> list[Room]:
        """Those that are open now."""
        return [
            task.result()
            for task in self._rooms.values()
            if task.done() and not task.cancelled() and task.exception() is None
        ]

    def status(self) -> Json:
        """Counts for the doctor and the admin."""
        rooms = self.rooms()
        return {
            "rooms": len(rooms),
            "kernels": sum(room.seat.taken for room in rooms),
            "visitors": sum(len(room.visitors) for room in rooms),
        }

    @contextlib.asynccontextmanager
    async def visit(self, address: Address) -> AsyncIterator[Room]:
        """The room of a notebook, which stays open meanwhile. Raises LookinError."""
        self._visits[address.id] += 1
        try:
            yield await self._room(address)
        finally:
            self._visits[address.id] -= 1
            if not self._visits[address.id]:
                del self._visits[address.id]

    async def _room(self, address: Address) -> Room:
        while address.id in self._closing:
            await asyncio.wait({self._closing[address.id]})
        task = self._rooms.get(address.id)
        if task is None:
            task = asyncio.create_task(open_room(address, self._live, self._driver))
            self._rooms[address.id] = task
        try:
            return await asyncio.shield(task)
        except BaseException:
            if task.done() and self._rooms.get(address.id) is task:
                del self._rooms[address.id]
            raise

    async def run_code(self, address: Address, code: str, timeout_seconds: float) -> Json:
        """See scratch.run_code. One person's calls come one after another."""
        async with self._turns[address.id]:
            if not address.path.exists():
                address.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomic(address.path, write_ipynb(new_document()), mode=0o600)
            async with self.visit(address) as room:
                return await run_code(room, code, timeout_seconds)

    async def move(self, id_: str, path: Path, title: str) -> None:
        """The file was renamed: save it under its new name from now on."""
        task = self._rooms.get(id_)
        if task is not None:
            room = await asyncio.shield(task)
            room.title = title
            await room.keeper.move(path)

    async def save(self, id_: str) -> None:
        """Write what is unsaved now: somebody wants to copy or download the file."""
        task = self._rooms.get(id_)
        if task is not None:
            room = await asyncio.shield(task)
            await room.keeper.save()

    async def forget(self, id_: str) -> None:
        """The file was deleted on purpose: close the room without saving."""
        task = self._rooms.get(id_)
        if task is not None:
            await asyncio.gather(asyncio.shield(task), return_exceptions=True)
            await self._close(id_, abandon=True)

    async def close(self) -> None:
        """Save all, end all kernels."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*self._rooms.values(), return_exceptions=True)
        await asyncio.gather(*(self._close(id_) for id_ in list(self._rooms)))

    async def _close(self, id_: str, *, abandon: bool = False) -> None:
        if id_ not in self._closing and id_ in self._rooms:
            task = self._rooms.pop(id_)
            self._closing[id_] = asyncio.create_task(self._end(id_, task, abandon=abandon))
        if id_ in self._closing:
            await asyncio.wait({self._closing[id_]})

    async def _end(self, id_: str, task: asyncio.Task[Room], *, abandon: bool) -> None:
        try:
            if task.exception() is None:
                await task.result().close(abandon=abandon)
        except Exception:
            log.exception("Closing a notebook failed")
        finally:
            del self._closing[id_]

    async def _tick_on(self) -> None:
        while True:
            await asyncio.sleep(self._rules.tick_seconds)
            now = monotonic()
            for room in self.rooms():
                if self._is_done_with(room, now):
                    await self._close(room.id)

    def _is_done_with(self, room: Room, now: float) -> bool:
        if room.id in self._visits or room.busy:
            return False
        rules = self._rules
        idle = now - room.active_at
        return idle > (rules.idle_seconds if room.seat.taken else rules.linger_seconds)


class _Counted:
    """A driver that refuses more kernels than the machine can bear."""

    def __init__(self, driver: Driver, house: House, most: int) -> None:
        self._driver, self._house, self._most = driver, house, most

    async def start(self, spec: KernelSpec) -> Kernel:
        """Start, unless too many run."""
        if self._house.status()["kernels"] > self._most:
            raise KernelStartError(
                "Too many notebooks run at the moment, so no kernel could start.",
                "Close one that you do not need, or try again later.",
                code="too_many_kernels",
            )
        return await self._driver.start(spec)
