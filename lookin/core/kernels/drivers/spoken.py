"""The half of a kernel that is spoken with over its sockets, the same for every local driver.

Not for processes: how a kernel is started, found and ended is its driver's matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from lookin.core.kernels.connection import Connection
from lookin.core.kernels.driver import CommMessage, Heard, Question

Json = dict[str, Any]


class SpokenKernel:
    """See `driver.Kernel` for what each method promises."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._gone = asyncio.Event()

    def reports(self) -> AsyncIterator[Heard]:
        """Everything the kernel says; ends when it is gone."""
        return self._connection.reports(self._gone)

    async def execute(
        self, request: str, code: str, *, again: bool = False, stdin: bool = True
    ) -> None:
        """Ask to run `code`; its reports carry `request` as `parent`."""
        await self._connection.execute(request, code, again=again, stdin=stdin)

    async def answer(self, asked: str, text: str) -> None:
        """The line that the running code waits for."""
        await self._connection.answer(asked, text)

    async def ask(self, question: Question) -> Json:
        """The content of the kernel's reply."""
        return await self._connection.ask(question)

    async def send_comm(self, message: CommMessage) -> None:
        """A front end's word to a widget."""
        await self._connection.send_comm(message)

    def acknowledge(self, number: int) -> None:
        """All reports up to `number` are in safety."""
        self._connection.acknowledge(number)
