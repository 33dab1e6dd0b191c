"""`lookin run`: broker, web process and indexer, side by side, until Ctrl-C.

A web process that dies is started again while kernels go on; so is a broker, whose notebooks come
back from their logs. Not for several machines: there each process is a unit of its own.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

import django
from django.conf import settings

from lookin.core.lib.errors import LookinError
from lookin.core.lib.signals import on_stop_signals
from lookin.site.places import held_home, make_runtime_dir

# A process that ends sooner than this after its start is waited for, longer each time.
STEADY_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 10.0
STOP_SECONDS = 12.0
READY_SECONDS = 30.0


@dataclass(slots=True)
class Child:
    """One process that is kept running."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = field(default=0.0)
    not_before: float = 0.0

    def start(self) -> None:
        """Start it. It gets its own session, so that Ctrl-C reaches only the supervisor."""
        command = [sys.executable, "-m", "lookin.site.cli", self.name]
        self.process = subprocess.Popen(command, start_new_session=True)
        self.started = time.monotonic()

    def keep(self) -> None:
        """Start it again when it ended, after a pause that grows while it keeps ending at once."""
        if self.process is not None and self.process.poll() is None:
            return
        now = time.monotonic()
        if self.process is not None:
            quick = now - self.started < STEADY_SECONDS
            self.pause = min(LONGEST_PAUSE_SECONDS, max(0.5, self.pause * 2)) if quick else 0.0
            self.not_before = now + self.pause
            _say(f"The {self.name} process ended; starting it again.")
            self.process = None
        if now >= self.not_before:
            self.start()

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run() -> int:
    """Migrate, start the processes, print the address, and keep them until told to stop."""
    refuse_taken_port(settings.BIND, settings.PORT)
    make_runtime_dir(settings.RUNTIME_DIR)
    with held_home(settings.HOME):
        _keep_running()
    return 0


def _keep_running() -> None:
    stop = threading.Event()

    def told(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    on_stop_signals(told)
    broker, web, indexer = Child("broker"), Child("web"), Child("indexer")
    try:
        broker.start()  # it needs no database, so it starts while that is brought up to date
        greeting = _prepare_database()
        web.start()
        if _wait_until_it_answers(web, stop):
            _say(greeting)
        while not stop.wait(0.5):
            broker.keep()
            web.keep()
            indexer.keep()  # first now: it works hard at the start, and people go first
    finally:
        _say("Stopping.")
        indexer.stop()
        web.stop()
        broker.stop()


def _prepare_database() -> str:
    django.setup()
    from django.db import connections

    from lookin.apps.accounts.models import User
    from lookin.site.fencing import fence_lines
    from lookin.site.housekeeping import sweep
    from lookin.site.migration import explained, migrate_database
    from lookin.site.welcome import address, setup_address

    migrate_database()
    lines = [f"Lookin is at {address()}   (Ctrl-C stops it)"]
    with explained():
        sweep()
        lines += fence_lines()
        if not User.objects.filter(role="admin", is_active=True).exists():
            lines.append(f"Create the first admin, once, at {setup_address()}")
    connections.close_all()
    return "\n".join(lines)


def refuse_taken_port(bind: str, port: int) -> None:
    """Raise LookinError: `port_taken` when somebody listens there, `bad_option` for no address."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except socket.gaierror as error:
            raise LookinError(
                "LOOKIN_BIND is “{bind}”, which is no address of this machine ({reason}).",
                "Set it to 127.0.0.1, or to 0.0.0.0 to let other machines in.",
                code="bad_option",
                values={"bind": bind, "reason": error.strerror},
            ) from error
        except OSError as error:
            raise LookinError(
                "Port {port} is in use or not allowed ({reason}).",
                "Choose another: PORT={other} make run",
                code="port_taken",
                values={
                    "port": port,
                    "other": port + 1 if port < 65535 else 8000,
                    "reason": error.strerror,
                },
            ) from error


def _wait_until_it_answers(web: Child, stop: threading.Event) -> bool:
    """Whether the web process took a connection within its time."""
    bind = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.BIND, settings.BIND)  # noqa: S104
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stop.is_set():
        if web.process is not None and web.process.poll() is not None:
            return False
        try:
            socket.create_connection((bind, settings.PORT), timeout=1).close()
        except OSError:
            stop.wait(0.05)
        else:
            return True
    return False


def _say(text: str) -> None:
    with contextlib.suppress(OSError):  # a full disk, or nobody reads: the place goes on
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
