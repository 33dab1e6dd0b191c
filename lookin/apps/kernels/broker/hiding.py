"""The broker as a process: its memory, environment and socket kept from code in kernels; files."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from pathlib import Path

from lookin.core.lib.ids import new_token

_PR_SET_DUMPABLE = 4  # prctl(2)


def hide_process() -> None:
    """Other processes of our user cannot read our /proc/PID, nor trace us. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def allow_many_files() -> None:
    """As many descriptors as the system lets us have: each kernel costs about eight."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def new_token_file(path: Path) -> str:
    """A new secret in `path`, for our eyes only: whoever shows it may connect."""
    token = new_token()
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    return token
