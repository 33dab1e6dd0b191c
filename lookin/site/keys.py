"""Secret keys of this installation: made at the first start, one file each, for us alone.

Not for people's secrets: passwords are hashed in the database.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import disk_error, write_atomic

KEY_BYTES = 32


def load_key(home: Path, name: str) -> bytes:
    """The 32 random bytes of `<home>/keys/<name>`, made when they are not there yet.

    Two processes that start at once agree: the first to link its file wins.
    Raises LookinError: `disk` when the folder cannot be written, `bad_key` for a damaged file.
    """
    folder = home / "keys"
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            fresh = folder / f".{name}.{os.getpid()}"
            write_atomic(fresh, secrets.token_bytes(KEY_BYTES), mode=0o600)
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
            fresh.unlink()
        key = path.read_bytes()
    except OSError as error:
        raise disk_error(error) from error
    if len(key) != KEY_BYTES:
        raise LookinError(
            "The key {path} is damaged. Nothing was changed.",
            "Put it back from a backup. Without one, moving the file away makes a new key: with"
            " keys/django new, everybody signs in again; with keys/faces new, everybody shows"
            " their face again.",
            code="bad_key",
            values={"path": path},
        )
    return key
