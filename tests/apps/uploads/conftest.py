"""A person, and a real web process of their own for uploads that must be seen on the wire."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lookin.apps.accounts.models import User

_PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from lookin.apps.accounts.models import User
from lookin.apps.workspaces.access import personal_workspace
from tests.people import client_of
person = User.objects.create(username="kim")
client = client_of(person)
client.get("/ajax/calc?op1=1&op2=1")
print(personal_workspace(person).folder)
print(client.cookies["sessionid"].value)
"""


@pytest.fixture
def person(db: None, tmp_path: Path, settings: pytest.FixtureRequest) -> User:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    return User.objects.create(username="kim", language="en")


@dataclass(frozen=True)
class Server:
    """A running web process, its person's folder and session."""

    port: int
    pid: int
    folder: Path
    session: str

    def peak_bytes(self) -> int:
        """The most memory the process ever held (Linux: VmHWM)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmHWM")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "LOOKIN_RUNTIME_DIR"}},
        "DJANGO_SETTINGS_MODULE": "lookin.site.settings",
        "LOOKIN_HOME": str(home),
        "LOOKIN_UPLOAD_LIMIT_MB": "50",
        "PORT": str(port),
    }
    prepare = [sys.executable, "-c", _PREPARE]
    said = subprocess.run(prepare, env=environment, capture_output=True, text=True, check=True)
    folder, session = said.stdout.split()
    command = [sys.executable, "-m", "uvicorn", "lookin.site.asgi:application", "--lifespan", "off"]
    command += ["--port", str(port), "--log-level", "warning"]
    with subprocess.Popen(command, env=environment) as process:
        try:
            _wait_for(port, process)
            yield Server(port, process.pid, Path(folder), session)
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ajax/calc?op1=6&op2=7") as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the web process did not start")
