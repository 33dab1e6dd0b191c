"""The zygote's process as the broker sees it: exec'd clean, asked to fork, ended with its socket.

The process itself stands in `zygote/`. Not for when it is replaced (`generation.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
from pathlib import Path
from typing import Any

from lookin.core.kernels import zygote
from lookin.core.kernels.driver import KernelStartError, not_started
from lookin.core.kernels.environment import kernel_environment
from lookin.core.kernels.frames import FrameLine

Json = dict[str, Any]
_READY_SECONDS = 120.0  # imports on a cold disk
_LAST_WORDS = 4_000  # bytes of its stderr that are kept to explain its end
_END_SECONDS = 5.0


def zygote_lost(reason: str) -> KernelStartError:
    """What a start raises when there is no zygote to fork from."""
    return KernelStartError(
        "The part of Lookin that prepares kernels does not run ({reason}). "
        "Your notebook is as it was.",
        "Run the cell again; if it goes on, tell the person who runs this place.",
        code="zygote_lost",
        values={"reason": reason},
    )


class ZygoteProcess:
    """One running zygote."""

    def __init__(self, process: asyncio.subprocess.Process, line: FrameLine) -> None:
        self.pid = process.pid
        self.missing: list[Json] = []
        self.importing = ""  # the package that it is importing just now
        self.gone = asyncio.Event()
        self._process = process
        self._line = line
        self._last_words = b""
        self._asked: dict[str, asyncio.Future[Json]] = {}
        self._ready: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._listen())]

    @classmethod
    async def spawn(cls, python: Path, imports: tuple[str, ...], scratch: Path) -> ZygoteProcess:
        """A zygote that has imported what can be. Raises KernelStartError `zygote_lost`.

        What kills it when it is imported, or never ends, is left out the next time. `scratch` is
        there, and keeps its caches (matplotlib's list of fonts takes seconds to make).
        """
        without: dict[str, str] = {}
        while True:
            words = ["--imports", ",".join(imports), "--without", json.dumps(without)]
            made = await cls._launch(python, words, scratch)
            try:
                made.missing = await made._wait_ready()
            except KernelStartError:
                await made.close()
                if not made.importing or made.importing in without:
                    raise
                without[made.importing] = "Python does not survive its import"
            except BaseException:
                await made.close()
                raise
            else:
                return made

    @classmethod
    async def _launch(cls, python: Path, words: list[str], scratch: Path) -> ZygoteProcess:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    str(python),
                    str(Path(zygote.__file__).parent),
                    "--control",
                    str(theirs.fileno()),
                    *words,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.PIPE,
                    cwd=scratch,
                    env=kernel_environment(os.environ, python, scratch, scratch),
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
        except BaseException as error:
            ours.close()
            if isinstance(error, OSError):
                raise zygote_lost(error.strerror or "it cannot be run") from error
            raise
        return cls(process, FrameLine(ours))

    async def _wait_ready(self) -> list[Json]:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                frame = await self._ready
        except TimeoutError:
            raise zygote_lost("it took too long") from None
        missing = frame.get("missing")
        return [entry for entry in missing if isinstance(entry, dict)] if missing else []

    async def fork(self, order: Json) -> None:
        """Fork a warden and its kernel, as the contract's `fork` says. Raises KernelStartError."""
        name = str(order["id"])
        if self.gone.is_set():
            raise zygote_lost("it ended")
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked[name] = answer
        try:
            self._line.send({"op": "fork", **order})
            frame = await answer
        finally:
            self._asked.pop(name, None)
        if "failed" in frame:
            reason = str(frame.get("why", ""))
            raise not_started(reason, fence="FenceError" in reason)

    async def _hear(self) -> None:
        while (frame := await self._line.receive()) is not None:
            if frame.get("ready") is True and not self._ready.done():
                self._ready.set_result(frame)
                continue
            self.importing = str(frame.get("importing", ""))
            answer = self._asked.get(str(frame.get("forked") or frame.get("failed")))
            if answer is not None and not answer.done():
                answer.set_result(frame)
        await self._process.wait()
        self.gone.set()
        for waiting in (self._ready, *self._asked.values()):
            if not waiting.done():
                waiting.set_exception(zygote_lost(self._why()))
        with contextlib.suppress(asyncio.CancelledError, KernelStartError):
            self._ready.exception()  # somebody may not be waiting any more

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(65_536):
            self._last_words = (self._last_words + chunk)[-_LAST_WORDS:]

    def _why(self) -> str:
        lines = self._last_words.decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "it ended"

    async def close(self) -> None:
        """End it, with the forks that nobody has claimed. May be called twice."""
        self._line.close()  # the end of its socket is its sign to end
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _END_SECONDS)
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self.gone.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
