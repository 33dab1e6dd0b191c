"""A real zygote and its kernels, spoken to by hand: no driver, no broker."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session

from lookin.core.kernels import zygote
from lookin.core.kernels.zygote import frames
from tests.live.broker_process import KERNEL_PYTHON

Json = dict[str, Any]
DEADLINE = 30.0
PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
PREFIXES = (str(KERNEL_PYTHON.parent.parent), str(Path(os.path.realpath(KERNEL_PYTHON)).parents[1]))


def wait_until(condition: Callable[[], Any], what: str) -> None:
    """Wait for a condition, never for a time."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


class ZygoteProcess:
    """The zygote, its control socket and the folders it is given."""

    def __init__(self, imports: str = "numpy", **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lz"))
        self.control, theirs = socket.socketpair()
        self.control.settimeout(DEADLINE)
        words = [str(KERNEL_PYTHON), str(Path(zygote.__file__).parent)]
        words += ["--control", str(theirs.fileno()), "--imports", imports]
        (self.folder / "cache").mkdir()
        clean = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.folder / "cache")}
        self.process = subprocess.Popen(
            words,
            pass_fds=[theirs.fileno()],
            env={**clean, "LOOKIN_ZYGOTE_SECRET": "of-the-zygote", **environment},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self._frames = frames.Frames(self.control)
        self.kernels: list[ZygoteKernel] = []
        self.ready = self.next()
        while "importing" in self.ready:
            self.ready = self.next()

    def next(self) -> Json:
        """The next frame from it."""
        return self._frames.wait() or {}

    def ask(self, tier: str = "none", **more: Any) -> Json:
        """Ask for a fork; the zygote's answer, with the kernel's private folder."""
        private = self.folder / secrets.token_hex(4)
        private.mkdir(mode=0o700)
        plan: Json = {"tier": tier, "readable": PREFIXES, "limits": {}}
        if tier == "full" and os.getuid() == 0:
            plan["uid"] = 2_000_000_000 + secrets.randbelow(1_000_000)
        connection = {"ip": f"{private}/s", "key": "secret", "transport": "ipc", **PORTS}
        request = {"op": "fork", "id": private.name, "private": str(private), "plan": plan}
        request |= {"connection": connection, "orphan_seconds": 60.0, "folder": None, **more}
        frames.send(self.control, request)
        return {**self.next(), "private": private}

    def fork(self, tier: str = "none", **more: Any) -> ZygoteKernel:
        """A kernel of the stock, ready to be claimed."""
        answer = self.ask(tier, **more)
        assert "forked" in answer, answer
        kernel = ZygoteKernel(answer["private"], answer["pid"])
        self.kernels.append(kernel)
        kernel.until("state", "ready")
        return kernel

    def claimed(self, tier: str = "none", **environment: str) -> ZygoteKernel:
        """A kernel that is somebody's."""
        kernel = self.fork(tier)
        kernel.claim(**environment)
        kernel.connect()
        return kernel

    def close(self) -> None:
        """End all of it."""
        for kernel in self.kernels:
            kernel.close()
        self.control.close()
        self.process.wait(DEADLINE)
        for kernel in self.kernels:
            wait_until(lambda kernel=kernel: not kernel.alive(), "a warden is left")  # type: ignore[misc]
        shutil.rmtree(self.folder)


class ZygoteKernel:
    """One kernel: its warden's door, its request socket, its output."""

    def __init__(self, private: Path, warden: int) -> None:
        self.private, self.warden = private, warden
        self.folder = Path(tempfile.mkdtemp(prefix="lw"))
        self._session = Session(key=b"secret")
        self._context: zmq.Context[Any] | None = None
        self._sockets: list[zmq.Socket[Any]] = []
        self._heard: list[Json] = []
        self.door = socket.socket(socket.AF_UNIX)
        self.open_door()

    def open_door(self) -> None:
        """Connect to the warden, as a new broker does."""
        self.door.close()
        self.door = socket.socket(socket.AF_UNIX)
        self.door.settimeout(DEADLINE)
        self.door.connect(f"{self.private}/warden.sock")
        self._frames = frames.Frames(self.door)

    def until(self, key: str, value: Any = None) -> Json:
        """The next frame from the warden with this key."""
        while True:
            while not self._heard:
                found = self._frames.read()
                assert found is not None, f"the warden is gone before {key}"
                self._heard += found
            frame = self._heard.pop(0)
            if key in frame and value in (None, frame[key]):
                return frame

    def tell(self, **frame: Any) -> None:
        """Send a frame to the warden."""
        frames.send(self.door, frame)

    def claim(self, **environment: str) -> Json:
        """Make it somebody's."""
        given = {"HOME": str(self.folder), "PATH": "/usr/bin:/bin", **environment}
        self.tell(op="claim", folder=str(self.folder), environment=given)
        return self.until("claimed", True)

    def connect(self, first: bytes = b"R0") -> None:
        """Sockets to the kernel; `first` goes up the output socket."""
        self._context = zmq.Context()
        self._shell = self._open(zmq.DEALER, 1)
        self._control = self._open(zmq.DEALER, 4)
        self.listen(first)
        # What a kernel says before the subscription has reached it is said to nobody.
        answer = "lookin_replayed" if first.startswith(b"R") else "iopub_welcome"
        while self.hear()[1]["msg_type"] != answer:
            pass

    def listen(self, first: bytes) -> None:
        """A new output socket, as a new broker has."""
        self.output = self._open(zmq.XSUB, 2)
        self.output.send(b"\x01")
        if first:
            self.output.send(first)

    def _open(self, kind: int, port: int) -> zmq.Socket[Any]:
        assert self._context is not None
        opened = self._context.socket(kind)
        self._sockets.append(opened)
        opened.linger = 0
        opened.rcvtimeo = int(DEADLINE * 1000)
        opened.connect(f"ipc://{self.private}/s-{port}")
        return opened

    def ask(self, code: str, request: str = "", **metadata: Any) -> str:
        """Send code; the id of the request."""
        content = {"code": code, "silent": False, "allow_stdin": False, "stop_on_error": False}
        message = self._session.msg("execute_request", content, metadata=metadata)
        if request:
            message["header"]["msg_id"] = message["msg_id"] = request
        self._shell.send_multipart(self._session.serialize(message))
        return str(message["msg_id"])

    def hear(self) -> tuple[int, Json]:
        """The next output message with its number; 0 for one without."""
        parts = self.output.recv_multipart()
        identities, rest = self._session.feed_identities(parts)
        self._session.digest_history.clear()  # a replay is no forgery
        numbers = [int(i[7:]) for i in identities if i.startswith(b"lookin:")]
        return (numbers or [0])[0], self._session.deserialize(rest)

    def run(self, code: str, request: str = "") -> list[Json]:
        """Everything that `code` puts out, until it is idle again."""
        asked = self.ask(code, request)
        found: list[Json] = []
        while True:
            message = self.hear()[1]
            if message["parent_header"].get("msg_id") == asked:
                found.append(message)
                if message["content"].get("execution_state") == "idle":
                    return found

    def value(self, expression: str) -> Any:
        """A JSON value, calculated in the kernel."""
        found = self.run(f"import json; print(json.dumps({expression}))")
        text = "".join(m["content"].get("text", "") for m in found)
        assert text, [m["content"] for m in found]
        return json.loads(text)

    @property
    def pid(self) -> int:
        """The kernel's own process."""
        children = Path(f"/proc/{self.warden}/task/{self.warden}/children").read_text().split()
        return int(children[0])

    def alive(self) -> bool:
        """Whether its warden runs."""
        try:
            state = Path(f"/proc/{self.warden}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):  # the second while it is being reaped
            return False
        return state != "Z"

    def exit(self) -> Json:
        """What the warden wrote down when the kernel ended."""
        wait_until(lambda: not self.alive(), "the warden goes on without its kernel")
        found: Json = json.loads((self.private / "exit.json").read_text())
        return found

    def close(self) -> None:
        """End it and remove its folders."""
        if self.alive():
            try:
                self.tell(op="end")
            except OSError:
                self.open_door()
                self.tell(op="end")
        self.door.close()
        if self._context is not None:
            for opened in self._sockets:
                opened.close()
            self._context.term()
        shutil.rmtree(self.folder, ignore_errors=True)


def text_of(messages: list[Json]) -> str:
    """What was printed."""
    return "".join(m["content"].get("text", "") for m in messages if m["msg_type"] == "stream")


def tier_here() -> str:
    """The strongest tier this machine offers."""
    from lookin.core.kernels.sandbox import probe

    words = [sys.executable, "-I", probe.__file__]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout)["name"])
