"""The proxy as its driver sees it: start it, hand it listeners, have it again when it died.

Not for what the proxy allows: that is told to it once, as ProxyRules.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from lookin.core.kernels.proxy.control import ControlLink, Json
from lookin.core.kernels.proxy.rules import HostRules, read_rule

log = logging.getLogger("lookin.kernels")
_ROOT = Path(__file__).resolve().parents[4]
_START_SECONDS = 20.0
_STOP_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class ProxyRules:
    """`mode` listed or public; `hosts` as in rules.py. Raises ValueError when it cannot be so."""

    mode: str
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        HostRules.read(self.mode, self.hosts)


def check_rule(text: str) -> None:
    """Raises ValueError with what is wrong about one host of the list."""
    read_rule(text)


class ProxyProcess:
    """One proxy for all kernels of a driver."""

    def __init__(self, rules: ProxyRules, python: str = sys.executable) -> None:
        self._rules, self._python = rules, python
        self._listeners: dict[str, int] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._link: ControlLink | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._asking = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process; None while there is none."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start it and keep it running. Raises OSError when it does not come up."""
        await self._launch()
        self._keeper = asyncio.create_task(self._keep())

    async def serve(self, kernel: str, listener: int) -> None:
        """Let it accept on `listener`, a listening socket; yours stays yours to close.

        While there is no proxy, the next one gets it. Raises OSError for what is no listener.
        """
        self._forget(kernel)
        self._listeners[kernel] = os.dup(listener)
        await self._hand_over(kernel)

    async def drop(self, kernel: str) -> None:
        """Close what it has of `kernel`."""
        self._forget(kernel)
        with contextlib.suppress(OSError):
            await self._ask({"op": "drop", "kernel": kernel})

    async def close(self) -> None:
        """End it. May be called twice."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._end()
        for kernel in list(self._listeners):
            self._forget(kernel)

    def _forget(self, kernel: str) -> None:
        descriptor = self._listeners.pop(kernel, None)
        if descriptor is not None:
            os.close(descriptor)

    async def _launch(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(self._python, "-s", "-m", "lookin.core.kernels.proxy"),
                *("--control", str(theirs.fileno())),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                cwd=_ROOT,
                env={"LANG": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)},
                start_new_session=True,
            )
        link = ControlLink(ours)
        rules = {"mode": self._rules.mode, "hosts": list(self._rules.hosts)}
        try:
            async with asyncio.timeout(_START_SECONDS):
                answer = await _asked(link, {"rules": rules})
            if "ready" not in answer:
                raise OSError(str(answer.get("failed")))
        except (OSError, ValueError) as error:  # a timeout is an OSError
            link.close()
            await self._end()
            raise OSError(f"the proxy did not start: {error}") from error
        self._link = link  # now others may ask

    async def _hand_over(self, kernel: str) -> None:
        descriptor = self._listeners[kernel]
        try:
            answer = await self._ask({"op": "serve", "kernel": kernel}, descriptor)
        except OSError:
            return  # it died; the keeper hands everything over again
        if "failed" in answer:
            self._forget(kernel)
            raise OSError(str(answer["failed"]))

    async def _ask(self, frame: Json, descriptor: int | None = None) -> Json:
        """One frame and its answer. Raises OSError when the proxy is gone."""
        async with self._asking:
            if self._link is None:
                raise OSError("there is no proxy")
            return await _asked(self._link, frame, descriptor)

    async def _keep(self) -> None:
        """Start it again whenever it ends, after a pause that grows while it ends at once."""
        pause = 0.1
        while True:
            began = asyncio.get_running_loop().time()
            if self._process is not None:
                await self._process.wait()
                log.warning("The proxy of the kernels ended; starting it again")
            await self._end()
            lived = asyncio.get_running_loop().time() - began
            pause = 0.1 if lived > _LONGEST_PAUSE_SECONDS else min(pause * 2, 10.0)
            await asyncio.sleep(pause)
            with contextlib.suppress(OSError):
                await self._launch()
                for kernel in list(self._listeners):
                    await self._hand_over(kernel)

    async def _end(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
        process, self._process = self._process, None
        if process is None:
            return
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _asked(link: ControlLink, frame: Json, descriptor: int | None = None) -> Json:
    """One frame and its answer. Raises OSError when the other end is gone."""
    await link.send(frame, descriptor)
    answer = await link.receive()
    if answer is None:
        raise OSError("the proxy ended")
    return answer
