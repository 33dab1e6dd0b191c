"""The zygote itself: imports, then forks kernels when its driver asks, and reaps. One thread.

Ends with its control socket; claimed kernels live on. Not for what happens in a fork (`birth`).
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import select
import signal
import socket
import sys
from functools import partial
from typing import Any

from . import birth, frames, holes, imports, native
from .frames import Json
from .newborn import Newborn


class Nursery:
    """The loop between the driver's requests and the forks."""

    def __init__(self, control: socket.socket, app: Any) -> None:
        self._control = frames.Frames(control)
        self._app = app
        self._life, self._lifeline = os.pipe()  # ends with us: so do unclaimed kernels
        self._births: dict[int, tuple[str, frames.Frames]] = {}
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._woken, waking = socket.socketpair()
        waking.setblocking(False)
        self._woken.setblocking(False)
        self._waking = waking
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        self._poll.register(self._woken, select.POLLIN)

    def serve(self) -> Newborn | None:
        """Until the control socket ends (None), or in a fork: the kernel to be."""
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._woken.fileno():
                    self._reap()
                elif descriptor in self._births:
                    self._answer(descriptor)
                else:
                    requests = self._control.read()
                    if requests is None:
                        return None
                    for request in requests:
                        newborn = self._fork(request)
                        if newborn is not None:
                            return newborn

    def _reap(self) -> None:
        self._woken.recv(4096)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass

    def _fork(self, request: Json) -> Newborn | None:
        """Fork a warden and its kernel. A Newborn in the kernel, None in the zygote."""
        name = str(request.get("id", ""))
        try:
            native.check_single_thread()
            order = birth.Order.read(request)
            child = birth.Birth(order, self._app, self._life)
        except (KeyError, TypeError, ValueError, RuntimeError, OSError) as error:
            self._say({"failed": name, "why": f"{type(error).__name__}: {error}"})
            return None
        if os.fork() == 0:
            return child.go_on()
        child.forget()
        self._births[child.report.fileno()] = (name, frames.Frames(child.report))
        self._poll.register(child.report, select.POLLIN)
        return None

    def _answer(self, descriptor: int) -> None:
        """What a fork reports of itself, once."""
        name, stream = self._births.pop(descriptor)
        self._poll.unregister(descriptor)
        try:
            report = stream.wait()
        except (OSError, ValueError):
            report = None
        stream.stream.close()
        if report and "pid" in report:
            self._say({"forked": name, "pid": report["pid"]})
        else:
            why = report["failed"] if report else "it ended at once"
            self._say({"failed": name, "why": str(why)})

    def _say(self, frame: Json) -> None:
        with contextlib.suppress(OSError):  # the driver has died: the socket's end follows
            frames.send(self._control.stream, frame)


def run(words: list[str]) -> None:
    """The process of the zygote and, in its forks, of a kernel. Does not return."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--imports", default="")
    parser.add_argument("--without", default="{}")
    options = parser.parse_args(words)
    native.check_clean(options.control)
    native.name_process("lookin-zygote")
    native.become_subreaper()
    native.die_with_parent()  # an import may never end, and then nobody looks at the socket
    os.umask(0o077)
    control = socket.socket(fileno=options.control)
    control.set_inheritable(False)
    found = imports.load(options, partial(frames.send, control))
    gc.collect()
    holes.fill()  # so that a kernel's own parts lie close together, not in between the packages
    app = imports.build(found)
    gc.collect()
    gc.freeze()
    native.trim_memory()
    holes.fill()
    gc.freeze()
    nursery = Nursery(control, app)
    native.note_signals()
    native.outlive_parent()  # the socket tells us; killed in a birth, we would leave its folder
    frames.send(
        control,
        {"ready": True, "missing": found.missing, "modules": len(sys.modules)},
    )
    newborn = nursery.serve()
    if newborn is None:
        os._exit(0)
    del nursery, control
    newborn.live()
