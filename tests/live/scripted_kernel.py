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

from lookin.core.kernels.driver import (
    CommMessage,
    Heard,
    KernelBusyError,
    KernelSpec,
    KernelStartError,
    Question,
    Resumed,
    Usage,
)
from lookin.core.kernels.exits import Exit, explain_exit
from lookin.core.kernels.messages import Asked, Began, Idle, Output, Replied, Report

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
    """Knows `print('…')`, `NAME = VALUE`, `print(NAME)`, `wait`, `1/0` and `exit N`.

    And `NAME = input('…')`, and that names are completed.
    """

    pid = None

    def __init__(self, label: Json) -> None:
        self.id = secrets.token_hex(4)
        self.label = dict(label)
        self.exit: Exit | None = None
        self.received: list[str] = []
        self.running: str | None = None
        self.kept: list[Heard] = []
        self.use = Usage(1_000_000, 0.5, 1)
        self.asking: Asked | None = None
        self.answers: asyncio.Queue[str] = asyncio.Queue()
        self.asked: list[Question] = []
        self.knows: dict[str, Json] = {}  # what it answers to a kind of question
        self.deaf = False
        self.comms: list[CommMessage] = []
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

    async def execute(
        self, request: str, code: str, *, again: bool = False, stdin: bool = True
    ) -> None:
        if not (again and request in self.received):
            self.received.append(request)
            await self._asked.put((request, code))

    async def answer(self, asked: str, text: str) -> None:
        if self.asking is not None and self.asking.request == asked:
            self.answers.put_nowait(text)

    async def ask(self, question: Question) -> Json:
        self.asked.append(question)
        if self.deaf:
            await asyncio.sleep(question.seconds)
            raise KernelBusyError
        if question.kind == "complete":
            code = question.content["code"][: question.content["cursor_pos"]]
            found = [name for name in self._names if name.startswith(code)]
            return {"matches": found, "cursor_start": 0, "cursor_end": len(code), "status": "ok"}
        return {"status": "ok", **self.knows.get(question.kind, {})}

    async def send_comm(self, message: CommMessage) -> None:
        self.comms.append(message)

    def say(self, report: Report) -> None:
        """Whatever a test wants it to say."""
        self._say(report)

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
        return Resumed(frozenset(self.received), self.running, self.asking)

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
        elif found := re.fullmatch(r"(\w+) = (input|getpass)\('(.*)'\)", line):
            text = await self._ask(request, found[3], password=found[2] == "getpass")
            if text is None:
                self._fail(request, "KeyboardInterrupt")
                return "interrupted"
            self._names[found[1]] = text
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

    async def _ask(self, request: str, prompt: str, *, password: bool) -> str | None:
        """What somebody answers; None when an interrupt comes first."""
        self._interrupt.clear()
        self.asking = Asked(request, secrets.token_hex(4), prompt, password)
        self._say(self.asking)
        waits = [asyncio.ensure_future(self.answers.get()), asyncio.ensure_future(self._wait())]
        done, rest = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        self.asking = None
        return next(iter(done)).result()

    async def _wait(self) -> None:
        await self._interrupt.wait()

    def _print(self, request: str, text: str) -> None:
        self._say(Output(request, {"output_type": "stream", "name": "stdout", "text": f"{text}\n"}))

    def _fail(self, request: str, name: str) -> str:
        fields = {"ename": name, "evalue": "", "traceback": [name]}
        self._say(Output(request, {"output_type": "error", **fields}))
        return "failed"
