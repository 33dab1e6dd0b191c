"""The broker process: one socket, one house, and an orderly end on SIGTERM or SIGINT.

Needs no Django: told its options by whoever starts it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lookin.apps.kernels.broker.announcing import Announcer
from lookin.apps.kernels.broker.drivers import make_driver
from lookin.apps.kernels.broker.hiding import allow_many_files, hide_process, new_token_file
from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.reception import receive
from lookin.apps.kernels.broker.rules import HouseRules, KernelRules
from lookin.apps.notebooks.framing import token_file
from lookin.apps.notebooks.telling import indexer_socket
from lookin.core.lib.errors import LookinError
from lookin.core.lib.signals import STOP_SIGNALS

log = logging.getLogger("lookin.broker")
READ_AHEAD = 256 * 1024
SWITCH_SECONDS = 0.001  # a thread that saves a large notebook must not make others wait for 5 ms


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """`home` holds logs and scratch notebooks, `runtime_dir` (0700, short) sockets."""

    home: Path
    runtime_dir: Path
    kernel_python: Path
    rules: HouseRules = field(default_factory=HouseRules)
    kernels: KernelRules = field(default_factory=KernelRules)

    @property
    def socket(self) -> Path:
        """Where web processes connect."""
        return self.runtime_dir / "broker.sock"


def serve_forever(options: BrokerOptions) -> int:
    """Run until SIGTERM or SIGINT. Raises LookinError `broker_running` when one runs already."""
    with _alone(options):
        asyncio.run(serve(options))
    return 0


@contextlib.contextmanager
def _alone(options: BrokerOptions) -> Iterator[None]:
    """Two brokers on the same data would tear each other's logs."""
    options.runtime_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    live = options.home / "live"
    live.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        for path in (live / ".lock", options.runtime_dir / "broker.lock"):
            file = stack.enter_context(path.open("w"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise LookinError(
                    "The part of Lookin that runs notebooks is running already.",
                    "Stop the other one first, or give this one its own LOOKIN_HOME.",
                    code="broker_running",
                ) from error
        yield


async def serve(options: BrokerOptions) -> None:
    """Serve until told to stop; then save everything and leave no process, socket or folder."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    hide_process()
    sys.setswitchinterval(SWITCH_SECONDS)
    allow_many_files()
    runtime = options.runtime_dir / "kernels"
    driver = await make_driver(options.kernel_python, runtime, options.home, options.kernels)
    announcer = Announcer(indexer_socket(options.runtime_dir))
    house = House(options.home / "live", driver, options.rules, options.kernels, announcer)
    await house.adopt()
    token = new_token_file(token_file(options.socket))
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        task.add_done_callback(connections.discard)
        if _is_ours(writer):
            await receive(house, token, reader, writer)
        else:
            writer.close()

    options.socket.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(
        connected, sock=_bound(options.socket), limit=READ_AHEAD
    )
    log.info("The broker is ready")
    await stop.wait()
    server.close()
    options.socket.unlink(missing_ok=True)
    token_file(options.socket).unlink(missing_ok=True)
    await house.close()
    for task in connections:
        task.cancel()
    await asyncio.gather(*connections, return_exceptions=True)
    await driver.close()
    with contextlib.suppress(OSError):
        runtime.rmdir()


def _bound(path: Path) -> socket.socket:
    """A listening socket that never was open to others, not even for a moment."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    listening.listen(128)
    listening.setblocking(False)
    return listening


def _is_ours(writer: asyncio.StreamWriter) -> bool:
    """Whether the process at the other end belongs to the same user (where the system tells)."""
    if sys.platform != "linux":
        return True
    peer = writer.get_extra_info("socket").getsockopt(
        socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
    )
    return bool(struct.unpack("3i", peer)[1] == os.getuid())
