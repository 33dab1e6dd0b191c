"""What a claimed kernel must not share with its siblings or the zygote, and so is made anew.

The whole list: docs/decisions/0013. Sockets, threads, sessions: `template`.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

INLINE = "module://matplotlib_inline.backend_inline"


def become(app: Any, folder: str, environment: dict[str, str]) -> None:
    """Make the kernel somebody's: its folder, its environment, its own dice."""
    os.environ.clear()
    os.environ.update(environment)
    os.environ.setdefault("MPLBACKEND", INLINE)  # as ipykernel does when it starts
    os.umask(0o077)
    os.chdir(folder)
    time.tzset()
    _renew_randomness()
    _renew_caches()
    _renew_shell(app, folder)
    for name in app.ours:  # known before: looking at all names would write on all their pages
        sys.modules.pop(name, None)
    sys.argv = ["ipykernel_launcher.py"]


def seed_numpy() -> None:
    """In the zygote, before each fork: NumPy's global generator does not seed itself after one.

    There it costs no kernel a page. The next kernel gets another seed; the zygote draws nothing.
    """
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _renew_randomness() -> None:
    """`random` seeds itself after a fork; torch's global generator does not."""
    random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].seed()


def _renew_caches() -> None:
    """Remembered folders and processes of the zygote."""
    tempfile.tempdir = None
    tempfile._name_sequence = None  # type: ignore[attr-defined]
    psutil = sys.modules.get("psutil")
    if psutil is not None:
        psutil._pmap.clear()
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        for remembered in (matplotlib.get_configdir, matplotlib.get_cachedir):
            _forget_result(remembered)


def _forget_result(remembering: Callable[..., Any]) -> None:
    """Matplotlib's own memoising wrapper keeps `called` in its closure."""
    closure = getattr(remembering, "__closure__", None) or ()
    names = getattr(getattr(remembering, "__code__", None), "co_freevars", ())
    for name, cell in zip(names, closure, strict=False):
        if name == "called":
            cell.cell_contents = False


def _renew_shell(app: Any, folder: str) -> None:
    shell = app.kernel.shell
    shell.starting_dir = folder
    shell.home_dir = os.environ.get("HOME", folder)
    shell.history_manager.dir_hist[:] = [folder]
    shell.dir_stack = []
    where = os.environ.get("IPYTHONDIR")
    if where:
        shell.ipython_dir = where
