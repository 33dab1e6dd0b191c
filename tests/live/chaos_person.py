"""One of several people at a notebook in chaos: types, splits, moves, comes back; remembers what
was promised. Not for hurting anything (chaos_people.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from typing import Any

import websockets

from lookin.core.documents.document import Cell
from tests.live.browser_session import Browser, Page

PATIENCE = 150.0  # a network may be lost for a minute
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
PIXEL += "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
GONE = (OSError, websockets.WebSocketException, asyncio.TimeoutError)


class Person:
    """`promised` are marks that the broker has taken, `perhaps` those whose answer never came."""

    def __init__(self, name: str, browser: Browser, notebook: str, seed: int) -> None:
        self.name, self.browser, self.notebook = name, browser, notebook
        self.chance = random.Random(seed)
        self.page = Page()
        self.promised: set[str] = set()
        self.perhaps: set[str] = set()
        self.deleted: set[str] = set()
        self._count = 0
        self._pairs: list[tuple[str, str]] = []  # split by this person, not merged again
        self._own: list[str] = []
        self._socket: Any = None

    async def act(self) -> None:
        """Do one thing; come back first if the line is gone."""
        kinds = ("edit",) * 8 + ("insert", "split", "split", "merge", "move", "move")
        doing = getattr(self, f"_{self.chance.choice((*kinds, 'delete', 'attach', 'run'))}")
        try:
            if self._socket is None:
                await self.connect()
            await asyncio.wait_for(doing(), PATIENCE)
        except GONE:
            await self.leave()

    async def connect(self) -> None:
        """Until somebody answers the hello, as the page does."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            with contextlib.suppress(*GONE):
                self._socket = await asyncio.wait_for(self.browser.socket(self.notebook), 10)
                await asyncio.wait_for(self.page.open(self._socket), 30)
                if self.page.document is not None:
                    return
            await self.leave()
            assert asyncio.get_running_loop().time() < deadline, "nobody answers"
            await asyncio.sleep(0.1)

    async def leave(self) -> None:
        if self._socket is not None:
            self._socket.transport.abort()
        self._socket = None

    async def listen(self, seconds: float) -> None:
        """Take frames until none comes for so long."""
        try:
            if self._socket is None:
                await self.connect()
            while True:
                await asyncio.wait_for(self.page.step(), seconds)
        except TimeoutError:
            return
        except GONE:
            await self.leave()

    async def bring_back(self) -> None:
        """Undo every deletion of one's own that took place, or perhaps did."""
        assert self.page.document is not None
        for cell in sorted(self.deleted - set(self.page.document.order)):
            await self.page.ask(op="undelete", cell=cell, after=None)
        self.deleted.clear()

    def _fresh(self) -> str:
        self._count += 1
        return f"{self.name}{self._count}"

    def _any(self, *, lines: int = 0) -> Cell | None:
        assert self.page.document is not None
        cells = [
            cell
            for cell in self.page.document.cells.values()
            if cell.id != "count" and cell.source.count("\n") >= lines
        ]
        return self.chance.choice(cells) if cells else None

    async def _promise(self, mark: str, **frame: Any) -> bool:
        """Ask for something that leaves `mark` in the notebook."""
        self.perhaps.add(mark)
        answer = await self.page.ask(**frame)
        self.perhaps.discard(mark)
        if answer["t"] == "accepted":
            self.promised.add(mark)
        return bool(answer["t"] == "accepted")

    async def _edit(self) -> None:
        cell = self._any()
        if cell is None:
            return
        mark = f"<{self._fresh()}🙂한>"
        length = len(cell.source.encode("utf-16-le")) // 2
        changes: list[Any] = [*([length] if length else []), [0, mark, ""]]
        edit = {"client": self.name, "changes": changes}
        frame = {"op": "edit", "cell": cell.id, "version": cell.version, "updates": [edit]}
        await self._promise(mark, **frame)

    async def _insert(self) -> None:
        mark, id_ = f"<{self._fresh()}>", self._fresh()
        new = {"id": id_, "type": "markdown", "source": f"{mark}\n"}
        if await self._promise(mark, op="insert", cell=new, after=None):
            self._own.append(id_)

    async def _split(self) -> None:
        cell = self._any(lines=2)
        if cell is None:
            return
        lines = cell.source.split("\n")
        head = "\n".join(lines[: self.chance.randrange(1, len(lines))])
        place = {"version": cell.version, "at": len(head.encode("utf-16-le")) // 2, "skip": 1}
        id_ = self._fresh()
        answer = await self.page.ask(op="split", cell=cell.id, **place, id=id_)
        if answer["t"] == "accepted":
            self._pairs.append((cell.id, id_))

    async def _merge(self) -> None:
        assert self.page.document is not None
        cells = self.page.document.cells
        if not self._pairs:
            return
        first, second = (cells.get(id_) for id_ in self._pairs.pop())
        if first and second and first.type == second.type:
            frame = {"cell": first.id, "version": first.version, "joint": "\n"}
            frame |= {"next": second.id, "next_version": second.version}
            await self.page.ask(op="merge", **frame)

    async def _move(self) -> None:
        one, other = self._any(), self._any()
        if one and other and one.id != other.id:
            await self.page.ask(op="move", cell=one.id, after=other.id)

    async def _delete(self) -> None:
        if self._own:
            cell = self._own.pop()
            self.deleted.add(cell)
            await self.page.ask(op="delete", cell=cell)

    async def _attach(self) -> None:
        cell = self._any()
        if cell is not None and cell.type == "markdown":
            name = f"{self._fresh()}.png"
            frame = {"name": name, "mime": "image/png", "data": PIXEL}
            await self._promise(f"!{name}", op="attach", cell=cell.id, **frame)

    async def _run(self) -> None:
        await self.page.ask(op="run", cell="count")

    def marks(self) -> list[str]:
        """All text and the names of all pictures, as one finds marks in them."""
        assert self.page.document is not None
        cells = self.page.document.cells.values()
        return [cell.source for cell in cells] + [
            f"!{name}" for cell in cells for name in cell.attachments or {}
        ]

    def seen(self) -> str:
        """The whole notebook as this person sees it, to compare with others'."""
        assert self.page.document is not None
        document = self.page.document
        cells = [document.cells[id_] for id_ in document.order]
        shown = [[c.id, c.type, c.source, c.version, [*(c.attachments or {})]] for c in cells]
        return json.dumps([shown, [list(c.outputs) for c in cells]], default=str)
