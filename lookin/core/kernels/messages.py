"""What Lookin uses of the Jupyter protocol, typed: a kernel's message -> what it reports, or None.

Pure. Source: https://jupyter-client.readthedocs.io/en/latest/messaging.html. A kernel runs
strangers' code, so its messages are read like a stranger's: wrong shapes report nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
DEPTH = 60  # of nested display data
PROMPT_CHARS = 10_000  # of a prompt
ID_CHARS = 200  # of the names that kernels give
_MOST_PAYLOADS = 100  # of one reply
_MOST_COUNT = 1 << 31
COMPLETION = ("done", "failed", "interrupted")


@dataclass(frozen=True, slots=True)
class Began:
    """The kernel took up the request `parent`."""

    parent: str
    execution_count: int | None


@dataclass(frozen=True, slots=True)
class Output:
    """One nbformat output, with `transient` when it has a display id."""

    parent: str
    output: Json


@dataclass(frozen=True, slots=True)
class DisplayUpdate:
    """New `data` and `metadata` for all outputs with this display id."""

    display: str
    news: Json


@dataclass(frozen=True, slots=True)
class OutputCleared:
    """clear_output(wait)."""

    parent: str
    wait: bool


@dataclass(frozen=True, slots=True)
class Idle:
    """Everything that `parent` put out has come."""

    parent: str


@dataclass(frozen=True, slots=True)
class Replied:
    """The end of a run: state is one of COMPLETION; `next_input` is (text, replaces) or None."""

    parent: str
    state: str
    next_input: tuple[str, bool] | None
    pages: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The code of `parent` waits for a line that a person types: input(), or getpass()."""

    parent: str
    request: str
    prompt: str
    password: bool


@dataclass(frozen=True, slots=True)
class Comm:
    """A widget's word: `kind` is "open", "msg" or "close"; `target` and `metadata` of an open."""

    parent: str
    kind: str
    comm: str
    target: str
    data: Json
    metadata: Json
    buffers: tuple[bytes, ...] = ()


Report = Began | Output | DisplayUpdate | OutputCleared | Idle | Replied | Asked | Comm


def read_message(message: Json) -> Report | None:
    """The report in a deserialised message, or None when it holds nothing that we use."""
    kind = message.get("msg_type") or message.get("header", {}).get("msg_type")
    parent = message.get("parent_header")
    if not isinstance(parent, dict):
        return None
    return read_content(str(kind), str(parent.get("msg_id", "")), message.get("content"))


def read_content(kind: str, parent: str, content: object) -> Report | None:
    """As `read_message`, for a message whose headers have been read; `parent` is a request's id."""
    reader = _READERS.get(kind)
    if reader is None or not isinstance(content, dict):
        return None
    try:
        return reader(parent, clean(content))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def too_large(parent: str, size: int) -> Output:
    """What stands for a message of `size` bytes that is not even read."""
    text = f"[An output of {size / 1e6:.0f} MB was left out: that is more than Lookin can show.]"
    metadata = {"lookin": {"note": "output_too_large"}}
    output = {"output_type": "display_data", "data": {"text/plain": text}, "metadata": metadata}
    return Output(parent, output)


def clean(value: Any, depth: int = DEPTH) -> Any:
    """`value` as strict JSON: no NaN, no half characters, no bottomless nesting (ValueError)."""
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict | list) and depth == 0:
        raise ValueError("too deep")
    if isinstance(value, dict):
        return {_whole(str(key)): clean(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item, depth - 1) for item in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def _whole(text: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _began(parent: str, content: Json) -> Report:
    return Began(parent, _count(content))


def _stream(parent: str, content: Json) -> Report | None:
    name = content["name"]
    if name not in ("stdout", "stderr") or not isinstance(content["text"], str):
        return None
    return Output(parent, {"output_type": "stream", "name": name, "text": content["text"]})


def _rich(parent: str, content: Json) -> Report:
    return Output(parent, {"output_type": "display_data", **_data(content), **_display_id(content)})


def _result(parent: str, content: Json) -> Report:
    output = {"output_type": "execute_result", "execution_count": _count(content)}
    return Output(parent, output | _data(content) | _display_id(content))


def _error(parent: str, content: Json) -> Report:
    lines = [str(line) for line in content["traceback"]]
    fields = {"ename": str(content["ename"]), "evalue": str(content["evalue"]), "traceback": lines}
    return Output(parent, {"output_type": "error", **fields})


def _update(_: str, content: Json) -> Report:
    return DisplayUpdate(str(content["transient"]["display_id"]), _data(content))


def _clear(parent: str, content: Json) -> Report:
    return OutputCleared(parent, bool(content.get("wait")))


def _status(parent: str, content: Json) -> Report | None:
    return Idle(parent) if content["execution_state"] == "idle" else None


def _reply(parent: str, content: Json) -> Report:
    state = "done" if content["status"] == "ok" else "failed"
    if content["status"] in ("abort", "aborted") or content.get("ename") == "KeyboardInterrupt":
        state = "interrupted"
    following: tuple[str, bool] | None = None
    pages: list[Json] = []
    for item in (content.get("payload") or [])[:_MOST_PAYLOADS]:
        if item.get("source") == "set_next_input" and isinstance(item["text"], str):
            following = (item["text"], bool(item.get("replace")))
        elif item.get("source") == "page":
            pages.append({"output_type": "display_data", **_data(item)})
    return Replied(parent, state, following, tuple(pages))


def _asked(parent: str, content: Json) -> Report:
    prompt = str(content.get("prompt") or "")[:PROMPT_CHARS]
    return Asked(parent, str(content["request"])[:ID_CHARS], prompt, bool(content.get("password")))


def _comm(kind: str) -> Callable[[str, Json], Report | None]:
    def read(parent: str, content: Json) -> Report | None:
        comm, data = content["comm_id"], content.get("data") or {}
        if not isinstance(comm, str) or len(comm) > ID_CHARS or not isinstance(data, dict):
            return None
        target = str(content.get("target_name", ""))[:ID_CHARS]
        return Comm(parent, kind, comm, target, data, {})

    return read


def _data(content: Json) -> Json:
    data, metadata = content["data"], content.get("metadata") or {}
    if not isinstance(data, dict) or not isinstance(metadata, dict):
        raise TypeError("data")
    return {"data": data, "metadata": metadata}


def _display_id(content: Json) -> Json:
    display = (content.get("transient") or {}).get("display_id")
    return {"transient": {"display_id": display}} if isinstance(display, str) else {}


def _count(content: Json) -> int | None:
    count = content.get("execution_count")
    return count if type(count) is int and 0 <= count < _MOST_COUNT else None


_READERS: dict[str, Callable[[str, Json], Report | None]] = {
    "execute_input": _began,
    "stream": _stream,
    "display_data": _rich,
    "execute_result": _result,
    "error": _error,
    "update_display_data": _update,
    "clear_output": _clear,
    "status": _status,
    "execute_reply": _reply,
    "lookin_reply": _reply,  # the same on the output socket, from kernels that count
    "input_request": _asked,  # `request` is the id of the message
    "lookin_input": _asked,  # the same on the output socket
    "comm_open": _comm("open"),
    "comm_msg": _comm("msg"),
    "comm_close": _comm("close"),
}
