"""What a browser does at a real place: signs in, opens a notebook, holds its socket."""

from __future__ import annotations

import contextlib
import http.cookiejar
import itertools
import json
import re
import urllib.parse
import urllib.request
from typing import Any

import websockets

from lookin.core.documents.document import Document, apply, document_from_json

PASSWORD = "a long enough word"


class Browser:
    """Cookies and requests of one person."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> tuple[str, str]:
        """(final address, body) after redirects."""
        with self._opener.open(f"{self.address}{path}", timeout=30) as answer:
            return answer.url, answer.read().decode()

    def post(self, path: str, /, **fields: str) -> tuple[str, str]:
        """The same for a form, with the CSRF token."""
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self.cookie("csrftoken")})
        request = urllib.request.Request(f"{self.address}{path}", data.encode())
        request.add_header("Referer", self.address)
        with self._opener.open(request, timeout=90) as answer:
            return answer.url, answer.read().decode()

    def upload(self, workspace: str, name: str, content: bytes) -> None:
        """Put a file into a workspace, as a form does."""
        head = f'--x\r\nContent-Disposition: form-data; name="file1"; filename="{name}"\r\n\r\n'
        request = urllib.request.Request(
            f"{self.address}/ajax/upload?workspace={workspace}",
            head.encode() + content + b"\r\n--x--\r\n",
            {"Content-Type": "multipart/form-data; boundary=x", "Referer": self.address},
        )
        request.add_header("X-CSRFToken", self.cookie("csrftoken"))
        with self._opener.open(request, timeout=90) as answer:
            assert json.loads(answer.read())["error"] == 0

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        self.get("/login")
        _, body = self.post("/ajax/login", id=name, pwd=password)
        assert json.loads(body)["error"] == 0
        self.get("/service")

    def new_notebook(self, title: str) -> str:
        """The id of a new notebook."""
        url, _ = self.post("/notebooks/new", title=title)
        found = re.search(r"/notebooks/([0-9a-f-]{36})$", url)
        assert found, url
        return found.group(1)

    def cookie(self, name: str) -> str:
        return next((str(c.value) for c in self.jar if c.name == name), "")

    def socket(self, notebook: str, *, origin: str | None = "") -> Any:
        """An async context manager: the notebook's WebSocket. The origin "" is our own."""
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.jar)
        return websockets.connect(
            f"{self.address.replace('http', 'ws', 1)}/ws/notebooks/{notebook}",
            additional_headers={"Cookie": cookies},
            origin=websockets.Origin(origin or self.address) if origin is not None else None,
            max_size=2**27,
        )


class Page:
    """Follows one notebook over a socket, as the page's state does."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        self.seq = 0
        self.document: Document | None = None
        self.refs = itertools.count(1)
        self.socket: Any = None

    async def open(self, socket: Any) -> None:
        """Say hello on an open socket, with what is known from an earlier one."""
        self.socket = socket
        await socket.send(json.dumps({"op": "hello", "epoch": self.epoch, "seq": self.seq}))
        await self.step()

    async def ask(self, **frame: Any) -> dict[str, Any]:
        ref = next(self.refs)
        await self.socket.send(json.dumps({**frame, "ref": ref}))
        while True:
            answer = await self.step()
            if answer.get("ref") == ref:
                return answer

    async def step(self) -> dict[str, Any]:
        """Take one frame."""
        frame: dict[str, Any] = json.loads(await self.socket.recv())
        if frame["t"] == "snapshot":
            self.epoch, self.seq = frame["epoch"], frame["seq"]
            self.document = document_from_json(frame["document"])
        for event in frame.get("events", ()):
            assert event["seq"] == self.seq + 1, "a gap"
            assert self.document is not None
            self.seq, self.document = event["seq"], apply(self.document, event)
        return frame

    async def run(self, cell: str) -> str:
        answer = await self.ask(op="run", cell=cell)
        assert answer["t"] == "accepted", answer
        return await self.finish(cell)

    async def finish(self, cell: str) -> str:
        while True:
            run = self.document.cells[cell].run if self.document else None
            if run and run["state"] not in {"queued", "running"}:
                return str(run["state"])
            await self.step()

    async def listen_to_the_end(self) -> int:
        """Take frames until the socket closes; its code."""
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await self.step()
        return int(self.socket.close_code)

    def text(self, cell: str) -> str:
        assert self.document is not None
        return "".join(o.get("text", "") for o in self.document.cells[cell].outputs)
