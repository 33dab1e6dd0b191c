"""From the zygote's fork to a warden and a kernel: who is forked from whom, and what each keeps.

zygote -> a child that leaves the namespaces and ends -> the warden (PID 1 inside) -> the kernel.
What can be made in the zygote is made there: each page a fork writes on is a page of its own.
"""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass
from typing import Any, NoReturn

from ..sandbox.fence import Fence, confine, detach, harden_warden
from ..sandbox.plan import Plan
from . import frames, native, renewal
from .folder import Folder
from .frames import Json
from .newborn import Newborn
from .template import PORTS
from .warden import Warden


@dataclass(frozen=True)
class Order:
    """What the driver asked for. `folder` only where the fence must know it beforehand."""

    private: str
    connection: Json
    plan: Plan
    orphan_seconds: float
    folder: str | None

    @classmethod
    def read(cls, request: Json) -> Order:
        """Raises KeyError, TypeError or ValueError when the request makes no sense."""
        if request["op"] != "fork":
            raise ValueError(f"no such operation: {request['op']}")
        connection = dict(request["connection"])
        if any(connection[name] != port for name, port in PORTS.items()):
            raise ValueError("the ports of our kernels are 1 to 5")
        return cls(
            private=str(request["private"]),
            connection=connection,
            plan=Plan.from_json(request["plan"]),
            orphan_seconds=float(request["orphan_seconds"]),
            folder=request.get("folder"),
        )


class Birth:
    """One kernel on its way: everything made for it before the fork."""

    def __init__(self, order: Order, app: Any, life: int) -> None:
        """In the zygote. Raises OSError when the private folder cannot be used."""
        self._order, self._app = order, app
        self._folder = Folder(order.private)
        self._door = self._folder.bind("warden.sock")
        listeners = {port: self._folder.listen(f"s-{port}") for port in PORTS.values()}
        self._listeners = {port: listener.detach() for port, listener in listeners.items()}
        ours, self._theirs = socket.socketpair()
        self.report, self._reporting = socket.socketpair()
        self._warden = Warden(self._folder, self._door, ours, life, order.orphan_seconds)
        self._warden.christen(order.plan.uid if order.plan.uid is not None else os.getuid())
        app.christen(order.connection)
        renewal.seed_numpy()

    def forget(self) -> None:
        """In the zygote, after the fork: keep the end that hears how it went, and nothing else."""
        for descriptor in (*self._folder.descriptors, *self._listeners.values()):
            os.close(descriptor)
        for end in (self._door, self._theirs, self._reporting, *self._warden.ends):
            end.close()

    def go_on(self) -> Newborn:
        """In the zygote's child. Only the kernel comes back from here."""
        try:
            os.setsid()
            _silence()
            detach(self._order.plan)
            if os.fork():
                os._exit(0)
        except BaseException as error:  # noqa: BLE001 (nothing may go on as a second zygote)
            _fail(self._reporting, error)
        return self._guard()

    def _guard(self) -> Newborn:
        """In the warden-to-be: raise the fence, fork the kernel, then watch over it for good."""
        plan = self._order.plan
        try:
            pid = native.outer_pid()
            self._door.listen(8)  # here: SO_PEERCRED names the process that listens
            fence = Fence(plan)
            fence.raise_()
            harden_warden(plan)
            warden_pid = os.getpid()
            kernel = os.fork()
        except BaseException as error:  # noqa: BLE001
            _fail(self._reporting, error)
        if kernel == 0:
            return self._shut_in(warden_pid)
        try:
            with contextlib.suppress(OSError):  # the zygote has died; the end follows
                frames.send(self._reporting, frames.seal(f'{{"pid":{pid}}}'))
            self._warden.watch(fence, kernel)
        finally:
            os._exit(1)

    def _shut_in(self, warden_pid: int) -> Newborn:
        """In the kernel-to-be: behind the fence before there is a second thread."""
        keep = (0, 1, 2, self._theirs.fileno(), *self._listeners.values())
        try:
            confine(self._order.plan, self._order.folder, keep)
            native.be_ordinary(warden_pid)
            native.name_process("lookin-kernel")
        except BaseException as error:  # noqa: BLE001
            _fail(self._theirs, error)
        return Newborn(self._app, self._listeners, self._theirs)


def _silence() -> None:
    """Not the zygote's standard descriptors: people's code would write into its log."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _fail(report: socket.socket, error: BaseException) -> NoReturn:
    """Say why and end. Whatever it was, this process must not go on."""
    try:
        frames.send(report, {"failed": f"{type(error).__name__}: {error}"[:500]})
    finally:
        os._exit(1)
