"""What other processes tell the indexer: small datagrams, each with the secret that it made.

Plain Python, also for the broker. A kernel behind the reduced fence can send to any socket of this
account but reads no file of the runtime folder: without the secret nobody is heard.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import socket
from pathlib import Path
from typing import Any

DATAGRAM_BYTES = 1_000


def indexer_socket(runtime_dir: Path) -> Path:
    """Where the indexer hears what has changed. It may not be there."""
    return runtime_dir / "indexer.sock"


def secret_file(path: Path) -> Path:
    """Where the secret of the indexer that listens at `path` lies."""
    return path.with_suffix(".token")


def new_secret(path: Path) -> str:
    """A secret for whoever listens at `path`, readable for this account alone."""
    file = secret_file(path)
    file.unlink(missing_ok=True)
    secret = secrets.token_hex(16)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(secret)
    return secret


def send(line: socket.socket, path: Path, value: dict[str, Any]) -> None:
    """Tell the indexer at `path`. Raises OSError where nobody listens, BlockingIOError when it has
    no room just now (for a `line` that does not block)."""
    message = {**value, "secret": secret_file(path).read_text("latin-1")}
    line.sendto(json.dumps(message).encode(), str(path))


def tell(path: Path, value: dict[str, Any]) -> None:
    """The same, once: silent when nobody listens; waits for nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        send(line, path, value)


def read(data: bytes, secret: str) -> dict[str, Any] | None:
    """What a datagram says; None for one that is no message of ours."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(said := value.pop("secret", None), str):
        return None
    return value if hmac.compare_digest(said.encode("utf-8", "replace"), secret.encode()) else None
