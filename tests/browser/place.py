"""A running place for browser tests: `lookin run` on a free port, with a home of its own."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# A server's Python at work beside it: it runs each line's code, and answers with what went wrong.
_OPERATOR = """
import json, sys, traceback
import django
django.setup()
from django.db import connections
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    said = ""
    try:
        exec(json.loads(line), {})
    except BaseException:
        said = traceback.format_exc()
    connections.close_all()
    print(json.dumps(said), file=answers, flush=True)
"""
_ADD = """
from lookin.apps.accounts.services import add_person
add_person({name!r}, {role!r}, password={password!r})
"""


@dataclass
class Place:
    """One running copy. `setup_link` creates the first admin, once."""

    address: str
    setup_link: str
    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]
    printed: Path
    operator: subprocess.Popen[str] | None = field(default=None, repr=False)

    def operate(self, code: str) -> None:
        """Run Python with this place's settings, in one process for all that a test has to do."""
        if self.operator is None:
            with self.printed.open("a") as log:
                self.operator = subprocess.Popen(
                    [sys.executable, "-c", _OPERATOR],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    env=self.environment,
                    cwd=ROOT,
                )
        assert self.operator.stdin is not None
        assert self.operator.stdout is not None
        self.operator.stdin.write(f"{json.dumps(code)}\n")
        self.operator.stdin.flush()
        said = json.loads(self.operator.stdout.readline())
        assert not said, said

    def dismiss_operator(self) -> None:
        """End that process, if there is one."""
        if self.operator is not None:
            self.operator.communicate(timeout=60)

    def command(self, *words: str, stdin: str = "") -> str:
        """Run `lookin WORDS` against this place and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "lookin.site.cli", *words],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=ROOT,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def add_person(self, name: str, password: str, role: str = "member") -> None:
        """Add somebody with a password."""
        self.operate(_ADD.format(name=name, role=role, password=password))


def free_port() -> int:
    """A port that nobody listens on at this moment, and that no outgoing line is given meanwhile.

    Linux gives those from 32768 on, and what it gave once it gives again soon.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def running_place(home: Path, **options: str) -> Iterator[Place]:
    """Start a place in `home`, wait until it says its address, and stop it at the end."""
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "LOOKIN_HOME": str(home),
        "LOOKIN_MODELS_DIR": os.environ.get("LOOKIN_MODELS_DIR", str(ROOT / "var" / "models")),
        "LOOKIN_RUNTIME_DIR": "",
        "DJANGO_SETTINGS_MODULE": "lookin.site.settings",  # the tests have settings of their own
        "DATABASE_URL": "",
        "LOOKIN_SEARCH_PYTHON": "no",  # it takes some seconds; who tests it says yes
        **options,
    }
    home.mkdir(parents=True, exist_ok=True)
    printed = home / "printed.txt"
    with printed.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "lookin.site.cli", "run"],
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
        )
    try:
        link = _wait_for_link(process, printed)
        place = Place(f"http://localhost:{port}", link, home, environment, process, printed)
        try:
            yield place
        finally:
            place.dismiss_operator()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def _wait_for_link(process: subprocess.Popen[str], printed: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        text = printed.read_text()
        if "Lookin is at" in text and process.poll() is None:
            found = re.search(r"http://\S+/start/\S+", text)
            return found.group() if found else ""
        assert process.poll() is None, f"lookin run ended: {text}"
        time.sleep(0.05)
    raise AssertionError(f"lookin run did not start in {START_SECONDS} s: {printed.read_text()}")
