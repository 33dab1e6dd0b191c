"""A driver without processes: kernels that understand a few words of Python, at once.

Passes the same contract test as the real drivers (test_driver_contract.py). `abandon` stands for a
broker that dies: the kernels live on, keep what was not acknowledged, and are found again.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import secrets
from collections.abc import AsyncIterator
from typing import Any

from lookin.core.kernels.driver import Heard, KernelSpec, KernelStartError, Resumed, Usage
from lookin.core.kernels.exits import Exit, explain_exit
from lookin.core.kernels.messages import Began, Idle, Output, Replied, Report

Json = dict[str, Any]


class ScriptedDriver:
    """Starts scripted kernels; `broken` makes every start fail."""

    def __init__(self) -> None:
        self.broken = False
        self.kernels: list[ScriptedKernel] = []
        self.left: list[ScriptedKernel] = []

    async def start(self, spec: KernelSpec) -> ScriptedKernel:
        if self.broken or not spec.folder.is_dir():
            raise KernelStartError("The kernel did not start.", "Try again.")
        self.kernels.append(ScriptedKernel(spec.label))
        return self.kernels[-1]

    def abandon(self) -> None:
        """Everyone who reads stops; the kernels wait to be found."""
        self.left = [kernel for kernel in self.kernels if not kernel.ended]
        for kernel in self.left:
            kernel.abandon()

    async def found(self) -> list[ScriptedKernel]:
        left, self.left = self.left, []
        return left

    def status(self) -> Json:
        return {"driver": "scripted", "tier": "none", "reason": "it is a play"}

    async def close(self) -> None:
        for kernel in self.left:
            await kernel.shutdown()


class ScriptedKernel:
    """Knows `print('…')`, `NAME = VALUE`, `print(NAME)`, `wait`, `1/0` and `exit N`."""

    pid = None

    def __init__(self, label: Json) -> None:
        self.id = secrets.token_hex(4)
        self.label = dict(label)
        self.exit: Exit | None = None
        self.received: list[str] = []
        self.running: str | None = None
        self.kept: list[Heard] = []
        self.use = Usage(1_000_000, 0.5, 1)
        self.ended = False  # nobody needs to find it again
        self._said: asyncio.Queue[Heard | None] = asyncio.Queue()
        self._asked: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._counts = itertools.count(1)
        self._numbers = itertools.count(1)
        self._names: dict[str, str] = {}
        self._interrupt = asyncio.Event()
        self._task = asyncio.create_task(self._work())

    async def reports(self) -> AsyncIterator[Heard]:
        said = self._said
        while (heard := await said.get()) is not None:
            yield heard

    async def execute(self, request: str, code: str, *, again: bool = False) -> None:
        if not (again and request in self.received):
            self.received.append(request)
            await self._asked.put((request, code))

    def acknowledge(self, number: int) -> None:
        self.kept = [heard for heard in self.kept if heard.number > number]

    def abandon(self) -> None:
        self._said.put_nowait(None)
        self._said = asyncio.Queue()

    async def resume(self, after: int) -> Resumed:
        self._said = asyncio.Queue()
        self.acknowledge(after)
        for heard in self.kept:
            self._said.put_nowait(heard)
        if self.exit is not None:
            self._said.put_nowait(None)
        return Resumed(frozenset(self.received), self.running)

    def relabel(self, label: Json) -> None:
        self.label = dict(label)

    async def usage(self) -> Usage | None:
        return None if self.exit else self.use

    async def interrupt(self) -> None:
        self._interrupt.set()

    async def shutdown(self) -> None:
        self.ended = True
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._end(0)

    def _say(self, report: Report) -> None:
        self.kept.append(Heard(next(self._numbers), report))
        self._said.put_nowait(self.kept[-1])

    def _end(self, status: int) -> None:
        if self.exit is None:
            self.exit = explain_exit(status)
            self._said.put_nowait(None)

    async def _work(self) -> None:
        while self.exit is None:
            request, code = await self._asked.get()
            self.running = request
            self._say(Began(request, next(self._counts)))
            state = "done"
            for line in code.splitlines():
                state = await self._line(request, line.strip())
                if state != "done":
                    break
            self.running = None
            if self.exit is None:
                self._say(Replied(request, state, None, ()))
                self._say(Idle(request))

    async def _line(self, request: str, line: str) -> str:
        if found := re.fullmatch(r"print\('(.*)'\)", line):
            self._print(request, found[1])
        elif found := re.fullmatch(r"print\((\w+)\)", line):
            if found[1] not in self._names:
                return self._fail(request, "NameError")
            self._print(request, self._names[found[1]])
        elif found := re.fullmatch(r"(\w+) = '?(\w+)'?", line):
            self._names[found[1]] = found[2]
        elif line in {"wait", "while True: pass"}:
            self._interrupt.clear()
            await self._interrupt.wait()
            self._fail(request, "KeyboardInterrupt")
            return "interrupted"
        elif line == "1/0":
            return self._fail(request, "ZeroDivisionError")
        elif found := re.fullmatch(r"(?:exit |import os; os\._exit\()(\d+)\)?", line):
            self._end(int(found[1]))
        return "done"

    def _print(self, request: str, text: str) -> None:
        self._say(Output(request, {"output_type": "stream", "name": "stdout", "text": f"{text}\n"}))

    def _fail(self, request: str, name: str) -> str:
        fields = {"ename": name, "evalue": "", "traceback": [name]}
        self._say(Output(request, {"output_type": "error", **fields}))
        return "failed"
