"""Questions to one kernel, also while it is busy: completion, inspection, variables.

Not for who may ask how often (the broker), nor for sockets (`connection.py`). Subshells: JEP 91,
https://github.com/jupyter/enhancement-proposals/blob/master/91-kernel-subshells/kernel-subshells.md
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from lookin.core.kernels.driver import KernelBusyError, Question
from lookin.core.kernels.messages import clean
from lookin.core.kernels.wire import Aside, Message, Wire
from lookin.core.lib.clock import monotonic

Json = dict[str, Any]
Post = Callable[[str, list[bytes]], Awaitable[None]]  # (port, frames)
MARK = "lookin-question-"  # how the ids of questions begin
_LATE_SECONDS = 20.0  # until a question that was not answered is given up for good
_CREATE_SECONDS = 5.0
_UNKNOWN = "UnknownSubshellError"


class Questions:
    """Of one kernel, one after another. `post` sends on a socket, and connects it first."""

    def __init__(self, wire: Wire, post: Post, busy: Callable[[], bool]) -> None:
        """`busy`: whether the kernel has code to run, as far as we know."""
        self._wire, self._post, self._busy = wire, post, busy
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._late: dict[str, float] = {}  # when they were given up
        self._turn = asyncio.Lock()
        self._subshell: str | None = None
        self.has_subshells = True  # until we hear otherwise

    async def ask(self, question: Question) -> Json:
        """See driver.Kernel. What it is asked must be small."""
        if self._is_late():
            raise KernelBusyError
        try:
            async with asyncio.timeout(question.seconds), self._turn:
                return await self._ask(question)
        except TimeoutError:
            raise KernelBusyError from None

    async def _ask(self, question: Question) -> Json:
        for _ in range(2):
            shell = await self._shell()
            if shell is None and self._busy():
                raise KernelBusyError
            kind = f"{question.kind}_request"
            reply = await self._exchange("shell_port", kind, question.content, Aside("", shell))
            if reply.get("ename") != _UNKNOWN:
                return reply
            self._subshell = None  # a kernel that was restarted inside, perhaps by its own code
        raise KernelBusyError

    def take(self, message: Message) -> bool:
        """Whether the message answers a question."""
        if not message.parent.startswith(MARK):
            return False
        self._late.pop(message.parent, None)
        waiting = self._waiting.pop(message.parent, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(_cleaned(message.content))
        return True

    def _is_late(self) -> bool:
        """Whether an answer is overdue: more questions would only wait behind that one."""
        now = monotonic()
        self._late = {id_: at for id_, at in self._late.items() if now - at < _LATE_SECONDS}
        return bool(self._late)

    async def _shell(self) -> str | None:
        """The subshell for questions: one that an earlier broker made, or a new one."""
        if not self.has_subshells or self._subshell is not None:
            return self._subshell
        listed = await self._control("list_subshell")
        there = listed.get("subshell_id")
        if isinstance(there, list) and there:
            self._subshell = str(there[0])
            return self._subshell
        made = (await self._control("create_subshell")).get("subshell_id")
        self.has_subshells = isinstance(made, str)
        self._subshell = made if isinstance(made, str) else None
        return self._subshell

    async def _control(self, kind: str) -> Json:
        async with asyncio.timeout(_CREATE_SECONDS):
            return await self._exchange("control_port", f"{kind}_request", {}, Aside())

    async def _exchange(self, port: str, kind: str, content: Json, aside: Aside) -> Json:
        id_ = MARK + secrets.token_hex(8)
        answer = self._waiting[id_] = asyncio.get_running_loop().create_future()
        try:
            await self._post(port, self._wire.pack(kind, content, id_, None, aside))
            reply: Json = await answer
            return reply
        except BaseException:
            if self._waiting.pop(id_, None) is not None:
                self._late[id_] = monotonic()
            raise


def _cleaned(content: Json | None) -> Json:
    """A stranger's words as strict JSON; nothing when they are not."""
    try:
        return dict(clean(content or {}))
    except (ValueError, RecursionError):
        return {}
