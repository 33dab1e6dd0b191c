"""A forked kernel: completes itself, waits to be somebody's, and lives as ipykernel does.

It is behind its fence already. Not for what was built before the fork (`template`).
"""

from __future__ import annotations

import atexit
import gc
import os
import socket
import sys
import threading
from typing import Any, NoReturn

from . import frames, native, renewal


class Newborn:
    """The kernel to be, with all that it was given."""

    def __init__(self, app: Any, listeners: dict[int, int], warden: socket.socket) -> None:
        self._app, self._listeners, self._warden = app, listeners, warden

    def live(self) -> NoReturn:
        """Become complete, wait for the claim, run until the kernel is shut down."""
        try:
            native.default_signals()
            self._app.awaken(self._listeners)
            self._wait_for_claim()
        except BaseException as error:  # noqa: BLE001
            frames.send(self._warden, {"failed": f"{type(error).__name__}: {error}"[:500]})
            os._exit(1)
        self._warden.close()
        app = self._app
        del self._app
        gc.enable()
        app.io_loop_only()
        _end()

    def _wait_for_claim(self) -> None:
        frames.send(self._warden, {"ready": True})
        orders = frames.Frames(self._warden)
        claim, where = orders.wait(), orders.wait()
        if claim is None or where is None:  # the warden is gone
            os._exit(1)
        environment = {str(k): str(v) for k, v in dict(claim["environment"]).items()}
        renewal.become(self._app, where["cwd"], environment)
        frames.send(self._warden, {"claimed": True})


def _end() -> NoReturn:
    """As Python ends, without taking every module apart: that would copy all shared memory."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(0)
