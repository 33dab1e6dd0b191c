"""All rooms of one broker: opened once each, closed when nobody needs them, swept at the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

from lookin.apps.kernels.broker.address import Address
from lookin.apps.kernels.broker.adoption import adopt, place_kernels
from lookin.apps.kernels.broker.announcing import Announcer
from lookin.apps.kernels.broker.care import Care
from lookin.apps.kernels.broker.opening import Ground, open_room
from lookin.apps.kernels.broker.places import Places, free_memory
from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.rules import HouseRules, KernelRules
from lookin.apps.kernels.broker.scratch import run_code
from lookin.apps.kernels.broker.searching import NOT_OPEN, searchable
from lookin.core.documents.document import Json
from lookin.core.documents.ipynb import new_document, write_ipynb
from lookin.core.kernels.driver import (
    Driver,
    Kernel,
    KernelSpec,
    KernelStartError,
    not_started,
)
from lookin.core.kernels.exits import explain
from lookin.core.lib.clock import monotonic
from lookin.core.lib.files import write_atomic

log = logging.getLogger("lookin.broker")
MOST_FAREWELLS = 1_000
CLOSE_SECONDS = 6.0  # for everything to be saved at the end; whoever stops us waits for 12


class House:
    """See the module."""

    def __init__(
        self,
        live: Path,
        driver: Driver,
        rules: HouseRules,
        kernels: KernelRules | None = None,
        announcer: Announcer | None = None,
    ) -> None:
        self.driver = driver
        self.rules = rules
        self.kernels = kernels or KernelRules()
        self.alone = False  # whether the last web process that came knew one person only
        self.places = Places(rules, free_memory)
        self._announcer = announcer or Announcer()
        self._ground = Ground(live, _Fenced(self), self.places, rules, self._announcer)
        self._rooms: dict[str, asyncio.Task[Room]] = {}
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._visits: defaultdict[str, int] = defaultdict(int)
        self._farewells: OrderedDict[str, Json] = OrderedDict()
        self.care = Care(self.rooms, rules, self.kernels.memory_bytes)
        self._task = asyncio.create_task(self._tick_on())

    def rooms(self) -> list[Room]:
        """Those that are open now."""
        return [
            task.result()
            for task in self._rooms.values()
            if task.done() and not task.cancelled() and task.exception() is None
        ]

    async def adopt(self) -> None:
        """Give the kernels of a broker that died their rooms back. Before anybody visits."""
        for address, kernel in await place_kernels(await self.driver.found()):
            task = asyncio.create_task(adopt(address, kernel, self._ground))
            self._rooms[address.id] = task
            task.add_done_callback(self._adopted)

    def _adopted(self, task: asyncio.Task[Room]) -> None:
        if task.cancelled() or task.exception() is not None:
            log.warning("A kernel that was found has no notebook any more and was ended")
            for id_ in [id_ for id_, other in self._rooms.items() if other is task]:
                del self._rooms[id_]

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
            farewell = self._farewells.pop(address.id, None)
            task = asyncio.create_task(open_room(address, self._ground, farewell))
            self._rooms[address.id] = task
        try:
            return await asyncio.shield(task)
        except BaseException:
            if task.done() and self._rooms.get(address.id) is task:
                del self._rooms[address.id]
            raise

    async def run_code(
        self, address: Address, person: str, code: str, timeout_seconds: float
    ) -> Json:
        """See scratch.run_code. One person's calls come one after another."""
        async with self._turns[address.id]:
            if not address.path.exists():
                address.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomic(address.path, write_ipynb(new_document()), mode=0o600)
            async with self.visit(address) as room:
                room.asker = person
                return await run_code(room, code, timeout_seconds)

    async def move(self, id_: str, path: Path, title: str) -> None:
        """The file was renamed: save it under its new name from now on."""
        task = self._rooms.get(id_)
        if task is not None:
            await (await asyncio.shield(task)).move(path, title)

    async def content(self, id_: str) -> bytes | None:
        """The file as it would be saved now; None when the notebook is not open."""
        task = self._rooms.get(id_)
        if task is None:
            return None
        room = await asyncio.shield(task)
        document = room.session.document
        return await asyncio.to_thread(room.keeper.file.content_of, document)

    async def searchable(self, id_: str) -> Json:
        """What of a notebook is searched, as people see it now: see searching.py."""
        task = self._rooms.get(id_)
        return NOT_OPEN if task is None else await searchable(await asyncio.shield(task))

    async def forget(self, id_: str) -> None:
        """The file was deleted on purpose: close the room without saving."""
        task = self._rooms.get(id_)
        if task is not None:
            await asyncio.gather(asyncio.shield(task), return_exceptions=True)
            await self._close(id_, abandon=True)

    async def end(self, id_: str, person: str | None) -> bool:
        """End the kernel of a room, for `person` only when it is theirs; saves first."""
        for room in self.rooms():
            ticket = room.seat.ticket
            if room.id == id_ and ticket is not None and person in (None, ticket.person):
                await room.keeper.save()
                room.seat.end(explain("stopped" if person else "ended"))
                return True
        return False

    async def let_go(self, person: str, folder: Path | None = None) -> int:
        """End all kernels of a person, and their place in the line; how many. Saves first.

        With `folder`, only those that work there.
        """
        theirs = [
            room
            for room in self.rooms()
            if room.seat.ticket
            and room.seat.ticket.person == person
            and folder in (None, room.address.folder)
        ]
        for room in theirs:
            await room.keeper.save()
            room.seat.end(explain("let_go"))
        return len(theirs)

    async def close(self) -> None:
        """End all kernels, save all. What a full disk does not take stays in the logs, as it is."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.care.close()
        await asyncio.gather(*self._rooms.values(), return_exceptions=True)
        await asyncio.gather(*(room.seat.empty() for room in self.rooms()))
        for id_ in list(self._rooms):
            self._begin_to_close(id_)
        late = list(self._closing.values())
        if late:
            _, late = map(list, await asyncio.wait(late, timeout=CLOSE_SECONDS))
        if late:
            log.error("The disk takes nothing: %d notebooks wait in their logs", len(late))
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        self._announcer.close()

    def _begin_to_close(self, id_: str, *, abandon: bool = False) -> None:
        if id_ not in self._closing and id_ in self._rooms:
            task = self._rooms.pop(id_)
            self._closing[id_] = asyncio.create_task(self._end(id_, task, abandon=abandon))

    async def _close(self, id_: str, *, abandon: bool = False) -> None:
        self._begin_to_close(id_, abandon=abandon)
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
            await asyncio.sleep(self.rules.tick_seconds)
            self.places.look()  # memory may have become free
            now = monotonic()
            for room in self.rooms():
                if self._is_done_with(room, now):
                    self._remember(room)
                    await self._close(room.id)

    def _is_done_with(self, room: Room, now: float) -> bool:
        if room.id in self._visits or room.busy or room.seat.taken:
            return False
        return now - room.active_at > self.rules.linger_seconds

    def _remember(self, room: Room) -> None:
        """What became of a kernel while nobody looked, for whoever opens the notebook next."""
        if room.untold:
            self._farewells[room.id] = room.session.kernel
            while len(self._farewells) > MOST_FAREWELLS:
                self._farewells.popitem(last=False)


class _Fenced:
    """The driver, except where starting a kernel would let people into each other's files."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def start(self, spec: KernelSpec) -> Kernel:
        """Start, unless there is no fence and more than one person."""
        house = self._house
        unfenced = house.driver.status().get("tier") == "none" and not house.kernels.unfenced
        if unfenced and not house.alone:
            raise KernelStartError(
                "Kernels are not fenced off from each other on this machine, so none starts while "
                "several people are here.",
                "Tell the person who runs this place.",
                code="unfenced",
            )
        try:
            return await house.driver.start(spec)
        except OSError as error:  # no room, or no descriptor left
            raise not_started(error.strerror or type(error).__name__) from error

    async def found(self) -> list[Kernel]:
        """As the driver."""
        return await self._house.driver.found()

    def status(self) -> Json:
        """As the driver."""
        return self._house.driver.status()

    async def close(self) -> None:
        """As the driver."""
        await self._house.driver.close()
