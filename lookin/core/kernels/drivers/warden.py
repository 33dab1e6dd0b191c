"""The broker's line to a warden: the first process inside a kernel's fence, and its end.

The other side stands in `zygote/`. Not for Jupyter messages (`connection.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from lookin.core.kernels.driver import not_started
from lookin.core.kernels.frames import FrameLine
from lookin.core.kernels.processes import Watch, descendants

Json = dict[str, Any]
_INTERRUPT_SECONDS = 1.0  # until a signal is out; a warden that has no time is not waited for
_END_SECONDS = 5.0  # for a warden to kill all; then it is killed, and its fence with it


class Warden:
    """One connection to `<private>/warden.sock` and the watch over the process behind it."""

    def __init__(self, line: FrameLine, pid: int, private: Path) -> None:
        self.pid = pid
        self.state = ""  # until it has said one
        self.status: int | None = None  # the kernel's, as in subprocess.returncode
        self.why: str | None = None
        self.gone = asyncio.Event()
        self._watch = Watch(pid)
        self._line = line
        self._private = private
        self._answer: asyncio.Future[tuple[Json, int | None]] | None = None
        self._news = asyncio.Event()
        self._interrupted = asyncio.Event()
        self._said = ""
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._see_end())]

    @classmethod
    async def meet(cls, private: Path) -> Warden:
        """Raises OSError when nobody answers there, or somebody who is not ours."""
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(line, str(private / "warden.sock"))
            pid, uid, _ = _peer(line)
            if uid != os.getuid():
                raise PermissionError("not our warden")
            return cls(FrameLine(line), pid, private)
        except BaseException:
            line.close()
            raise

    @property
    def kernel_pid(self) -> int | None:
        """The kernel's own process: the warden's first child."""
        below = descendants(self.pid)
        return below[0] if below else None

    def processes(self) -> list[int]:
        """Everything inside the fence but the warden."""
        return descendants(self.pid)

    async def until(self, *states: str) -> None:
        """Until one of `states`, or the end. Raises KernelStartError at the end."""
        while self.state not in states:
            if self.gone.is_set():
                raise not_started(self._said or "it ended at once", fence=self.why is not None)
            self._news.clear()
            await self._news.wait()

    async def claim(
        self, folder: Path, environment: dict[str, str], *, proxy: bool = False
    ) -> int | None:
        """Give the kernel its folder and let it go; the proxy's listener when asked for.

        Raises KernelStartError with the warden's reason.
        """
        asked = {"op": "claim", "folder": str(folder), "environment": environment, "proxy": proxy}
        answer, descriptor = await self._ask(asked)
        if "claimed" not in answer:
            raise not_started(str(answer.get("failed") or self._said or "it ended"))
        return descriptor

    async def proxy_listener(self) -> int | None:
        """The listener of a kernel that was claimed by another broker."""
        return (await self._ask({"op": "proxy"}))[1]

    async def _ask(self, question: Json) -> tuple[Json, int | None]:
        self._answer = asyncio.get_running_loop().create_future()
        if self._line.ended:
            return {}, None
        self._line.send(question)
        return await self._answer

    async def interrupt(self) -> None:
        """As Ctrl-C. Waits until the signal is out: what is run next is not what it was for."""
        if self._line.ended:
            return
        self._interrupted.clear()
        self._line.send({"op": "interrupt"})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._interrupted.wait(), _INTERRUPT_SECONDS)

    async def end(self) -> None:
        """Kill everything inside, and be sure of it. Nothing of the warden remains."""
        self._line.send({"op": "end"})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._watch.gone.wait(), _END_SECONDS)
        if not self._watch.gone.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, 9)
            await self._watch.gone.wait()
        await self.close()

    async def close(self) -> None:
        """Let the line go; what is behind it lives on. May be called twice."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._watch.close()
        self._line.close()

    async def _hear(self) -> None:
        while (frame := await self._line.receive()) is not None:
            if frame.get("state") in ("starting", "ready", "claimed"):
                self.state = str(frame["state"])
                self._news.set()
            elif "interrupted" in frame:
                self._interrupted.set()
            elif "exit" in frame:
                self.status, self.why = _exit_of(frame)
                self._said = str(frame.get("said", self._said))[:300]
            elif self._answer is not None and not self._answer.done():
                self._answer.set_result((frame, self._line.descriptor()))
            elif "failed" in frame:
                self._said = str(frame["failed"])[:300]
        self._interrupted.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(({}, None))

    async def _see_end(self) -> None:
        await self._watch.gone.wait()
        if self.status is None:
            self.status, self.why = read_exit(self._private)
        self.gone.set()
        self._news.set()


def read_exit(private: Path) -> tuple[int | None, str | None]:
    """What a warden wrote about its kernel's end: status and code; None and None without it."""
    try:
        frame = json.loads((private / "exit.json").read_text()[:10_000])
    except (OSError, ValueError):
        return None, None
    return _exit_of(frame) if isinstance(frame, dict) else (None, None)


def _exit_of(frame: Json) -> tuple[int | None, str | None]:
    status, why = frame.get("exit"), frame.get("why")
    return (status if type(status) is int else None), (str(why) if why else None)


def _peer(line: socket.socket) -> tuple[int, int, int]:
    """pid, uid and gid of the process that made the other end, in our namespaces."""
    if sys.platform != "linux":
        raise OSError("not on this system")
    packed = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, gid = struct.unpack("3i", packed)
    return int(pid), int(uid), int(gid)
