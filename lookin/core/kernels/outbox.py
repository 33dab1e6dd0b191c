"""The kernel's side of its output: numbered, kept until the broker has logged it, sent again.

Runs under the kernels' Python, inside every kernel of ours. Knows nothing of code or cells: it
takes finished Jupyter messages. Its protocol: docs/decisions/0012 and 0013.
"""

from __future__ import annotations

import contextlib
import contextvars
import errno
import os
import threading
from collections import deque
from collections.abc import Callable
from time import sleep
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread
from jupyter_client.session import DELIM
from zmq.eventloop.zmqstream import ZMQStream

ROOM = 8_000_000  # bytes that may be kept; beyond that who wants to send waits
OVERHEAD = 800  # bytes that a kept message costs beside its content
_WAIT = (0.002, 0.05)  # seconds between two looks for room: at first, at most
_RETRY = 0.003  # seconds until a full socket is tried again
_NEVER_WAITS = (b".status", b".error", b".execute_input", b".shutdown", b".lookin_reply")
NUMBER = b"lookin:%d"
_Thread: Any = IOPubThread  # its Python is not ours: it has no types here
_Kept = tuple[int, list[bytes], int]  # its number (0: none, never kept), its frames, its size


class Outbox(_Thread):
    """ipykernel's output thread that never drops and never grows: instead the sender waits.

    Before the first `A` or `R` frame from the other side a message is forgotten once it is sent.
    """

    def __init__(self, socket: Any, session: Any) -> None:
        self._kept: deque[_Kept] = deque()
        self._next = 0  # place in _kept of the first message that is still to be sent
        self._count = 0
        self._retaining = False
        self._retrying = False
        self._came = self._went = 0  # bytes, ever; the difference is held
        self._counting = threading.Lock()
        self._signalled = self._draining = False
        self._xpub_stream: Any = None
        self._bare = contextvars.Context()  # no request belongs to what the thread itself does
        self.told: Callable[[], dict[str, Any]] = dict  # what `lookin_replayed` says
        super().__init__(socket, pipe=True, session=session)
        self._event_pipe_gc_seconds = 86_400.0  # we have no such pipes: do not wake up for them

    # -- asking for room ------------------------------------------------------------------------

    @property
    def full(self) -> bool:
        """Whether who sends must wait."""
        return self._came - self._went > ROOM

    def wait_for_room(self) -> None:
        """Wait while full; an interrupt ends the waiting. Kernel's own threads never wait."""
        if not self.full or self._is_exempt():
            return
        pause, most = _WAIT
        while self.full and self.thread.is_alive() and self._is_master_process():
            sleep(pause)
            pause = min(pause * 2, most)

    def _is_exempt(self) -> bool:
        """The control and channel threads must go on, or nothing could ever be interrupted."""
        thread = threading.current_thread()
        return bool(getattr(thread, "is_pydev_daemon_thread", False))

    # -- what other threads call ----------------------------------------------------------------

    def schedule(self, f: Callable[[], Any]) -> None:
        """Have `f` called in the output thread."""
        if threading.get_ident() == self.thread.ident or not self.thread.is_alive():
            f()
            return
        self._events.append(f)
        self._wake()

    def _wake(self) -> None:
        self._signalled = True  # before: the other thread may drain at once, and say that it has
        with contextlib.suppress(RuntimeError):  # the loop has been closed
            self._loop.call_soon_threadsafe(self._drain, context=self._bare)

    def _drain(self) -> None:
        """Do what was asked, in the order of asking; what is asked meanwhile comes behind."""
        self._signalled = False
        if self._draining:
            return
        self._draining = True
        try:
            for _ in range(len(self._events)):
                self._events.popleft()()
        finally:
            self._draining = False
            if self._events:
                self._wake()

    def send_multipart(self, msg: list[Any], *args: Any, **kwargs: Any) -> None:
        """Number, keep and send a message; waits for room unless it is one that ends a run."""
        if not self._is_master_process():  # a fork of the person's code: through the pipe
            super().send_multipart(msg, *args, **kwargs)
            return
        may_wait = not msg[0].endswith(_NEVER_WAITS)
        if may_wait:
            self.wait_for_room()
        frames = [part if isinstance(part, bytes) else bytes(memoryview(part)) for part in msg]
        size = sum(map(len, frames)) + OVERHEAD
        # In the output thread, too: other threads' messages that wait here are older than this one.
        self._events.append(lambda: self._take(frames, size))
        with self._counting:
            self._came += size
        if threading.get_ident() == self.thread.ident or not self.thread.is_alive():
            self._drain()
            return
        # One signal for many messages. What ends a run always signals: an interrupt may have
        # struck between the two lines above.
        if not (may_wait and self._signalled):
            self._wake()

    def stop(self) -> None:
        """As ipykernel's; and what came while it stopped is not lost, nor waited for in vain."""
        super().stop()
        while self._is_master_process() and not self.thread.is_alive() and self._events:
            self._drain()

    # -- in the output thread -------------------------------------------------------------------

    def _take(self, frames: list[bytes], size: int) -> None:
        self._count += 1
        at = frames.index(DELIM)
        self._kept.append((self._count, [*frames[:at], NUMBER % self._count, *frames[at:]], size))
        self._pump()

    def _pump(self) -> None:
        """Send what is to be sent, as far as the socket takes it."""
        while self._next < len(self._kept):
            number, frames, size = self._kept[self._next]
            if not self._send(frames):
                self._retry_soon()
                break
            if self._retaining and number:
                self._next += 1
            else:
                del self._kept[self._next]
                self._went += size
        # A send also takes the socket's own news, of which its descriptor then says nothing more:
        # https://zeromq.org/socket-api/ (ZMQ_EVENTS is to be looked at after each send). Else an R
        # that came during a send was never read, and whoever asked waited for ever.
        if self._xpub_stream is not None and not self._xpub_stream.closed():
            self._xpub_stream._update_handler(zmq.POLLIN)

    def _send(self, frames: list[bytes]) -> bool:
        """False when the other side is too far behind to take it now."""
        if self.socket is None or self.socket.closed:
            return True
        *firsts, last = frames
        try:
            for place, frame in enumerate(firsts):
                self.socket.send(frame, zmq.SNDMORE | (0 if place else zmq.NOBLOCK))
            self.socket.send(last)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != errno.ENOTSOCK:
                raise
        return True

    def _retry_soon(self) -> None:
        if self._retrying:
            return
        self._retrying = True

        def retry() -> None:
            self._retrying = False
            self._pump()

        self._loop.call_later(_RETRY, retry, context=self._bare)

    def _forget(self, number: int) -> None:
        """Let go of all messages up to `number`: they are logged."""
        while self._kept and 0 < self._kept[0][0] <= number:
            self._went += self._kept.popleft()[2]
            self._next = max(0, self._next - 1)

    def _replay(self, number: int) -> None:
        """Send everything after `number` again, and say then where the kernel stands."""
        self._forget(number)
        unnumbered = [kept for kept in self._kept if not kept[0]]
        for kept in unnumbered:  # of an earlier R
            self._kept.remove(kept)
            self._went += kept[2]
        self._next = 0
        forgotten = self._kept[0][0] - 1 if self._kept else self._count
        self._append_unnumbered("lookin_replayed", {**self.told(), "forgotten": forgotten})

    def _append_unnumbered(self, kind: str, content: dict[str, Any], topic: bytes = b"") -> None:
        frames = self.session.serialize(self.session.msg(kind, content))
        frames = [topic or kind.encode(), *frames]
        self._kept.append((0, frames, 0))
        self._pump()

    def _handle_subscription(self, frames: list[bytes]) -> None:
        """What comes up the socket: subscriptions, and the broker's A<n> and R<n>."""
        for frame in frames:
            if frame[:1] == b"\x01":
                with contextlib.suppress(UnicodeDecodeError):
                    self._append_unnumbered(
                        "iopub_welcome", {"subscription": frame[1:].decode()}, frame[1:]
                    )
            elif frame[:1] in {b"A", b"R"} and frame[1:].isdigit() and len(frame) < 20:
                self._retaining = True
                handle = self._forget if frame[:1] == b"A" else self._replay
                handle(int(frame[1:]))

    # -- other ways than ipykernel's ------------------------------------------------------------

    @property
    def _loop(self) -> Any:
        return self.io_loop.asyncio_loop

    def _setup_event_pipe(self) -> None:
        """No sockets to wake the thread: its loop's own pipe does that, with less memory."""

    def _setup_xpub_listener(self) -> None:
        self.socket.setsockopt(zmq.XPUB_NODROP, 1)
        self._xpub_stream = ZMQStream(self.socket, self.io_loop)
        self._xpub_stream.on_recv(self._handle_subscription)

    def _setup_pipe_in(self) -> None:
        """Where forks of the person's code send what they print: not TCP, which needs netlink."""
        self._pipe_uuid = os.urandom(16)
        self._pipe_address = f"ipc://@lookin-{os.urandom(16).hex()}"
        pipe = self.socket.context.socket(zmq.PULL)
        pipe.linger = 0
        pipe.bind(self._pipe_address)
        self._pipe_in = ZMQStream(pipe, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[Any, Any]:
        context = zmq.Context()  # a new one: the parent's does not live in a fork
        pipe = context.socket(zmq.PUSH)
        pipe.linger = 3000
        pipe.connect(self._pipe_address)
        return context, pipe

    def watch(self, descriptor: int, when_readable: Callable[[], None]) -> None:
        """Call `when_readable` in the output thread while there is something to read."""
        self._loop.call_soon_threadsafe(
            self._loop.add_reader, descriptor, when_readable, context=self._bare
        )

    def unwatch(self, descriptor: int) -> None:
        """The end of `watch`."""
        self._loop.call_soon_threadsafe(self._loop.remove_reader, descriptor)
