"""What a broker that died has left: living kernels are met again, everything else is removed.

A folder counts only when it is ours and nobody else's; a warden only when it runs as our user.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from lookin.core.kernels.connection import Connection
from lookin.core.kernels.driver import (
    CommMessage,
    Heard,
    Kernel,
    KernelBusyError,
    KernelStartError,
    Question,
    Resumed,
    Usage,
)
from lookin.core.kernels.drivers.fencing import PLAIN
from lookin.core.kernels.drivers.forge import Forge
from lookin.core.kernels.drivers.warden import read_exit
from lookin.core.kernels.exits import Exit, explain, explain_exit

Json = dict[str, Any]
_STOP_SECONDS = 2.0
_FILE_BYTES = 1_000_000
_GREETING_SECONDS = 5.0


async def find_kernels(runtime: Path, forge: Forge) -> list[Kernel]:
    """The claimed kernels in `runtime`, living or dead. The rest, stock and rubbish, is removed."""
    found: list[Kernel] = []
    for private in await asyncio.to_thread(_folders, runtime):
        # A plain kernel died with the broker, and its code may have written what lies here.
        plain = private.name.startswith(PLAIN)
        kernel = None if plain else await _find(private, forge)
        if kernel is None:
            await asyncio.to_thread(shutil.rmtree, private, True)
        else:
            found.append(kernel)
    return found


def _folders(runtime: Path) -> list[Path]:
    if not runtime.is_dir():
        return []
    found = []
    for path in runtime.iterdir():
        about = path.lstat()
        if stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and path.name != "zygote":
            found.append(path)
    return found


async def _find(private: Path, forge: Forge) -> Kernel | None:
    info, label = _read(private / "connection.json"), _read(private / "label.json")
    if info is None:
        return None
    try:
        kernel = await forge.meet(private, Connection(private, info))
    except OSError:
        return None if label is None else LostKernel(private, label)
    claimed = label is not None and await kernel.is_claimed(_GREETING_SECONDS)
    if label is not None and kernel.gone:  # at this very moment
        await kernel.leave()
        return LostKernel(private, label)
    if label is None or not claimed:
        await kernel.shutdown()
        return None
    try:
        await kernel.adopt(label, _STOP_SECONDS)
    except OSError:  # no way out for it; it may live on without
        return kernel
    return kernel


def _read(path: Path) -> Json | None:
    """A small JSON object of ours; None for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            found = json.loads(file.read(_FILE_BYTES))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


class LostKernel:
    """One that ended while no broker was there: an explanation, a label, and a folder to remove."""

    pid = None

    def __init__(self, private: Path, label: Json) -> None:
        self.id = private.name
        self.label = label
        self._private = private
        status, why = read_exit(private)
        self.exit: Exit | None = (
            explain("adoption_failed") if status is None and why is None else explain_exit(status)
        )

    async def reports(self) -> AsyncIterator[Heard]:
        """Nothing."""
        nothing: list[Heard] = []
        for heard in nothing:
            yield heard

    async def execute(
        self, request: str, code: str, *, again: bool = False, stdin: bool = True
    ) -> None:
        """Nobody is there to run it."""

    async def answer(self, asked: str, text: str) -> None:
        """Nobody waits for it."""

    async def ask(self, question: Question) -> Json:
        """Raises KernelBusyError, always."""
        raise KernelBusyError

    async def send_comm(self, message: CommMessage) -> None:
        """Nobody is there to hear it."""

    def acknowledge(self, number: int) -> None:
        """Nothing is kept."""

    async def resume(self, after: int) -> Resumed:
        """Raises KernelStartError, always."""
        why = explain("adoption_failed")
        raise KernelStartError(why.message, code=why.reason)

    def relabel(self, label: Json) -> None:
        """For as long as it is remembered."""
        self.label = label

    async def usage(self) -> Usage | None:
        """None."""
        return None

    async def interrupt(self) -> None:
        """Nothing runs."""

    async def shutdown(self) -> None:
        """Remove its folder."""
        await asyncio.to_thread(shutil.rmtree, self._private, True)
