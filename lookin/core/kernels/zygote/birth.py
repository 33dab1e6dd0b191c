"""From the zygote's fork to a warden and a kernel: who is forked from whom, and what each keeps.

zygote -> a child that leaves the namespaces and ends -> the warden (PID 1 inside) -> the kernel.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import Any, NoReturn

from ..sandbox.fence import Fence, confine, detach, harden_warden
from ..sandbox.plan import Plan
from . import frames, native
from .frames import Json
from .newborn import Newborn
from .folder import Folder
from .warden import Warden

_PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


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
        return cls(
            private=str(request["private"]),
            connection=dict(request["connection"]),
            plan=Plan.from_json(request["plan"]),
            orphan_seconds=float(request["orphan_seconds"]),
            folder=request.get("folder"),
        )


def give_birth(order: Order, app: Any, report: socket.socket, life: int) -> Newborn:
    """In the zygote's child. Only the kernel comes back from here."""
    try:
        os.setsid()
        native.default_signals()
        os.umask(0o077)
        _silence()
        folder = Folder(order.private)
        door = folder.bind("warden.sock")
        ports = {int(order.connection[port]): 0 for port in _PORTS}
        listeners = {port: folder.listen(f"s-{port}") for port in ports}
        uid = order.plan.uid if order.plan.uid is not None else os.getuid()
        detach(order.plan)
        pid = os.fork()
        if pid:
            os._exit(0)
    except BaseException as error:  # noqa: BLE001 (nothing may go on as a second zygote)
        _fail(report, error)
    return _guard(order, app, report, Parts(folder, door, listeners, life, uid))


@dataclass(frozen=True)
class Parts:
    """What was made outside for warden and kernel."""

    folder: Folder
    door: socket.socket
    listeners: dict[int, socket.socket]
    life: int
    uid: int


def _guard(order: Order, app: Any, report: socket.socket, parts: Parts) -> Newborn:
    """In the warden-to-be: raise the fence, fork the kernel, then watch over it for good."""
    try:
        pid = native.outer_pid()
        parts.door.listen(8)  # here: SO_PEERCRED names the process that listens
        fence = Fence(order.plan)
        fence.raise_()
        harden_warden(order.plan)
        ours, theirs = socket.socketpair()
        warden_pid = os.getpid()
        kernel = os.fork()
    except BaseException as error:  # noqa: BLE001
        _fail(report, error)
    if kernel == 0:
        ours.close()
        return _shut_in(order, app, theirs, parts, warden_pid)
    try:
        frames.send(report, {"pid": pid})
        warden = Warden(parts.folder, parts.door, ours, fence, kernel)
        warden.kernel_uid = parts.uid
        warden.watch(order.orphan_seconds, parts.life)
    finally:
        os._exit(1)


def _shut_in(
    order: Order, app: Any, warden: socket.socket, parts: Parts, warden_pid: int
) -> Newborn:
    """In the kernel-to-be: behind the fence before there is a second thread."""
    listeners = {port: listener.detach() for port, listener in parts.listeners.items()}
    try:
        confine(order.plan, order.folder, (0, 1, 2, warden.fileno(), *listeners.values()))
        native.be_ordinary(warden_pid)
        native.name_process("lookin-kernel")
    except BaseException as error:  # noqa: BLE001
        _fail(warden, error)
    return Newborn(app, order.connection, listeners, warden)


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
