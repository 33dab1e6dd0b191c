"""Jupyter messages on the wire: signed frames <-> a message. Pure; knows no socket.

Not jupyter_client's Session, which refuses a message that comes a second time, as replayed ones do,
and parses dates that nobody reads. Source:
https://jupyter-client.readthedocs.io/en/latest/messaging.html#the-wire-protocol
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
_DELIMITER = b"<IDS|MSG>"
_NUMBER = b"lookin:"
_HEADER_BYTES = 100_000  # a longer header is nobody's but a stranger's
_METADATA_BYTES = 10_000  # of what a message says beside its content; more is not read
_FEW_BYTES = 100_000  # content so small has few parts, whatever it holds
_MOST_LISTS, _MOST_ITEMS = 200_000, 1_500_000  # of a content: each costs more memory than bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What was received. `number` is 0 where the kernel does not count, `size` is in bytes.

    `content` is None when it was too large to be kept, or of too many parts.
    """

    number: int
    kind: str
    parent: str
    content: Json | None
    size: int
    id: str = ""
    metadata: Json = field(default_factory=dict)
    buffers: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """What few requests have: whom they answer, the subshell that is asked, binary data."""

    parent: str = ""
    subshell: str | None = None
    buffers: tuple[bytes, ...] = ()


_NOTHING = Aside()


class Wire:
    """Signs and checks with the kernel's key (HMAC-SHA256)."""

    def __init__(self, key: str) -> None:
        self._hmac = hmac.new(key.encode(), digestmod=hashlib.sha256)
        self._session = secrets.token_hex(16)

    def pack(
        self,
        kind: str,
        content: Json,
        request: str | None = None,
        metadata: Json | None = None,
        aside: Aside = _NOTHING,
    ) -> list[bytes]:
        """The frames of a request under the id `request`, or one of our making."""
        header: Json = {
            "msg_id": request or secrets.token_hex(16),
            "session": self._session,
            "username": "lookin",
            "date": datetime.now(UTC).isoformat(),
            "msg_type": kind,
            "version": "5.4",
        }
        if aside.subshell is not None:
            header["subshell_id"] = aside.subshell
        parent = {"msg_id": aside.parent} if aside.parent else {}
        parts = [json.dumps(part).encode() for part in (header, parent, metadata or {}, content)]
        return [_DELIMITER, self._sign(parts), *parts, *aside.buffers]

    def unpack(self, frames: Sequence[bytes], left_out: int = 0) -> Message | None:
        """The message; None for a forged or garbled one. `left_out` bytes did not fit in memory."""
        try:
            return self._unpack(frames, left_out)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None

    def _unpack(self, frames: Sequence[bytes], left_out: int) -> Message | None:
        start = frames.index(_DELIMITER)
        parts = frames[start + 2 : start + 6]
        header, parent = _load(parts[0]), _load(parts[1])
        if left_out == 0 and not hmac.compare_digest(self._sign(parts), frames[start + 1]):
            return None
        content = None if left_out or _is_too_rich(parts[3]) else json.loads(parts[3])
        if not isinstance(content, dict | None):
            raise TypeError("content")
        return Message(
            _number(frames[start - 1]) if start else 0,
            str(header["msg_type"]),
            str(parent.get("msg_id", "")),
            content,
            sum(map(len, frames)) + left_out,
            str(header.get("msg_id", "")),
            _load(parts[2]) if len(parts[2]) < _METADATA_BYTES else {},
            tuple(frames[start + 6 :]),
        )

    def _sign(self, parts: Sequence[bytes]) -> bytes:
        signature = self._hmac.copy()
        for part in parts:
            signature.update(part)
        return signature.hexdigest().encode()


def _load(part: bytes) -> Json:
    if len(part) > _HEADER_BYTES:
        raise ValueError("too long")
    loaded = json.loads(part)
    if not isinstance(loaded, dict):
        raise TypeError("header")
    return loaded


def _is_too_rich(part: bytes) -> bool:
    """Whether it may hold so many values that reading it would stop everybody for seconds."""
    if len(part) < _FEW_BYTES:
        return False
    lists = part.count(b"[") + part.count(b"{")
    return lists > _MOST_LISTS or part.count(b",") > _MOST_ITEMS


def _number(frame: bytes) -> int:
    """What stands after `lookin:`; 0 for an ordinary topic."""
    digits = frame.removeprefix(_NUMBER)
    return int(digits) if digits != frame and digits.isdigit() and len(digits) < 16 else 0
