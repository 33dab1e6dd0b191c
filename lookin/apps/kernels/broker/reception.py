"""The first frame of a connection shows that it is ours, the second what it is: a visit, a
question, or a piece of code.

Speaks the stream's frames; who may do what was decided by the web process that connected.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from pathlib import Path
from typing import Any

from lookin.apps.kernels.broker.address import SCRATCH, Address
from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.listing import kernel_rows, status
from lookin.apps.kernels.broker.recalling import RECALLING, recall
from lookin.apps.kernels.broker.textfiles import printed
from lookin.apps.kernels.broker.visitors import Visitor, Who
from lookin.apps.notebooks.framing import (
    TO_BROKER_BYTES,
    FrameTooLargeError,
    pack_json,
    read_frame,
    read_json,
)
from lookin.core.documents.roles import ROLES
from lookin.core.documents.text import SOURCE_UNITS, is_whole, utf16_length
from lookin.core.lib.errors import LookinError
from lookin.core.lib.ids import is_uuid, new_uuid

log = logging.getLogger("lookin.broker")
Json = dict[str, Any]
LONGEST_RUN_MS = 86_400_000
FIRST_FRAME_SECONDS = 10.0
LINGER_SECONDS = 2.0
TOKEN_BYTES = 1024
NAME_CHARS = 200
STARTING = {"open", "run_code"}  # what may start a kernel


async def receive(
    house: House, token: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Serve one connection that knows `token` until it ends. Never raises, except when cancelled.

    Code in a kernel may have our user and so reach the socket, but not the token's file.
    """
    try:
        async with asyncio.timeout(FIRST_FRAME_SECONDS):
            shown = await read_frame(reader, TOKEN_BYTES)
            if shown is None or not secrets.compare_digest(shown, token.encode()):
                return
            first = await _read(reader)
        if isinstance(first, dict):
            await _serve(house, first, reader, writer)
    except LookinError as error:
        await _fail(reader, writer, error)
    except (TimeoutError, ConnectionError, FrameTooLargeError, ValueError):
        pass
    except Exception:
        log.exception("A connection failed")
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _serve(
    house: House, first: Json, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    if "alone" in first or first.get("op") in STARTING:  # also said when somebody is let in
        house.alone = first.get("alone") is True
    match first.get("op"):
        case "open":
            await _visit(house, first, reader, writer)
        case "status":
            await _answer(writer, status(house))
        case "run_code":
            await _run_code(house, first, writer)
        case "kernels":
            await _answer(writer, {"kernels": kernel_rows(house, _person(first))})
        case "end":
            ended = await house.end(_kernel(first), _person(first))
            await _answer(writer, {"ended": ended})
        case "let_go":
            where = _path(first, "folder") if first.get("folder") is not None else None
            await _answer(writer, {"ended": await house.let_go(_id(first, "person"), where)})
        case op if op in RECALLING:
            await _answer(writer, await recall(house, _address(first), first))
        case "move" | "forget":
            await _follow(house, first)
            await _answer(writer, {"done": True})
        case "text":
            async with house.visit(_address(first)) as room:
                await _answer(writer, printed(room, first.get("cell")))
        case "content" | "searchable":
            await _read_out(house, first, writer)
        case _:
            raise _bad()


async def _follow(house: House, frame: Json) -> None:
    """What the web process did with the file."""
    if frame["op"] == "forget":
        await house.forget(_id(frame))
    else:
        address = _address(frame)
        await house.move(address.id, address.path, address.title)


async def _read_out(house: House, frame: Json, writer: asyncio.StreamWriter) -> None:
    """An open notebook as people see it now: as a file, or the texts in it."""
    if frame["op"] == "content":
        await _send_content(writer, await house.content(_id(frame)))
    else:
        await _answer(writer, await house.searchable(_id(frame)))


async def _visit(
    house: House, first: Json, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    who = _who(first)
    async with house.visit(_address(first)) as room:
        visitor = Visitor(writer, who)
        try:
            while (data := await read_frame(reader, TO_BROKER_BYTES)) is not None:
                try:
                    frame = read_json(data)
                except ValueError:
                    frame = None
                room.hear_frame(visitor, frame)
        finally:
            room.leave(visitor)
            await visitor.finish()


async def _run_code(house: House, first: Json, writer: asyncio.StreamWriter) -> None:
    code, timeout = first.get("code"), first.get("timeout_ms")
    if not isinstance(code, str) or not is_whole(code) or utf16_length(code) > SOURCE_UNITS:
        raise LookinError(
            "The code is too long or is not text.", "Send at most a million characters.",
            code="bad_code",
        )  # fmt: skip
    if type(timeout) is not int or not 0 < timeout <= LONGEST_RUN_MS:
        raise _bad()
    person = _id(first, "person")
    await _answer(writer, await house.run_code(_scratch(first), person, code, timeout / 1000))


def _address(frame: Json) -> Address:
    path, folder = _path(frame, "path"), _path(frame, "folder")
    title = frame.get("title", "")
    if path.suffix != ".ipynb" or not isinstance(title, str):
        raise _bad()
    return Address(_id(frame, "notebook"), path, folder, title, root=folder)


def _scratch(frame: Json) -> Address:
    path, folder = _path(frame, "path"), _path(frame, "folder")
    return Address(f"{SCRATCH}{_id(frame, 'person')}", path, folder, "", root=path.parent)


def _path(frame: Json, key: str) -> Path:
    text = frame.get(key)
    if not isinstance(text, str) or "\0" in text or not Path(text).is_absolute():
        raise _bad()
    if ".." in Path(text).parts:
        raise _bad()
    return Path(text)


def _id(frame: Json, key: str = "notebook") -> str:
    if not is_uuid(frame.get(key)):
        raise _bad()
    return str(frame[key])


def _who(frame: Json) -> Who:
    name, role = frame.get("name"), frame.get("role")
    if not isinstance(name, str) or len(name) > NAME_CHARS or not is_whole(name):
        raise _bad()
    if role not in ROLES:
        raise _bad()
    return Who(new_uuid(), _id(frame, "person"), name, role)


def _person(frame: Json) -> str | None:
    return None if frame.get("person", "") is None else _id(frame, "person")


def _kernel(frame: Json) -> str:
    """A room's id, which is its kernel's to the web process."""
    id_ = frame.get("kernel")
    if not isinstance(id_, str) or not is_uuid(id_.removeprefix(SCRATCH)):
        raise _bad()
    return id_


async def _read(reader: asyncio.StreamReader) -> Any:
    data = await read_frame(reader, TO_BROKER_BYTES)
    return None if data is None else read_json(data)


async def _send_content(writer: asyncio.StreamWriter, content: bytes | None) -> None:
    """The bytes of a file after a frame that says whether there are any."""
    await _answer(writer, {"open": content is not None, "bytes": len(content or b"")})
    writer.write(content or b"")
    await writer.drain()


async def _answer(writer: asyncio.StreamWriter, value: Json) -> None:
    writer.write(pack_json(value))
    await writer.drain()


async def _fail(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, error: LookinError
) -> None:
    """Why there will be nothing more on this connection."""
    frame = {"t": "failed", "code": error.code, "status": error.status, "message": error.message}
    values = {key: str(value) for key, value in error.values.items()}
    with contextlib.suppress(ConnectionError, TimeoutError):
        await _answer(writer, {**frame, "hint": error.hint, "values": values})
        writer.write_eof()
        # Closing over bytes that nobody read would reset the stream, and the frame with it.
        async with asyncio.timeout(LINGER_SECONDS):
            while await reader.read(65_536):
                pass


def _bad() -> LookinError:
    return LookinError("The web process asked for something strange.", code="bad_frame")
