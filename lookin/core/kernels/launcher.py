"""Runs under the kernels' own Python: fences itself as far as a plain process can, then ipykernel.

Imports nothing of Lookin but what lies beside it. Called as
`python launcher.py PARENT_PID -f CONNECTION_FILE …`.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import sys
import types
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_OPEN_FILES = 4096


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the broker dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def limit_resources() -> None:
    """No core files (they hold people's data), and a bounded number of open files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = _OPEN_FILES if most == resource.RLIM_INFINITY else min(_OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def our_part(name: str) -> types.ModuleType:
    """The module `name` of this folder, without making Lookin importable by people's code."""
    package = types.ModuleType("_lookin")
    package.__path__ = [str(Path(__file__).resolve().parent)]
    sys.modules["_lookin"] = package
    return importlib.import_module(f"_lookin.{name}")


def main() -> None:
    """Start the kernel; returns when it has been shut down."""
    die_with_parent(int(sys.argv.pop(1)))
    limit_resources()
    sys.path.pop(0)  # this file's folder; ipykernel puts the working directory there
    our_part("kernelapp").LookinKernelApp.launch_instance()


if __name__ == "__main__":
    main()
