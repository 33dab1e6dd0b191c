"""ipykernel as Lookin runs it: the same kernel, with an outbox that waits, numbers and replays.

Runs under the kernels' Python, for exec'd and for forked kernels. Not for starting them.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import threading
from typing import Any

import zmq
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session

from .kernelanswers import AnsweringKernel
from .outbox import Outbox

# Their Python is not ours: they have no types here.
_Stream: Any = OutStream
_Session: Any = Session
_App: Any = IPKernelApp
PRINTED_AT_ONCE = 1_000_000  # characters in one message
REMEMBERED = 500  # ids of execute requests
_READ_AT_ONCE = 65_536
_LATER = 0.05  # seconds until a full outbox is asked again


class PatientStream(_Stream):
    """sys.stdout and sys.stderr: long output leaves in portions, and waits for a slow reader.

    Left alone ipykernel gathers 0.2 s of output into one message, which can be a hundred
    megabytes. What C code writes to the descriptor is read by the output thread: no two more
    threads for it.
    """

    _fid: int | None
    _should_watch: bool
    _unsent = 0
    _keyed: tuple[Any, frozenset[Any]] = (None, frozenset())  # a parent, and it as a key

    def write(self, string: str) -> int | None:
        """Take text; the number of characters."""
        unusual = self.pub_thread is None or not isinstance(string, str) or self.echo is not None
        if unusual or os.getpid() != self._master_pid:
            written: int | None = super().write(string)
            return written
        if len(string) > PRINTED_AT_ONCE:
            for start in range(0, len(string), PRINTED_AT_ONCE):
                self.write(string[start : start + PRINTED_AT_ONCE])
            return len(string)
        if self.pub_thread.full:
            self.pub_thread.wait_for_room()
        self._gather(string)
        return len(string)

    def _gather(self, string: str) -> None:
        parent = self.parent_header
        keyed = self._keyed
        if keyed[0] is not parent:  # it is the same object for a whole request
            self._keyed = keyed = (parent, frozenset(parent.items()))
        with self._buffer_lock:
            self._buffers[keyed[1]].write(string)
        self._unsent += len(string)
        if self._unsent >= PRINTED_AT_ONCE:
            self.flush()
        elif not self._flush_pending:
            self._schedule_flush()

    def flush(self) -> None:
        """As ipykernel's, but nobody waits for a thread that has ended."""
        thread = getattr(self.pub_thread, "thread", None)
        if thread is None or not thread.is_alive() or thread is threading.current_thread():
            self._flush()
            return
        done = threading.Event()
        self.pub_thread.schedule(self._flush)
        self.pub_thread.schedule(done.set)
        while not done.wait(_LATER) and thread.is_alive():
            pass

    def _flush(self) -> None:
        self._unsent = 0
        super()._flush()

    def _setup_stream_redirects(self, name: str) -> None:
        reading, writing = os.pipe()
        self._original_stdstream_fd = 1 if name == "stdout" else 2
        self._original_stdstream_copy = os.dup(self._original_stdstream_fd)
        os.dup2(writing, self._original_stdstream_fd)
        os.close(writing)
        os.set_blocking(reading, False)
        self._fid = reading
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.pub_thread.watch(reading, self._read_descriptor)

    def _read_descriptor(self) -> None:
        """In the output thread: what C code or a child process wrote."""
        thread = self.pub_thread
        if thread is None or self._fid is None:
            return
        if thread.full:  # then it waits in the pipe, and its writer with it
            thread.io_loop.asyncio_loop.remove_reader(self._fid)
            thread.io_loop.call_later(_LATER, thread.watch, self._fid, self._read_descriptor)
            return
        try:
            written = os.read(self._fid, _READ_AT_ONCE)
        except (BlockingIOError, OSError):
            return
        self.write(self._decoder.decode(written))
        with contextlib.suppress(OSError):
            os.write(self._original_stdstream_copy, written)

    def close(self) -> None:
        """Give the descriptor back."""
        if self._should_watch and self._fid is not None:
            self._should_watch = False
            os.dup2(self._original_stdstream_copy, self._original_stdstream_fd)
            os.close(self._original_stdstream_copy)
            self.pub_thread.unwatch(self._fid)
            self._fid = None
        super().close()


class EchoingSession(_Session):
    """Says the end of each run on the output channel too, so that one channel holds everything."""

    outbox: Outbox | None = None

    def send(self, stream: Any, msg_or_type: Any, *args: Any, **kwargs: Any) -> Any:
        """As Session.send."""
        sent = super().send(stream, msg_or_type, *args, **kwargs)
        if msg_or_type == "execute_reply" and sent and self.outbox is not None:
            parent = kwargs.get("parent", args[1] if len(args) > 1 else None)
            topic = b"kernel.lookin_reply"
            super().send(self.outbox, "lookin_reply", sent["content"], parent, ident=topic)
        return sent


class RememberingKernel(AnsweringKernel):
    """Knows which requests it has received, and takes none twice."""

    def __init__(self, **kwargs: Any) -> None:
        self.received: dict[str, bool] = {}  # and whether they came as sent again
        self.running: str | None = None
        super().__init__(**kwargs)
        self._execute_sleep = 0.0  # ipykernel's guard for output that our flush waits for

    def tell(self) -> dict[str, Any]:
        """Where it stands, for `lookin_replayed`."""
        return {
            "received": list(self.received),
            "running": self.running,
            "asking": self.asking,
        }

    async def shell_channel_thread_main(self, msg: list[Any]) -> None:
        """As ipykernel's, without requests that were sent again and had come."""
        if not self._came_before(msg):
            await super().shell_channel_thread_main(msg)

    def _came_before(self, msg: list[Any]) -> bool:
        try:
            frames = self.session.feed_identities(msg, copy=False)[1]
            message = self.session.deserialize(frames, content=False, copy=False)
            header, metadata = message["header"], message["metadata"]
            if header["msg_type"] != "execute_request":
                return False
            request = str(header["msg_id"])
            again = metadata.get("lookin_again") is True
        except Exception:  # noqa: BLE001 (ipykernel says what is wrong with it)
            return False
        # Whichever of the two comes first is taken: the first one may only have been late.
        if request in self.received and (again or self.received[request]):
            return True
        self.received.pop(request, None)
        self.received[request] = again
        while len(self.received) > REMEMBERED:
            del self.received[next(iter(self.received))]
        return False

    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """As ipykernel's; meanwhile `running` is its id."""
        if threading.current_thread() is not threading.main_thread():  # a subshell
            await super().execute_request(stream, ident, parent)
            return
        self.running = parent["header"].get("msg_id")
        try:
            await super().execute_request(stream, ident, parent)
        finally:
            self.running = None


class LookinKernelApp(_App):
    """IPKernelApp with the parts above."""

    iopub_port: int

    def _session_default(self) -> Any:
        return EchoingSession(parent=self)

    def _kernel_class_default(self) -> type[Any]:
        return RememberingKernel

    def _outstream_class_default(self) -> str:
        return f"{PatientStream.__module__}.{PatientStream.__qualname__}"

    def init_pdb(self) -> None:
        """As ipykernel's; and no record is made of what no handler will write."""
        super().init_pdb()
        self.log.setLevel(self.log_level)

    def init_iopub(self, context: Any) -> None:
        """As ipykernel's, with the outbox as its thread."""
        self.iopub_socket = context.socket(zmq.XPUB)
        self.iopub_socket.linger = 1000
        self.iopub_port = self._bind_socket(self.iopub_socket, self.iopub_port)
        self.configure_tornado_logger()
        outbox = Outbox(self.iopub_socket, self.session)
        self.session.outbox = self.iopub_thread = outbox
        outbox.start()
        self.iopub_socket = outbox.background_socket

    def init_kernel(self) -> None:
        """As ipykernel's."""
        super().init_kernel()
        self.iopub_thread.told = self.kernel.tell
