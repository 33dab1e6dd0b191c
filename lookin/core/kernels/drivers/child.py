"""One kernel that is a child process of the broker, behind a fence or not: process and sockets."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookin.core.kernels.connection import Connection
from lookin.core.kernels.driver import (
    KernelSpec,
    KernelStartError,
    Resumed,
    Usage,
    not_started,
)
from lookin.core.kernels.drivers.spoken import SpokenKernel
from lookin.core.kernels.exits import Exit, explain_exit
from lookin.core.kernels.meter import Meter
from lookin.core.kernels.processes import MemoryKills, descendants

Json = dict[str, Any]
_LAST_WORDS = 4_000  # bytes of a kernel's stderr that are kept to explain a failed start
_KILLS = MemoryKills()  # of the whole machine
_NO_FENCE = "The fence could not be built"  # how sandbox's FenceError begins


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. `fenced`: between us and the kernel stand two processes of `fenced.py`."""

    words: list[str]
    environment: dict[str, str]
    fenced: bool


class ChildKernel(SpokenKernel):
    """See the module."""

    def __init__(self, private: Path, spec: KernelSpec) -> None:
        super().__init__(Connection(private))
        self.id = private.name
        self.label: Json = dict(spec.label)
        self.exit: Exit | None = None
        self._private = private
        self._spec = spec
        self._fenced = False
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._last_words = b""
        self._meter = Meter(self._inside)

    @property
    def pid(self) -> int | None:
        """The kernel's own process."""
        inside = self._inside()
        return inside[0] if inside else None

    def _inside(self) -> list[int]:
        """The kernel's process and what it started; empty when it has not begun or is gone."""
        if self._process is None or self._gone.is_set():
            return []
        below = descendants(self._process.pid)
        return below[1:] if self._fenced else [self._process.pid, *below]

    async def begin(self, command: Command) -> None:
        """Launch the process and wait until it takes code."""
        self._fenced = command.fenced
        self._connection.write_file()
        try:
            self._process = await self._launch(command)
        except OSError as error:
            raise not_started(error.strerror or "it cannot be run") from error
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._watch())]
        ready = asyncio.create_task(self._get_ready())
        gone = asyncio.create_task(self._gone.wait())
        try:
            await asyncio.wait(
                {ready, gone},
                timeout=self._spec.start_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not ready.done():
                raise await self._why_not()
            ready.result()
        finally:
            ready.cancel()
            gone.cancel()

    async def _get_ready(self) -> None:
        await self._connection.open()
        await self._connection.wait_ready()

    async def _launch(self, command: Command) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *command.words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd=self._spec.folder,
            env=command.environment,
            start_new_session=True,
        )

    async def _listen(self) -> None:
        """Keep the end of what the process writes to its own stderr, and never let it block."""
        assert self._process is not None
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(65_536):
            self._last_words = (self._last_words + chunk)[-_LAST_WORDS:]

    async def _watch(self) -> None:
        assert self._process is not None
        status = await self._process.wait()
        memory = _KILLS.recently(time.monotonic())
        self.exit = explain_exit(status, out_of_memory=memory)
        self._gone.set()

    async def _why_not(self) -> KernelStartError:
        if not self._gone.is_set():
            return not_started("it took too long")
        await asyncio.wait({self._tasks[0]}, timeout=0.5)  # its last words are on their way
        lines = self._last_words.decode(errors="replace").strip().splitlines()
        last = lines[-1] if lines else "it ended at once"
        return not_started(last, fence=last.startswith(_NO_FENCE))

    async def resume(self, after: int) -> Resumed:
        """Never called: nothing is ever found."""
        return Resumed()

    def relabel(self, label: Json) -> None:
        """Keep another label, for as long as the broker lives."""
        self.label = dict(label)

    async def usage(self) -> Usage | None:
        """What it and all it started use now."""
        _KILLS.look(time.monotonic())
        return await self._meter.read()

    async def interrupt(self) -> None:
        """SIGINT to the kernel and what it started, as a terminal's Ctrl-C."""
        kernel = self.pid
        if kernel is not None:
            _signal_group(kernel, signal.SIGINT)

    async def shutdown(self) -> None:
        """Ask, wait, insist; then remove the sockets and the folder."""
        if self._process is not None and not self._gone.is_set():
            await self._connection.ask_shutdown()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._gone.wait(), self._spec.stop_seconds)
        self._kill()
        for task in self._tasks:
            if task is self._tasks[-1]:
                await task  # the watch: the process is certainly gone, and reaped
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._connection.close()
        shutil.rmtree(self._private, ignore_errors=True)

    def _kill(self) -> None:
        """The fence with all in it; or the whole group, since what the code started outlives it."""
        if self._process is None:
            return
        if self._fenced and not self._gone.is_set():
            for pid in descendants(self._process.pid):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
        _signal_group(self._process.pid, signal.SIGKILL)


def _signal_group(leader: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
