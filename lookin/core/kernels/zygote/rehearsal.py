"""What a kernel does first, done once before the fork: it finds what is missing, and warms up.

A probe child plays a whole kernel and tells what it had to import; then the zygote itself walks
the same ways as far as they need no socket. Leaves no trace in the kernel's namespace.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from typing import Any

from . import native
from .template import PORTS

_CELLS = (
    "1 + 1",
    "x = {'a': [1, 2.5, 'b']}; x",
    "print('a')",
    "def f(a):\n    return a\n\nf(1)",
    "1 / 0",
    "f(",
    "%pwd",
)
_HEAVY = (  # only in the probe child: it may compute
    "import pandas, numpy; pandas.DataFrame({'a': [1, 2], 'b': ['x', 'y']})",
    "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.title('a'); plt.show()",
)
_SECONDS = 30


def learn(app: Any) -> list[str]:
    """Names of the modules that a kernel imports when it starts and runs its first cells."""
    reading, writing = os.pipe()
    folder = tempfile.mkdtemp(prefix="lookin-")
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _play(app, folder, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    return list(json.loads(told)) if told else []


def _play(app: Any, folder: str, writing: int) -> None:
    """In the probe child: a kernel with sockets and threads, and a few cells."""
    signal.alarm(_SECONDS)
    native.default_signals()
    before = set(sys.modules)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    listeners = {}
    for port in PORTS.values():
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{folder}/s-{port}")
        listener.listen()
        listeners[port] = listener.detach()
    app.christen({"ip": f"{folder}/s", "key": "k"})
    app.awaken(listeners)
    _run(app, (*_CELLS, *_HEAVY))
    names = [name for name in sys.modules if name not in before and "__main__" not in name]
    os.write(writing, json.dumps(names).encode())
    os._exit(0)


def rehearse(app: Any) -> None:
    """Run the light cells without a socket, in the zygote itself; forget them."""
    shell = app.kernel.shell
    kept = set(shell.user_ns)
    streams = sys.stdout, sys.stderr
    with open(os.devnull, "w") as null:  # noqa: PTH123
        sys.stdout = sys.stderr = null
        try:
            _run(app, _CELLS)
        finally:
            sys.stdout, sys.stderr = streams
    for name in set(shell.user_ns) - kept:
        del shell.user_ns[name]
    shell.execution_count = 1
    shell.displayhook.exec_result = None
    sys.last_traceback = sys.last_value = sys.last_type = None


def _run(app: Any, cells: tuple[str, ...]) -> None:
    shell = app.kernel.shell
    for cell in cells:
        shell.run_cell(cell, store_history=False, silent=False)
    app.kernel.do_complete("impo", 4)
