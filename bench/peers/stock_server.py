"""The peer of the kernels' benchmark: a stock jupyter_server with ipykernel, in its own venv.

It gets the same versions of the packages as our kernels have, from the package index, once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import websockets

from bench.processes import command_of, descendants
from tests.browser.place import free_port

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "var" / "bench" / "kernels-peer"
SERVER = "jupyter_server>=2.14,<3"
SAME = (
    "ipykernel",
    "ipython",
    "jupyter_client",
    "pyzmq",
    "tornado",
    "numpy",
    "pandas",
    "matplotlib",
)
_VERSIONS = """
import importlib.metadata, json, sys
print(json.dumps({name: importlib.metadata.version(name) for name in sys.argv[1:]}))
"""
Json = dict[str, Any]


def versions(python: Path, *names: str) -> dict[str, str]:
    """The installed versions of these packages."""
    done = subprocess.run(
        [str(python), "-c", _VERSIONS, *names], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def prepare(kernel_python: Path) -> dict[str, str]:
    """Make the peer's environment, once for each set of versions; what is in it."""
    same = versions(kernel_python, *SAME)
    packages = [SERVER, *(f"{name}=={version}" for name, version in same.items())]
    stamp = PEER / "complete"
    if not stamp.is_file() or stamp.read_text() != repr(packages):
        sys.stderr.write("Installing a stock jupyter_server to compare with\n")
        venv.create(PEER, clear=True, with_pip=True)
        command = [str(PEER / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(command, check=True)
        stamp.write_text(repr(packages))
    return versions(PEER / "bin" / "python", "jupyter_server", *SAME)


@dataclass(frozen=True, slots=True)
class StockServer:
    """A running server; `pid` is its process, whose children are the kernels."""

    address: str
    token: str
    pid: int

    def ask(self, method: str, path: str, body: Json | None = None) -> Any:
        """One request to the server's own interface."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.address}{path}", data, method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=90) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    @asynccontextmanager
    async def kernel(self) -> AsyncIterator[StockKernel]:
        """Start a kernel, connect as its page does, and end it afterwards."""
        id_ = (await asyncio.to_thread(self.ask, "POST", "/api/kernels", {"name": "python3"}))["id"]
        address = f"{self.address.replace('http', 'ws', 1)}/api/kernels/{id_}/channels"
        headers = {"Authorization": f"token {self.token}"}
        try:
            async with websockets.connect(
                f"{address}?session_id={id_}",
                additional_headers=headers,
                open_timeout=90,
                max_size=2**27,
            ) as socket:
                yield StockKernel(socket)
        finally:
            await asyncio.to_thread(self.ask, "DELETE", f"/api/kernels/{id_}")


class StockKernel:
    """The web socket of one kernel."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    async def run(self, code: str, until: str = "idle") -> None:
        """Run `code` until its `execute_result`, or until it is idle and has replied."""
        request = secrets.token_hex(16)
        await self._socket.send(json.dumps(_execute(request, code)))
        missing = {until} if until != "idle" else {"idle", "execute_reply"}
        while missing:
            message = json.loads(await self._socket.recv())
            if message["parent_header"].get("msg_id") != request:
                continue
            missing -= {message["msg_type"], message["content"].get("execution_state")}


def _execute(request: str, code: str) -> Json:
    header = {
        "msg_id": request,
        "msg_type": "execute_request",
        "username": "",
        "session": "bench",
        "date": "",
        "version": "5.3",
    }
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    return {**message, "channel": "shell", "buffers": []}


@contextmanager
def stock_server(folder: Path) -> Iterator[StockServer]:
    """A server with its files in `folder`; at the end it and its kernels are gone."""
    token, port = secrets.token_hex(16), free_port()
    own = {name: str(folder / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    process = subprocess.Popen(
        _command(folder, port, token),
        cwd=folder,
        env={**os.environ, **own, "JUPYTER_RUNTIME_DIR": str(folder / "run"), "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    server = StockServer(f"http://127.0.0.1:{port}", token, process.pid)
    try:
        _wait(server, process)
        yield server
    finally:
        _end(process)


def _command(folder: Path, port: int, token: str) -> list[str]:
    return [
        str(PEER / "bin" / "python"),
        "-m",
        "jupyter_server",
        "--allow-root",
        "--ServerApp.open_browser=False",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
    ]


def _wait(server: StockServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            server.ask("GET", "/api/status")
            return
        time.sleep(0.1)
    raise RuntimeError("the stock server did not start")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end; what it left behind is ended by number."""
    children = descendants(process.pid)
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in children:
        if "ipykernel" in command_of(pid):  # and not a stranger that got the number since
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
