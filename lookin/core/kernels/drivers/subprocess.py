"""Kernels as plain child processes of the broker: ipykernel in the kernels' own environment.

The first driver, and the one that works everywhere. No fence beyond a clean environment, a session
of its own, resource limits and death with the broker.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

from lookin.core.kernels import launcher
from lookin.core.kernels.connection import Connection
from lookin.core.kernels.driver import (
    Heard,
    Json,
    Kernel,
    KernelSpec,
    KernelStartError,
    Resumed,
    Usage,
)
from lookin.core.kernels.environment import kernel_environment
from lookin.core.kernels.exits import Exit, explain_exit

_LAST_WORDS = 4_000  # bytes of a kernel's stderr that are kept to explain a failed start


class SubprocessDriver:
    """Starts ipykernel with `python`, each kernel in a folder of its own (0700) under `runtime`."""

    def __init__(self, python: Path, runtime: Path) -> None:
        self.python = python
        self.runtime = runtime

    async def start(self, spec: KernelSpec) -> SubprocessKernel:
        """A ready kernel. Raises KernelStartError; then nothing remains of it."""
        private = self._make_folder()
        kernel = SubprocessKernel(private, spec)
        try:
            await kernel.begin(self.python)
        except BaseException:
            await kernel.shutdown()
            raise
        return kernel

    def _make_folder(self) -> Path:
        self.runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = self.runtime / secrets.token_hex(4)
        for folder in (private, private / "tmp"):
            folder.mkdir(mode=0o700)
        return private

    async def found(self) -> list[Kernel]:
        """None: these kernels die with their broker. What it left is removed."""
        self.sweep()
        return []

    def status(self) -> Json:
        """Name and tier."""
        return {"driver": "subprocess", "tier": "none", "reason": "", "stock": 0, "forks": 0}

    async def close(self) -> None:
        """Nothing is kept."""

    def sweep(self) -> None:
        """Remove the folders that a killed broker left. Only before the first start."""
        shutil.rmtree(self.runtime, ignore_errors=True)


class SubprocessKernel:
    """One child process and its sockets."""

    def __init__(self, private: Path, spec: KernelSpec) -> None:
        self._private = private
        self._spec = spec
        self.id = private.name
        self.label = dict(spec.label)
        self._connection = Connection(private)
        self._process: asyncio.subprocess.Process | None = None
        self._gone = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._exit: Exit | None = None
        self._last_words = b""

    @property
    def exit(self) -> Exit | None:
        """Why it is gone; None while it runs."""
        return self._exit

    @property
    def pid(self) -> int | None:
        """The child process."""
        return self._process.pid if self._process else None

    async def begin(self, python: Path) -> None:
        """Launch the process and wait until it takes code."""
        self._connection.write_file()
        try:
            self._process = await self._launch(python)
        except OSError as error:
            raise _not_started(error.strerror or "it cannot be run") from error
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
                raise _not_started(self._why_not())
            ready.result()
        finally:
            ready.cancel()
            gone.cancel()

    async def _get_ready(self) -> None:
        await self._connection.open()
        await self._connection.wait_ready()

    async def _launch(self, python: Path) -> asyncio.subprocess.Process:
        temporary = self._private / "tmp"
        environment = kernel_environment(os.environ, python, self._spec.folder, temporary)
        environment["JPY_PARENT_PID"] = str(os.getpid())
        return await asyncio.create_subprocess_exec(
            str(python),
            str(Path(launcher.__file__)),
            str(os.getpid()),
            "-f",
            str(self._connection.file),
            "--HistoryManager.hist_file=:memory:",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd=self._spec.folder,
            env=environment,
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
        self._exit = explain_exit(status)
        self._gone.set()

    def _why_not(self) -> str:
        if not self._gone.is_set():
            return "it took too long"
        lines = self._last_words.decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "it ended at once"

    def reports(self) -> AsyncIterator[Heard]:
        """Everything the kernel says; ends when it is gone."""
        return self._connection.reports(self._gone)

    async def execute(self, request: str, code: str, *, again: bool = False) -> None:
        """Ask to run `code`; its reports carry `request` as `parent`."""
        await self._connection.execute(request, code, again=again)

    def acknowledge(self, number: int) -> None:
        """All reports up to `number` are in safety."""
        self._connection.acknowledge(number)

    async def resume(self, after: int) -> Resumed:
        """Never called: nothing is ever found."""
        return Resumed()

    def relabel(self, label: Json) -> None:
        """Keep another label."""
        self.label = dict(label)

    async def usage(self) -> Usage | None:
        """Not told yet."""
        return None

    async def interrupt(self) -> None:
        """SIGINT to the kernel and what it started, as a terminal's Ctrl-C."""
        self._signal(signal.SIGINT)

    async def shutdown(self) -> None:
        """Ask, wait, insist; then remove the sockets and the folder."""
        if self._process is not None and not self._gone.is_set():
            await self._connection.ask_shutdown()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._gone.wait(), self._spec.stop_seconds)
        self._signal(signal.SIGKILL)
        for task in self._tasks:
            if task is self._tasks[-1]:
                await task  # the watch: the process is certainly gone, and reaped
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._connection.close()
        shutil.rmtree(self._private, ignore_errors=True)

    def _signal(self, number: int) -> None:
        """To the whole group. What the code started outlives it, so the group is asked too."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def _not_started(reason: str) -> KernelStartError:
    return KernelStartError(
        "The kernel did not start ({reason}). Your notebook is as it was.",
        "Try again; if it goes on, tell the person who runs this place.",
        values={"reason": reason},
    )
