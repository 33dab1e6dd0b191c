"""A driver without processes: kernels that understand a few words of Python, at once.

Passes the same contract test as the real driver (test_driver_contract.py).
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator

from lookin.core.kernels.driver import KernelSpec, KernelStartError
from lookin.core.kernels.exits import Exit, explain_exit
from lookin.core.kernels.messages import Began, Idle, Output, Replied, Report


class ScriptedDriver:
    """Starts scripted kernels; `broken` makes every start fail."""

    def __init__(self) -> None:
        self.broken = False
        self.kernels: list[ScriptedKernel] = []

    async def start(self, spec: KernelSpec) -> ScriptedKernel:
        if self.broken or not spec.folder.is_dir():
            raise KernelStartError("The kernel did not start.", "Try again.")
        self.kernels.append(ScriptedKernel())
        return self.kernels[-1]


class ScriptedKernel:
    """Knows `print('…')`, `NAME = VALUE`, `print(NAME)`, `wait`, `1/0` and `exit N`."""

    pid = None

    def __init__(self) -> None:
        self.exit: Exit | None = None
        self._said: asyncio.Queue[Report | None] = asyncio.Queue()
        self._asked: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._counts = itertools.count(1)
        self._names: dict[str, str] = {}
        self._interrupt = asyncio.Event()
        self._task = asyncio.create_task(self._work())

    async def reports(self) -> AsyncIterator[Report]:
        while (report := await self._said.get()) is not None:
            yield report

    async def execute(self, request: str, code: str) -> None:
        await self._asked.put((request, code))

    async def interrupt(self) -> None:
        self._interrupt.set()

    async def shutdown(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._end(0)

    def _end(self, status: int) -> None:
        if self.exit is None:
            self.exit = explain_exit(status)
            self._said.put_nowait(None)

    async def _work(self) -> None:
        while self.exit is None:
            request, code = await self._asked.get()
            self._said.put_nowait(Began(request, next(self._counts)))
            state = "done"
            for line in code.splitlines():
                state = await self._line(request, line.strip())
                if state != "done":
                    break
            if self.exit is None:
                self._said.put_nowait(Replied(request, state, None, ()))
                self._said.put_nowait(Idle(request))

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
        output = {"output_type": "stream", "name": "stdout", "text": f"{text}\n"}
        self._said.put_nowait(Output(request, output))

    def _fail(self, request: str, name: str) -> str:
        fields = {"ename": name, "evalue": "", "traceback": [name]}
        self._said.put_nowait(Output(request, {"output_type": "error", **fields}))
        return "failed"
