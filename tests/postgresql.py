"""A private PostgreSQL for the tests: in a temporary folder, on a unix socket, gone afterwards.

Never touches a cluster that the machine already runs.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

MISSING = "skipped: PostgreSQL was not found (install the package postgresql)"
START_SECONDS = 30.0
_LIBRARY = ctypes.CDLL(None)
# Nothing here outlives the run, so nothing needs to survive a power cut.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL, reached through the socket in `sockets` as the role lookin."""

    sockets: Path

    def url(self, database: str = "lookin") -> str:
        """The DATABASE_URL of one of its databases."""
        return f"postgresql://lookin@/{database}?host={self.sockets}"

    def create(self, database: str) -> str:
        """Make an empty database and return its DATABASE_URL."""
        assert re.fullmatch("[a-z_]+", database)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}")
        return self.url(database)


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`: from PATH, else the newest that Debian installed."""
    found = shutil.which("initdb")
    if found and Path(found).resolve().with_name("postgres").exists():
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = sorted(installed, key=lambda path: int(re.sub(r"\D", "", path.parts[4]) or 0))
    return newest[-1].parent if newest else None


@contextlib.contextmanager
def private_cluster() -> Iterator[Cluster]:
    """Make a cluster, run it, and remove it however the block ends."""
    binaries = programs()
    assert binaries is not None, MISSING
    folder = Path(
        tempfile.mkdtemp(prefix="lookin-pg-", dir="/tmp")
    )  # a socket's path must be short
    data = folder / "data"
    account = _account()
    try:
        if account:
            shutil.chown(folder, account["user"], account["group"])
        options = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "-U", "lookin"]
        made = subprocess.run(
            [binaries / "initdb", *options, "-D", data],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            **account,
        )
        assert made.returncode == 0, made.stderr
        with _running(binaries / "postgres", folder, account) as cluster:
            cluster.create("lookin")
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(program: Path, folder: Path, account: dict[str, Any]) -> Iterator[Cluster]:
    command = [str(program), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in _SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command,
            cwd=folder,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_the_tests,  # noqa: PLW1509 (no thread runs yet)
            **account,
        )
    try:
        _wait(server, Cluster(folder), folder / "log")
        yield Cluster(folder)
    finally:
        server.send_signal(signal.SIGINT)  # "fast": it drops who is still connected
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], cluster: Cluster, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert server.poll() is None, log.read_text()
        try:
            psycopg.connect(cluster.url("postgres")).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: there it runs as the account that its package made."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise AssertionError("PostgreSQL does not run as root, and there is no account to run it as")


def _end_with_the_tests() -> None:
    """Linux sends the server SIGINT when the tests die, even by kill -9 (PR_SET_PDEATHSIG = 1)."""
    with contextlib.suppress(AttributeError):
        _LIBRARY.prctl(1, signal.SIGINT)
