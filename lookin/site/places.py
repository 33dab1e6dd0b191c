"""Where things lie: the folders that the options name, made private when they are first needed."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import disk_error

# A unix socket's path holds 107 bytes; leave room for the longest name below the folder.
LONGEST = 70


def make_home(home: Path) -> None:
    """Make the data folder, private to this account. Raises LookinError when that fails."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        for name in ("workspaces", "live", "scratch"):
            (home / name).mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise disk_error(error) from error


def runtime_dir(chosen: Path, home: Path) -> Path:
    """The private folder for sockets: `chosen`, or one of this home's own in the temporary folder.

    Raises LookinError (code `bad_option`) when the folder belongs to somebody else or its path
    is too long for a socket.
    """
    if chosen != Path():
        folder = chosen
    else:
        mark = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"lookin-{os.getuid()}-{mark}"
    if len(os.fsencode(folder)) > LONGEST:
        raise LookinError(
            "The folder for sockets has too long a path: {folder}.",
            "Set LOOKIN_RUNTIME_DIR to a short path, such as /run/lookin.",
            code="bad_option",
            values={"folder": folder},
        )
    return folder


def make_runtime_dir(folder: Path) -> None:
    """Make `folder`, for this account only; a folder that others own or may enter is refused."""
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(parents=True, mode=0o700)
        status = folder.lstat()
    except OSError as error:
        raise disk_error(error) from error
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    if not is_ours or status.st_mode & 0o077:
        raise LookinError(
            "{folder} is not a folder that this account alone may enter, so sockets there would"
            " not be safe.",
            "Set LOOKIN_RUNTIME_DIR to a folder of your own with the mode 700, or to one that is"
            " not there yet.",
            code="bad_option",
            values={"folder": folder},
        )


@contextlib.contextmanager
def held_home(home: Path) -> Iterator[None]:
    """Keep `home` for this one start. Raises LookinError (`running`) when another start has it."""
    try:
        file = (home / ".running.lock").open("w")
    except OSError as error:
        raise disk_error(error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LookinError(
                "Lookin runs already with the data in {home}.",
                "Stop that one first, or give this one its own LOOKIN_HOME.",
                code="running",
                values={"home": home},
            ) from error
        yield
