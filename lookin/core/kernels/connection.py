"""The sockets to one kernel: signed Jupyter messages over `ipc` files in a private folder.

Not for processes (`drivers/`) and not for the order of what is heard (`sequence.py`). Loopback TCP
is never used: any local process could read it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from lookin.core.kernels.asking import MARK, Questions
from lookin.core.kernels.driver import CommMessage, Heard, NotSupportedError, Question, Resumed
from lookin.core.kernels.messages import (
    Asked,
    Comm,
    Idle,
    Replied,
    Report,
    read_content,
    too_large,
)
from lookin.core.kernels.sequence import Sequence
from lookin.core.kernels.wire import Aside, Message, Wire
from lookin.core.kernels.zmtp import Line
from lookin.core.lib.clock import monotonic

Json = dict[str, Any]
MESSAGE_BYTES = 10_000_000  # a larger one is not kept; a cell has room for 8 MB
_KINDS = {"iopub_port": b"XSUB"}  # all others are DEALERs
_PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
_WAITING, _WAITING_BYTES = 64, 8_000_000  # read ahead; beyond that the kernel itself waits
_KEPT, _KEPT_BYTES = 100_000, 40_000_000  # read ahead of a kernel that repeats what it kept
_MOST_RECEIVED = 500  # requests that an adopted kernel may name
_MOST_NUMBER = 1 << 53  # of a message
_LONG = 0.003  # seconds to read one message, after which its kernel lets others have their turn
_AGAIN = 0.02  # seconds between two looks whether a kernel listens yet
_ASKED = 1.0  # seconds after which a kernel that said nothing is asked once more
_LAST_WORDS = 0.2  # seconds that a dead kernel's sockets get to close
_ACKNOWLEDGE = 0.05  # seconds for which acknowledgements are gathered
_ANSWER_SECONDS = 10.0  # for a kernel to take what a person typed
_FLOOD = 1_000_000  # bytes after which one is sent at once


class Connection:
    """Both ends of a kernel's sockets: the file for the kernel, and the talk with it."""

    def __init__(self, private: Path, info: Json | None = None) -> None:
        """`private` must be a folder of mode 0700 with a short path (AF_UNIX allows 107 bytes).

        `info` is that of a kernel which runs already.
        """
        self.file = private / "connection.json"
        self._base = str(private / "s")
        key = str((info or {}).get("key") or secrets.token_hex(32))
        self.info: Json = {"transport": "ipc", "ip": self._base, "key": key, **_PORTS}
        self.info |= {"signature_scheme": "hmac-sha256", "kernel_name": "python3"}
        self._wire = Wire(key)
        # Kernels ask for a person's line where the code came from, so that the socket for code and
        # the one for lines need one identity; and it must be the next broker's, too.
        self._identity = b"lookin-" + hashlib.sha256(key.encode()).hexdigest()[:16].encode()
        self._questions = Questions(self._wire, self._post, lambda: bool(self._unanswered))
        self._connecting = asyncio.Lock()
        self._order = Sequence()
        self._lines: dict[str, Line] = {}
        self._reports: list[Heard] = []
        self._waiting_bytes = 0  # of messages, those that are in `_reports`
        self._heard: set[str] = set()  # which sockets have spoken
        self._resumed: asyncio.Future[Resumed] | None = None
        self._news = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._unsent = 0
        self._unanswered: set[str] = set()  # requests that were sent
        self._free = False  # read on, however much waits

    def write_file(self) -> None:
        """The connection file, for our eyes and the kernel's."""
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self.info, file)

    async def open(self) -> None:
        """Connect as soon as the kernel listens; waits for it however long."""
        for port in ("iopub_port", "shell_port"):
            await self._connect(port)
        self._keeping = asyncio.create_task(self._keep_open())

    async def _post(self, port: str, frames: list[bytes]) -> None:
        """Send on a socket that may have to be connected first."""
        async with self._connecting:
            if port not in self._lines:
                await self._connect(port)
        self._lines[port].send(frames)

    async def _connect(self, port: str) -> None:
        take = self._take_output if port == "iopub_port" else self._take_reply
        identity = self._identity if port in {"shell_port", "stdin_port"} else b""
        while True:
            line = Line(_KINDS.get(port, b"DEALER"), MESSAGE_BYTES, take, identity)
            with contextlib.suppress(OSError):
                await line.connect(Path(f"{self._base}-{_PORTS[port]}"))
                break
            await asyncio.sleep(_AGAIN)
        self._lines[port] = line
        if port == "iopub_port":
            line.send([b"\x01"])
            line.send([self._order.ask_again()])

    async def _keep_open(self) -> None:
        """A line that breaks while its kernel lives is made again; numbers say what was missed."""
        while True:
            closing = [asyncio.ensure_future(line.closed.wait()) for line in self._lines.values()]
            try:
                await asyncio.wait(closing, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in closing:
                    task.cancel()
            self._news.set()
            await asyncio.sleep(_ASKED)  # a kernel that breaks its lines on purpose costs little
            for port, line in list(self._lines.items()):
                if line.closed.is_set():
                    await self._connect(port)

    async def wait_subscribed(self) -> None:
        """Until a counting kernel says that its output reaches us; it need not take code yet."""
        await self._until(lambda: "replayed" in self._heard)

    async def wait_ready(self) -> None:
        """Until both the output socket and the request socket have spoken.

        Without the first, the first output could be lost (protocol 5.5's iopub_welcome; the stock
        server "nudges" for older kernels, and so do we: by asking again).
        """
        while not {"iopub", "shell"} <= self._heard:
            self._lines["shell_port"].send(self._wire.pack("kernel_info_request", {}))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_ASKED):
                    await self._until(lambda: {"iopub", "shell"} <= self._heard)
        if not self._order.counting:  # else it asks for lines where its output goes
            await self._connect("stdin_port")
        self._reports.clear()  # the echo of our own questions
        self._waiting_bytes = 0

    async def _until(self, condition: Any) -> None:
        while not condition():
            self._news.clear()
            await self._news.wait()

    async def resume(self, after: int) -> Resumed:
        """Everything after `after` once more; what the kernel says then comes from `reports`."""
        self._order = Sequence(after)
        self._free = True  # what the kernel kept has a bound
        self._resumed = asyncio.get_running_loop().create_future()
        try:
            await self.open()
            return await self._resumed
        finally:
            self._free, self._resumed = False, None

    async def execute(
        self, request: str, code: str, *, again: bool = False, stdin: bool = True
    ) -> None:
        """Send the code under the caller's own id."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": stdin,
            "stop_on_error": False,  # the session stops its own queue
        }
        metadata = {"lookin_again": True} if again else {}
        self._unanswered.add(request)
        self._lines["shell_port"].send(
            self._wire.pack("execute_request", content, request, metadata)
        )

    async def answer(self, asked: str, text: str) -> None:
        """Send the line that a person typed. It is nowhere kept."""
        frames = self._wire.pack("input_reply", {"value": text}, aside=Aside(asked))
        with contextlib.suppress(TimeoutError):  # it is ending
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._post("stdin_port", frames)

    async def ask(self, question: Question) -> Json:
        """See driver.Kernel."""
        if question.ours and not self._order.counting:
            raise NotSupportedError
        return await self._questions.ask(question)

    async def send_comm(self, message: CommMessage) -> None:
        """See driver.Kernel."""
        content = {"comm_id": message.comm, "data": message.data}
        aside = Aside(buffers=message.buffers)
        frames = self._wire.pack("comm_msg", content, message.request, None, aside)
        self._lines["shell_port"].send(frames)

    async def ask_shutdown(self) -> None:
        """Ask the kernel to end by itself."""
        line = self._lines.get("control_port")
        if line is None:
            line = Line(b"DEALER", MESSAGE_BYTES, lambda frames, left_out: None)
            with contextlib.suppress(OSError):
                await line.connect(Path(f"{self._base}-{_PORTS['control_port']}"))
                self._lines["control_port"] = line
        line.send(self._wire.pack("shutdown_request", {"restart": False}))

    def acknowledge(self, number: int) -> None:
        """The kernel may forget up to `number`. Gathered, since each wakes the kernel."""
        self._order.acknowledge(number)
        if self._unsent > _FLOOD:
            self._send_acknowledgement()
        elif self._sending is None:
            loop = asyncio.get_running_loop()
            self._sending = loop.call_later(_ACKNOWLEDGE, self._send_acknowledgement)

    def _send_acknowledgement(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        self._sending, self._unsent = None, 0
        frame = self._order.acknowledgement()
        if frame is not None and "iopub_port" in self._lines:
            self._lines["iopub_port"].send([frame])

    async def reports(self, gone: asyncio.Event) -> AsyncIterator[Heard]:
        """Reports until `gone` is set and the sockets are empty."""
        watch = asyncio.create_task(self._tell(gone))
        try:
            while True:
                while self._reports:
                    batch, self._reports, self._waiting_bytes = self._reports, [], 0
                    for heard in batch:
                        yield heard
                for line in list(self._lines.values()):
                    line.resume()
                if not self._reports:
                    if watch.done():
                        return
                    self._news.clear()
                    await self._news.wait()
        finally:
            watch.cancel()

    async def _tell(self, gone: asyncio.Event) -> None:
        """When the kernel is gone, what it said last is still on its way until its lines close.

        What it started may hold them open.
        """
        await gone.wait()
        if self._keeping is not None:
            self._keeping.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS):
                for line in self._lines.values():
                    await line.closed.wait()
        self._news.set()

    def _take_reply(self, frames: list[bytes], left_out: int) -> None:
        message = self._wire.unpack(frames, left_out)
        if message is None or self._questions.take(message):
            return
        if message.kind == "kernel_info_reply":
            self._heard.add("shell")
            features = (message.content or {}).get("supported_features")
            self._questions.has_subshells = "kernel subshells" in (features or ())
            self._news.set()
        elif not self._order.counting:  # else it comes in order, as `lookin_reply`
            self._read(message)

    def _take_output(self, frames: list[bytes], left_out: int) -> None:
        began = monotonic()
        self._take_in_order(frames, left_out)
        spent = monotonic() - began
        if spent > _LONG and "iopub_port" in self._lines:
            self._lines["iopub_port"].hold(2 * spent)

    def _take_in_order(self, frames: list[bytes], left_out: int) -> None:
        message = self._wire.unpack(frames, left_out)
        if message is None:
            return
        self._heard.add("iopub")
        if message.kind == "lookin_replayed":
            self._take_replayed(message.content or {})
            return
        for following in self._order.take(message):
            self._read(following)
        if self._order.gap:
            self._lines["iopub_port"].send([self._order.ask_again()])

    def _take_replayed(self, content: Json) -> None:
        self._heard.add("replayed")
        said = content.get("forgotten")
        forgotten = said if type(said) is int and 0 <= said < _MOST_NUMBER else 0
        for following in self._order.replayed(forgotten):
            self._read(following)
        if self._resumed is not None and not self._resumed.done():
            received, running = content.get("received"), content.get("running")
            received = received[-_MOST_RECEIVED:] if isinstance(received, list) else []
            known = frozenset(map(str, received))
            self._unanswered.update([str(running)] if running else [])
            asking = content.get("asking")
            waits = read_content("lookin_input", str(running), asking) if asking else None
            waits = waits if isinstance(waits, Asked) else None
            self._resumed.set_result(Resumed(known, str(running) if running else None, waits))
        self._news.set()

    def _read(self, message: Message) -> None:
        """Hand on what is a report; the rest is acknowledged here, since nobody else will."""
        self._unsent += message.size
        report = _report_of(message)
        if report is None:
            self._order.pass_over(message.number)
            if self._unsent > _FLOOD:
                self._send_acknowledgement()
            return
        self._order.hand_on(message.number)
        self._reports += self._completed(message.number, report)
        self._news.set()
        self._waiting_bytes += message.size
        if self._reads_ahead():
            for line in self._lines.values():
                line.pause()

    def _reads_ahead(self) -> bool:
        """Whether enough waits. One who repeats more than it may keep is never done repeating."""
        most, most_bytes = (_KEPT, _KEPT_BYTES) if self._free else (_WAITING, _WAITING_BYTES)
        return len(self._reports) >= most or self._waiting_bytes >= most_bytes

    def _completed(self, number: int, report: Report) -> list[Heard]:
        """The report; and the end of a run whose reply an interrupt has swallowed, before its idle.

        Only where the order holds: a reply on another socket may come after the idle.
        """
        heard = [Heard(number, report)]
        if not isinstance(report, Replied | Idle) or report.parent not in self._unanswered:
            return heard
        if isinstance(report, Replied):
            self._unanswered.discard(report.parent)
        elif self._order.counting:
            self._unanswered.discard(report.parent)
            heard.insert(0, Heard(number, Replied(report.parent, "interrupted", None, ())))
        return heard

    async def close(self) -> None:
        """Close the sockets; the kernel must be gone. May be called twice."""
        if self._sending is not None:
            self._sending.cancel()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        for line in self._lines.values():
            line.close()
        for line in self._lines.values():
            await line.closed.wait()
        self._lines.clear()


def _report_of(message: Message) -> Report | None:
    if message.parent.startswith(MARK):  # nobody expects more than the reply
        return None
    content = message.content
    if content is None:
        return too_large(message.parent, message.size)
    if message.kind == "input_request":
        content = {**content, "request": message.id}
    report = read_content(message.kind, message.parent, content)
    if isinstance(report, Comm):
        metadata = message.metadata if report.kind == "open" else {}
        return replace(report, metadata=metadata, buffers=message.buffers)
    return report
