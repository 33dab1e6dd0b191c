"""A broker in a process of its own, and a client that follows its frames as the page does."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import importlib
import itertools
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lookin.apps.notebooks.framing import (
    FROM_BROKER_BYTES,
    pack,
    pack_json,
    read_frame,
    read_json,
    token_file,
)
from lookin.core.documents.document import Document, apply, document_from_json
from lookin.core.lib.ids import new_uuid

ROOT = Path(__file__).parents[2]
KERNEL_PYTHON = Path(os.environ.get("LOOKIN_KERNEL_PYTHON", ROOT / ".venv-kernels/bin/python"))
_SERVE = """
import ctypes
import json
import os
import sys
if sys.platform == "linux":  # an orderly end when whoever tests is killed
    ctypes.CDLL(None).prctl(1, 15, 0, 0, 0)
if os.getppid() != int(sys.argv.pop()):
    sys.exit(1)
from pathlib import Path
from lookin.apps.kernels.broker.main import BrokerOptions, serve_forever
from lookin.apps.kernels.broker.rules import HouseRules, KernelRules
home, runtime, python, rules, kernels = sys.argv[1:]
places = Path(home), Path(runtime), Path(python)
rules, kernels = HouseRules(**json.loads(rules)), KernelRules(**json.loads(kernels))
serve_forever(BrokerOptions(*places, rules, kernels))
"""
DEADLINE = 45.0


class BrokerProcess:
    """One broker with its own home under a short temporary folder."""

    def __init__(self, kernels: dict[str, Any] | None = None, **rules: Any) -> None:
        """`rules` and `kernels` are fields of HouseRules and KernelRules."""
        self.folder = Path(tempfile.mkdtemp(prefix="lk"))
        self.home, self.runtime = self.folder / "home", self.folder / "run"
        self.workspace = self.home / "workspaces" / "w"
        self.workspace.mkdir(parents=True)
        self.rules = {"idle_seconds": 600.0, **rules}
        self.kernels = {"unfenced": True, "imports": [], "stock": 1, **(kernels or {})}
        self.python = KERNEL_PYTHON
        self.process: subprocess.Popen[bytes] | None = None
        self.given: list[str] = []

    @property
    def socket(self) -> Path:
        return self.runtime / "broker.sock"

    def start(self, environment: dict[str, str] | None = None) -> None:
        self.launch(environment)
        wait_until(lambda: self.socket.exists() and _answers(self.socket))

    def launch(self, environment: dict[str, str] | None = None) -> None:
        """Begin to start. It ends in order when this process is killed."""
        arguments = [str(self.home), str(self.runtime), str(self.python)]
        arguments += [json.dumps(self.rules), json.dumps(self.kernels), str(os.getpid())]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def guest(self) -> BrokerProcess:
        """The same process for one more test, with a workspace of its own."""
        other = copy.copy(self)
        other.workspace = self.home / "workspaces" / secrets.token_hex(4)
        other.workspace.mkdir()
        other.given = []
        return other

    def forget_all(self) -> None:
        """End the kernels of every notebook whose address was given, and drop what is kept."""
        for notebook in self.given:
            _ask_at_once(self.socket, {"op": "forget", "notebook": notebook})

    def notebook(self, *sources: str, name: str | None = None) -> Path:
        """A notebook file with code cells `c0`, `c1`, …"""
        nb: Any = importlib.import_module("nbformat.v4")  # it has no types
        cells = [nb.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
        path = self.workspace / (name or f"{secrets.token_hex(4)}.ipynb")
        path.write_text(nb.writes(nb.new_notebook(cells=cells)))
        return path

    def address(self, path: Path, notebook: str | None = None) -> dict[str, Any]:
        self.given.append(notebook or new_uuid())
        return {
            "op": "open",
            "notebook": self.given[-1],
            "path": str(path),
            "folder": str(self.workspace),
            "person": new_uuid(),
            "title": path.stem,
            "name": "Ann",
            "role": "owner",
            "alone": True,
        }


class Client:
    """One browser at one notebook."""

    def __init__(self, path: Path, address: dict[str, Any]) -> None:
        self.socket, self.address = path, address
        self.frames: list[dict[str, Any]] = []
        self.epoch: str | None = None
        self.seq = 0
        self.document: Document | None = None
        self.kernel: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.ended = self.greeted = self.connected = False
        self._refs = itertools.count(100)

    async def __aenter__(self) -> Client:
        self.reader, self.writer = await asyncio.open_unix_connection(self.socket)
        self.ended = self.greeted = False
        self.connected = True
        self.writer.write(token(self.socket))
        self.send(self.address)
        self.send({"op": "hello", "epoch": self.epoch, "seq": self.seq})
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self.connected:
            return
        self.connected = False
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await _close(self.writer)

    def send(self, frame: object) -> None:
        self.writer.write(pack_json(frame))

    async def ask(self, **frame: Any) -> dict[str, Any]:
        """Send an operation; the accepted or refused frame."""
        ref = next(self._refs)
        self.send({**frame, "ref": ref})
        await self.until(lambda: any(f.get("ref") == ref for f in self.frames))
        return next(f for f in self.frames if f.get("ref") == ref)

    async def run(self, cell: str) -> str:
        """Run a cell to its end; its final state."""
        answer = await self.ask(op="run", cell=cell)
        assert answer["t"] == "accepted", answer
        await self.until(lambda: self.state(cell) not in {"queued", "running", None})
        return str(self.state(cell))

    def state(self, cell: str) -> str | None:
        run = self.document.cells[cell].run if self.document else None
        return run["state"] if run else None

    def text(self, cell: str) -> str:
        assert self.document is not None
        return "".join(o.get("text", "") for o in self.document.cells[cell].outputs)

    async def until(self, condition: Callable[[], object], seconds: float = DEADLINE) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; last {self.frames[-3:]}"
            await asyncio.sleep(0.005)

    async def _follow(self) -> None:
        while (data := await read_frame(self.reader, FROM_BROKER_BYTES)) is not None:
            frame = read_json(data)
            self.frames.append(frame)
            self.greeted = True
            match frame.get("t"):
                case "snapshot":
                    self.epoch, self.seq = frame["epoch"], frame["seq"]
                    self.document = document_from_json(frame["document"])
                    self.kernel = frame["kernel"]
                case "events":
                    for event in frame["events"]:
                        assert event["seq"] == self.seq + 1, "a gap"
                        assert self.document is not None
                        self.seq = event["seq"]
                        self.document = apply(self.document, event)
                        self.events.append(event)
                        if event["type"] == "kernel_changed":
                            self.kernel = event["kernel"]
        self.ended = True


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def token(path: Path) -> bytes:
    """The first frame of every connection to the socket at `path`."""
    return pack(token_file(path).read_text())


async def ask_once(path: Path, frame: dict[str, Any]) -> dict[str, Any]:
    """One question, one answer."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(token(path) + pack_json(frame))
    data = await read_frame(reader, FROM_BROKER_BYTES)
    await _close(writer)
    assert data is not None
    answer: dict[str, Any] = read_json(data)
    return answer


def wait_until(condition: Callable[[], object], seconds: float = DEADLINE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def _answers(path: Path) -> bool:
    """Whether the broker answers a question."""
    try:
        return _ask_at_once(path, {"op": "status"})
    except OSError:
        return False


def _ask_at_once(path: Path, frame: dict[str, Any]) -> bool:
    """Whether an answer came. Blocking, so that async tests and fixtures may use it too."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(DEADLINE)
        line.connect(str(path))
        line.sendall(token(path) + pack_json(frame))
        return len(line.recv(4)) == 4


def processes_with(text: str) -> list[int]:
    """Processes whose command line contains `text`."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if text in line and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return found
