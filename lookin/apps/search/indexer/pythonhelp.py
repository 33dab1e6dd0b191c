"""Help on Python: what the packages of the kernels' environment offer, as an index for everyone.

Gathered by the kernels' own Python in a process apart (kernelhelp.py), with a clean environment and
an end in time, and again only when the packages have changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import logging
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lookin.apps.search.index.entry import Entry, Part
from lookin.apps.search.index.opening import PYTHON, open_for_writing
from lookin.apps.search.indexer import kernelhelp
from lookin.apps.search.indexer.commonnames import COMMON_NS, is_common, weight_of
from lookin.core.kernels.drivers.packages import fingerprint
from lookin.core.kernels.environment import kernel_environment
from lookin.core.lib.clock import monotonic

log = logging.getLogger("lookin.indexer")
SECONDS = 120.0
MOST_NAMES = 60_000
LINE_BYTES = 4_000
BATCH = 1_000
_STATE = "python.json"


@dataclass(frozen=True, slots=True)
class Kernels:
    """Whose help it is: the kernels' Python, and what every kernel imports."""

    python: Path
    imports: tuple[str, ...]

    def state(self) -> str:
        """Another one when the packages, or our way to read them, have changed."""
        about = [fingerprint(self.python), self.imports, _digest(Path(kernelhelp.__file__))]
        return hashlib.sha256(repr(about).encode()).hexdigest()


class PythonHelp:
    """One gathering at a time. `folder` is where indexes lie."""

    def __init__(self, kernels: Kernels, folder: Path) -> None:
        self._kernels = kernels
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._scratch: str | None = None
        self._state = ""
        self._deadline = 0.0

    @property
    def gathers(self) -> bool:
        """Whether it is at it."""
        return self._process is not None

    def is_due(self) -> bool:
        """Whether what is there is of other packages, or nothing is."""
        try:
            kept = json.loads((self._folder / _STATE).read_text())
            return bool(kept != self._kernels.state())
        except (OSError, ValueError):
            return True

    def begin(self) -> None:
        """Start gathering. A Python that does not run is told once, in the log."""
        self._state = self._kernels.state()
        self._scratch = tempfile.mkdtemp(prefix="lookin-help-")
        self._output = tempfile.TemporaryFile(dir=self._scratch)  # noqa: SIM115 (ended in `end`)
        scratch, python = Path(self._scratch), self._kernels.python
        words = [",".join(self._kernels.imports), str(int(SECONDS))]
        words += [str(MOST_NAMES), str(os.getpid())]
        try:
            self._process = subprocess.Popen(
                [str(python), "-I", kernelhelp.__file__, *words],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.DEVNULL,
                cwd=scratch,
                env=kernel_environment(os.environ, python, scratch, scratch),
                start_new_session=True,
            )
        except OSError as error:
            log.warning("There is no help on Python: its process does not start (%s)", error)
            self.end()
        self._deadline = monotonic() + 2 * SECONDS

    def finished(self) -> bool:
        """Whether it has come to its end; one that never does is ended."""
        if self._process is None:
            return False
        if monotonic() > self._deadline:
            self._kill()
        return self._process.poll() is not None

    def take(self) -> Iterator[int]:
        """Put what was gathered into the index, resting after each batch; how many so far.

        Raises IndexUnavailableError, OSError.
        """
        output = self._output
        assert output is not None
        places = _places(output)
        names = set(places)
        if not names:
            log.warning("There is no help on Python: its packages could not be read")
        entries = _entries(output, places)
        index = open_for_writing(PYTHON)
        try:
            gone = index.known().keys() - names
            if gone:
                index.remove(gone)
            count = 0
            while batch := list(itertools.islice(entries, BATCH)):
                index.put(batch)
                count += len(batch)
                yield count
        finally:
            index.close()
            self.end()
        (self._folder / _STATE).write_text(json.dumps(self._state))

    def end(self) -> None:
        """Leave off, and leave nothing behind."""
        self._kill()
        self._process = None
        if self._output is not None:
            self._output.close()
            self._output = None
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _places(lines: IO[bytes]) -> dict[str, int]:
    """Where the line of each name begins, the names that matter least first: the last of an index
    are its newest, which are found first. A package may have written between its lines."""
    found: dict[str, int] = {}
    lines.seek(0)
    while len(found) < MOST_NAMES:
        place, line = lines.tell(), lines.readline(LINE_BYTES)
        if not line:
            break
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            name, _signature, _first, _others = json.loads(line)
            if isinstance(name, str) and name:
                found.setdefault(name, place)
    order = sorted(found, key=lambda name: (weight_of(name), -found[name]))
    return {name: found[name] for name in order}


def _entries(lines: IO[bytes], places: dict[str, int]) -> Iterator[Entry]:
    for name, place in places.items():
        lines.seek(place)
        _, signature, first, others = json.loads(lines.readline(LINE_BYTES))
        text = "\n".join(filter(None, (f"{name}{signature}", str(first))))
        yield _entry(name, text, str(others))


def _entry(name: str, text: str, others: str) -> Entry:
    parts = tuple(Part("", "help", part) for part in (text, others) if part)
    changed_ns = COMMON_NS if is_common(name) else 0
    return Entry(name, "name", name, "", None, (), changed_ns, len(text), parts)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
