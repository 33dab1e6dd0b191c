"""The web process's way to the broker: one stream per open notebook, or one question.

Carries frames and knows the first one of each kind; what the others mean is the broker's matter.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

from django.conf import settings

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.framing import (
    FROM_BROKER_BYTES,
    FrameTooLargeError,
    pack,
    pack_json,
    read_frame,
    read_json,
    token_file,
)
from lookin.apps.notebooks.models import Notebook
from lookin.core.lib.errors import LookinError

TELL_SECONDS = 5.0
CONTENT_SECONDS = 30.0
READ_AHEAD = 256 * 1024
Json = dict[str, Any]


class BrokerConnection:
    """One stream. `send` waits while the broker is slower than we are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, frame: str | Json) -> None:
        """Send JSON text or an object. Raises LookinError (`broker_away`)."""
        try:
            self._writer.write(pack(frame) if isinstance(frame, str) else pack_json(frame))
            await self._writer.drain()
        except ConnectionError as error:
            raise broker_away() from error

    async def receive(self) -> str | None:
        """The next frame as JSON text, None at the end."""
        try:
            data = await read_frame(self._reader, FROM_BROKER_BYTES)
        except FrameTooLargeError:
            return None
        return None if data is None else data.decode()

    async def close(self) -> None:
        """Close the stream."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


async def connect() -> BrokerConnection:
    """A stream to the broker. Raises LookinError (`broker_away`, 503)."""
    try:
        token = token_file(socket_path()).read_text()
        reader, writer = await asyncio.open_unix_connection(str(socket_path()), limit=READ_AHEAD)
    except OSError as error:
        raise broker_away() from error
    stream = BrokerConnection(reader, writer)
    await stream.send(token)
    return stream


def opening_frame(notebook: Notebook, person: User, role: str, *, alone: bool) -> Json:
    """The first frame of a visit. `alone`: nobody else is here, so a fence protects nobody."""
    visit = {"op": "open", "person": str(person.pk), "name": person.shown_name, "role": role}
    return {**_where(notebook), **visit, "alone": alone}


async def run_code(person: str, folder: Path, code: str, timeout_ms: int, *, alone: bool) -> Json:
    """`{output, failed, state, timed_out}` of `code` in the person's own kernel, in `folder`.

    Raises LookinError: `broker_away`, `bad_code`, or what kept the kernel from starting.
    """
    scratch: Path = settings.HOME / "scratch" / f"{person}.ipynb"
    frame = {"op": "run_code", "person": person, "path": str(scratch), "folder": str(folder)}
    return await ask({**frame, "code": code, "timeout_ms": timeout_ms, "alone": alone})


async def ask(frame: Json) -> Json:
    """One question and its answer. Raises LookinError: `broker_away`, or the broker's refusal."""
    stream = await connect()
    try:
        await stream.send(frame)
        answer = await stream.receive()
    finally:
        await stream.close()
    if answer is None:
        raise broker_away()
    return _unless_failed(read_json(answer))


async def printed_text(notebook: Notebook, cell: str) -> Json:
    """`{before, left_out, after}` of what a cell printed. Raises LookinError (`not_found` too)."""
    return await ask({**_where(notebook), "op": "text", "cell": cell})


def tell_moved(notebook: Notebook) -> None:
    """The notebook's file has another name now. Silent when no broker runs."""
    _tell({**_where(notebook), "op": "move"})


def tell_removed(notebook: Notebook) -> None:
    """The notebook's file was deleted. Silent when no broker runs."""
    _tell({"op": "forget", "notebook": str(notebook.id)})


def live_content(notebook: Notebook) -> bytes | None:
    """The notebook's file as people see it at this moment; None when it is not open. Blocking."""
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(CONTENT_SECONDS)
        line.connect(str(socket_path()))
        question = {"op": "content", "notebook": str(notebook.id)}
        line.sendall(pack(token_file(socket_path()).read_text()) + pack_json(question))
        with line.makefile("rb") as answer:
            about = read_json(answer.read(int.from_bytes(answer.read(4), "big")))
            content = answer.read(about["bytes"]) if about.get("open") is True else b""
            return content if content and len(content) == about["bytes"] else None
    return None


def live_texts(notebook: str, *, seconds: float) -> Json | None:
    """`{open: False}`, or `{open, path, people, texts}` of a notebook as people see it now.

    None when no broker answers in time. Blocking; for the indexer.
    """
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(seconds)
        line.connect(str(socket_path()))
        question = {"op": "searchable", "notebook": notebook}
        line.sendall(pack(token_file(socket_path()).read_text()) + pack_json(question))
        with line.makefile("rb") as answer:
            size = int.from_bytes(answer.read(4), "big")
            found = read_json(answer.read(size)) if 0 < size <= FROM_BROKER_BYTES else None
            return found if isinstance(found, dict) and "open" in found else None
    return None


def tell_let_go(person: str, folder: str | None = None) -> None:
    """The person may not be here any more: their kernels end. Silent when no broker runs.

    With `folder`, they may only not be in that workspace any more.
    """
    _tell({"op": "let_go", "person": person, "folder": folder})


def socket_path() -> Path:
    """Where the broker listens."""
    path: Path = settings.RUNTIME_DIR / "broker.sock"
    return path


def broker_away() -> LookinError:
    """What people read while the broker restarts."""
    return LookinError(
        "The part of Lookin that runs notebooks is restarting. Nothing is lost.",
        "Try again in a moment.",
        code="broker_away",
        status=503,
    )


def _where(notebook: Notebook) -> Json:
    return {
        "notebook": str(notebook.id),
        "path": str(notebook.file),
        "folder": str(notebook.workspace.folder),
        "title": notebook.title,
    }


def _tell(frame: Json) -> None:
    """Blocking, for views and signals; waits for the broker's word that it is done."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(TELL_SECONDS)
        line.connect(str(socket_path()))
        line.sendall(pack(token_file(socket_path()).read_text()) + pack_json(frame))
        line.recv(4)


def _unless_failed(answer: Json) -> Json:
    if answer.get("t") != "failed":
        return answer
    raise LookinError(
        answer["message"],
        answer["hint"],
        code=answer["code"],
        status=answer["status"],
        values=answer["values"],
    )
