"""The process beside each kernel: its driver's door, its reaper, and its end.

PID 1 where there is a pid namespace, so that nothing of a kernel outlives it. One thread, and as
little memory as possible. Not for building the fence (`birth`, `sandbox`).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from pathlib import Path
from typing import NoReturn

from ..sandbox.fence import Fence, FenceError
from . import frames
from .folder import Folder
from .frames import Json

_LAST_WORDS = 0.5  # seconds for a broker to take the last frame
_KILLING = 5.0  # seconds until what does not die is left alone


class Warden:
    """Watches over one kernel until it ends, or nobody asks for it any more."""

    _fence: Fence
    _kernel: int  # its pid, as seen from here

    def __init__(
        self, folder: Folder, door: socket.socket, pair: socket.socket, life: int, orphan: float
    ) -> None:
        """In the zygote, before the fork. `life` reads an end when the zygote has died."""
        self._states: dict[str, bytes] = {}
        self.inside = frames.Frames(pair)
        self._folder, self._door, self._life, self._orphan_seconds = folder, door, life, orphan
        self._broker: frames.Frames | None = None
        self._state = "starting"
        self._claim = ""  # one that waits for the kernel to be ready
        self._given = False
        self._cwd = ""
        self._proxy: socket.socket | None = None
        self._why: Json = {}
        self._woken, self._waking = socket.socketpair()  # by SIGCHLD
        self._poll = select.poll()
        for end in (self._woken, self._waking):
            end.setblocking(False)
        for watched in (door, pair, life, self._woken):
            self._poll.register(watched, select.POLLIN)

    def christen(self, kernel_uid: int) -> None:
        """In the zygote: what to say of the kernel, ready to be sent."""
        for state in ("starting", "ready", "claimed"):
            self._states[state] = frames.pack({"state": state, "kernel_uid": kernel_uid})

    @property
    def ends(self) -> tuple[socket.socket, ...]:
        """What the zygote closes after the fork."""
        return self.inside.stream, self._woken, self._waking

    def watch(self, fence: Fence, kernel: int) -> NoReturn:
        """In PID 1: serve until the kernel is gone. The zygote's handler of SIGCHLD is ours too."""
        self._fence, self._kernel = fence, kernel
        signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)
        keep = {self._life, self._door.fileno(), *self._folder.descriptors, *fence.descriptors}
        _close_others(keep | {end.fileno() for end in self.ends})
        self._alone_since = time.monotonic()
        self._reap()
        while True:
            self._turn()

    def _turn(self) -> None:
        """One round: wait for something, and do it."""
        waiting = None
        if self._broker is None:
            left = self._alone_since + self._orphan_seconds - time.monotonic()
            if left <= 0:
                self._end_alone()
            waiting = left * 1000 + 1
        # The door last: a new line may get the number of the one it replaces.
        ready = [descriptor for descriptor, _ in self._poll.poll(waiting)]
        for descriptor in sorted(ready, key=lambda number: number == self._door.fileno()):
            if descriptor == self._woken.fileno():
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(4096)
                self._reap()
            elif descriptor == self._door.fileno():
                self._let_in()
            elif descriptor == self._life:
                self._end_alone()
            elif descriptor == self.inside.stream.fileno():
                self._hear_kernel()
            elif self._broker and descriptor == self._broker.stream.fileno():
                self._hear_broker()

    # -- the broker -----------------------------------------------------------------------------

    def _let_in(self) -> None:
        """The newest connection is the broker's."""
        stream, _ = self._door.accept()
        stream.settimeout(_LAST_WORDS)
        self._let_go()
        self._broker = frames.Frames(stream)
        self._poll.register(stream, select.POLLIN)
        self._tell_state()

    def _let_go(self) -> None:
        if self._broker is not None:
            self._poll.unregister(self._broker.stream)
            self._broker.stream.close()
            self._broker = None
            self._alone_since = time.monotonic()

    def _tell(self, frame: Json | bytes, descriptors: tuple[int, ...] = ()) -> None:
        if self._broker is None:
            return
        try:
            frames.send(self._broker.stream, frame, descriptors)
        except OSError:
            self._let_go()

    def _tell_state(self) -> None:
        self._tell(self._states[self._state])

    def _hear_broker(self) -> None:
        assert self._broker is not None
        try:
            texts = self._broker.read_texts()
            requests = [(text, frames.parse(text)) for text in texts or ()]
        except (OSError, ValueError):
            texts = None
        if texts is None:
            self._let_go()
            return
        for text, request in requests:
            operation = request.get("op")
            if operation == "claim":
                self._take_claim(text)
            elif operation == "interrupt":
                self._interrupt()
            elif operation == "end":
                self._kill_all()
            elif operation == "proxy":
                self._hand_out_proxy(frames.pack({"proxy": self._proxy is not None}))

    # -- the kernel -----------------------------------------------------------------------------

    def _hear_kernel(self) -> None:
        try:
            news = self.inside.read()
        except (OSError, ValueError):
            news = None
        if news is None:
            self._poll.unregister(self.inside.stream)
        for frame in news or ():
            if frame.get("ready"):
                self._state = "ready"
                self._tell_state()
                if self._claim:
                    self._take_claim(self._claim)
            elif "claimed" in frame:
                self._claimed()
            elif "failed" in frame:
                self._why = {"why": "fence_failed", "said": str(frame["failed"])[:500]}
                self._tell({"failed": str(frame["failed"])[:500]})

    def _take_claim(self, text: str) -> None:
        """Let the workspace in and tell the kernel whose it is, in the broker's own words."""
        if self._state == "starting":
            self._claim = text
            return
        if self._given:
            self._tell({"failed": "This kernel has been given away already."})
            return
        self._given = True
        try:
            claim = frames.parse(text)
            self._cwd = self._fence.admit(str(claim["folder"]))
            if claim.get("proxy"):
                self._proxy = self._fence.proxy_listener()
            self._fence.shut()
            where = f'{{"cwd":{frames.quote(self._cwd)}}}'
            self.inside.stream.sendall(frames.seal(text) + frames.seal(where))
        except (FenceError, OSError, KeyError, TypeError, ValueError) as error:
            self._tell({"failed": f"{error}" or type(error).__name__})
            self._kill_all()

    def _claimed(self) -> None:
        """The kernel has taken its folder and environment; it is somebody's now."""
        self._state = "claimed"
        with contextlib.suppress(KeyError):
            self._poll.unregister(self._life)
            os.close(self._life)
            self._life = -1  # its number will be another's
        self._hand_out_proxy(frames.seal(f'{{"claimed":true,"cwd":{frames.quote(self._cwd)}}}'))
        self._tell_state()

    def _hand_out_proxy(self, frame: bytes) -> None:
        self._tell(frame, (self._proxy.fileno(),) if self._proxy else ())

    def _interrupt(self) -> None:
        """As Ctrl-C in a terminal: the kernel and what it started. In stock there is nothing."""
        if self._state == "claimed":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._kernel, signal.SIGINT)
        self._tell({"interrupted": True})

    # -- the end --------------------------------------------------------------------------------

    def _reap(self) -> None:
        """Bury the dead; when the kernel is among them, that is the end."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._finish(None)
            if not pid:
                return
            if pid == self._kernel:
                self._finish(os.waitstatus_to_exitcode(status))

    def _finish(self, status: int | None) -> NoReturn:
        """Leave nothing running, write down why it ended, tell, go."""
        self._kill_all()
        self._bury_all()
        ending: Json = {"exit": status, **self._why}
        with contextlib.suppress(OSError):
            self._folder.write("exit.json", json.dumps(ending).encode())
        self._tell(ending)
        os._exit(0)

    def _end_alone(self) -> NoReturn:
        """Nobody will ever ask for this kernel again: end it and leave no trace."""
        self._kill_all()
        self._bury_all()
        self._folder.remove()
        os._exit(0)

    def _kill_all(self) -> None:
        """Everything below this process, whatever session it calls its own."""
        if os.getpid() == 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            return
        for pid in _descendants():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def _bury_all(self) -> None:
        """Reap until there is no child left; orphans below came to us."""
        deadline = time.monotonic() + _KILLING
        with contextlib.suppress(ChildProcessError):
            while time.monotonic() < deadline:
                if not os.waitpid(-1, os.WNOHANG)[0]:
                    self._kill_all()
                    time.sleep(0.005)


def _descendants() -> list[int]:
    found = [os.getpid()]
    for pid in found:  # grows meanwhile
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found[1:]


def _close_others(keep: set[int]) -> None:
    """Close what came along from the zygote and is not ours."""
    first = 3
    for descriptor in sorted(number for number in keep if number >= 3):
        os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, 65_536)
