"""Kernels that outlived their broker: each gets its room back, or is ended and its people told.

Their running cells go on; what they said since comes exactly once. See docs/decisions/.
"""

from __future__ import annotations

import asyncio
import logging

from lookin.apps.kernels.broker.address import Address, address_of
from lookin.apps.kernels.broker.opening import Found, Ground, begin, find, lose, open_again
from lookin.apps.kernels.broker.room import Room
from lookin.core.documents import inputs
from lookin.core.documents.resuming import requests_of
from lookin.core.kernels.driver import Kernel
from lookin.core.kernels.exits import explain
from lookin.core.kernels.messages import Asked
from lookin.core.lib.errors import LookinError, NotFoundError

log = logging.getLogger("lookin.broker")
RESUME_SECONDS = 15.0


async def place_kernels(kernels: list[Kernel]) -> list[tuple[Address, Kernel]]:
    """One kernel for each notebook, the youngest; the others, and strangers, are shut down."""
    placed: dict[str, tuple[Address, Kernel]] = {}
    for kernel in sorted(kernels, key=lambda k: (k.exit is None, _started(k))):
        try:
            address = address_of(kernel.label)
        except NotFoundError:
            log.warning("A kernel of nobody was found and is ended")
            await _end(kernel)
            continue
        if address.id in placed:
            await _end(placed[address.id][1])
        placed[address.id] = (address, kernel)
    return list(placed.values())


async def adopt(address: Address, kernel: Kernel, ground: Ground) -> Room:
    """The kernel's room. Raises LookinError when there is none to be had; then it is shut down."""
    try:
        found = await find(address, ground)
        room = open_again(address, ground, found)
        await begin(room, found)
    except BaseException:
        await _end(kernel)
        raise
    why = kernel.exit
    if why is None and (found.recovered is None or not await _resume(room, kernel, found)):
        why = explain("adoption_failed")
    if why is not None:
        await _end(kernel)
        lose(room, why)
    if address.is_scratch:
        _clear(room)
    return room


async def _resume(room: Room, kernel: Kernel, found: Found) -> bool:
    """Go on with the kernel; False when it does not answer."""
    try:
        async with asyncio.timeout(RESUME_SECONDS):
            resumed = await kernel.resume(found.heard_of(kernel.id))
    except (LookinError, TimeoutError, OSError):
        log.warning("A kernel that was found does not answer and is ended")
        return False
    requests = requests_of(room.session.document)
    if resumed.running is not None:  # its cell may have been deleted
        requests.append((resumed.running, resumed.running.rpartition(".")[0]))
    room.asker = str(kernel.label.get("person", ""))
    room.seat.adopt(kernel, room.asker, requests)
    room.comms.recover(kernel, found.notes.get("captured", []))
    room.take(inputs.KernelAdopted(resumed.received, resumed.running))
    if resumed.asking is not None:
        _ask_again(room, resumed.asking)
    return True


def _ask_again(room: Room, asked: Asked) -> None:
    """It waits for a line that the log knows nothing of, or whose answer it never got."""
    cell = room.session.document.cells.get(room.session.running or "")
    known = ((cell.run if cell else None) or {}).get("asks")
    if cell is not None and (not known or known["request"] != asked.request):
        room.take(inputs.InputAsked(cell.id, asked.request, asked.prompt, asked.password))


def _clear(room: Room) -> None:
    """Whoever waited for these runs has been told that they failed."""
    room.take(inputs.InterruptAsked(0))
    for cell in room.session.document.order:
        room.take(inputs.Delete(0, cell))


def _started(kernel: Kernel) -> int:
    started = kernel.label.get("started")
    return started if isinstance(started, int) else 0


async def _end(kernel: Kernel) -> None:
    try:
        await kernel.shutdown()
    except Exception:
        log.exception("A kernel that was found could not be ended")
