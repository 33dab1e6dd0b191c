"""Cells through `ruff format`: run as a bounded program on a notebook made for it, since only in a
notebook ruff leaves IPython's own lines (`%…`, `!…`, `name?`) alone. Not for who may ask.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lookin.core.lib.errors import LookinError

NAME = "cells.ipynb"
PROGRAM = Path(sys.executable).with_name("ruff")
OPTIONS = ("format", "--isolated", "--no-cache", "--stdin-filename", NAME, "-")
CLEAN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "RAYON_NUM_THREADS": "1"}
# `error: Failed to parse cells.ipynb:<cell>:<line>:<column>: <what>`, all from 1.
PROBLEM = re.compile(rf"{re.escape(NAME)}:(\d+):(\d+):(\d+): (.+)")
BUSY_HINT = "Try again with fewer cells. Your code is as it was."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take. `problems`: cells that may fail before the rest stays as it is."""

    seconds: float = 10
    cpu_seconds: int = 5
    memory: int = 1 << 30
    bytes: int = 2_000_000
    cells: int = 1000
    problems: int = 50


@dataclass(frozen=True, slots=True)
class Formatted:
    """A cell's tidy source, or its own with where it is not Python (line and column from 1)."""

    source: str
    line: int | None = None
    column: int | None = None
    message: str = ""


def format_cells(
    sources: Sequence[str], limits: Limits, program: Path = PROGRAM
) -> list[Formatted]:
    """Each source as ruff writes it, in order. A cell that is no Python stays, and says where.

    Raises LookinError: `too_large` (413), `no_formatter` (501), `formatting_failed` (503).
    """
    if len(sources) > limits.cells or sum(map(_size, sources)) > limits.bytes:
        raise LookinError(
            "This is too much code to tidy at once.",
            "Choose fewer cells.",
            code="too_large",
            status=413,
        )
    deadline = time.monotonic() + limits.seconds
    found: dict[int, Formatted] = {}
    waiting = [at for at, source in enumerate(sources) if source.strip()]
    while waiting and len(found) < limits.problems:
        done = _run(program, [sources[at] for at in waiting], limits, deadline)
        if done.returncode == 0:
            tidy = map(Formatted, _sources_of(done.stdout))
            found.update(zip(waiting, tidy, strict=True))
            break
        place, problem = _problem_of(done.stderr)
        at = waiting.pop(place)
        found[at] = _placed(sources[at], problem)
    return [found.get(at, Formatted(source)) for at, source in enumerate(sources)]


def _run(
    program: Path, sources: Sequence[str], limits: Limits, deadline: float
) -> subprocess.CompletedProcess[str]:
    try:
        process = subprocess.Popen(
            [program, *OPTIONS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env=CLEAN,
            encoding="utf-8",
            errors="surrogatepass",
        )
    except OSError as error:
        raise LookinError(
            "This place cannot tidy code: ruff is not installed.",
            "Ask whoever runs it to set it up again.",
            code="no_formatter",
            status=501,
        ) from error
    with process:
        try:
            _fence(process.pid, limits)
            out, said = process.communicate(
                _notebook_of(sources), max(0.1, deadline - time.monotonic())
            )
        except subprocess.TimeoutExpired as error:
            raise _failed("Tidying took too long.") from error
        finally:
            process.kill()
    return subprocess.CompletedProcess(OPTIONS, process.returncode, out, said)


def _fence(pid: int, limits: Limits) -> None:
    """Set its limits from outside: it waits for its input, so nothing is read before them."""
    for kind, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.prlimit(pid, kind, (most, most))
        except ProcessLookupError:  # it ended at once; its exit says why
            return


def _notebook_of(sources: Sequence[str]) -> str:
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "id": str(at),
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": source,
        }
        for at, source in enumerate(sources)
    ]
    language = {"language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": language, "nbformat": 4, "nbformat_minor": 5})


def _sources_of(text: str) -> list[str]:
    cells = json.loads(text)["cells"]
    return ["".join(cell["source"]) for cell in cells]


def _problem_of(said: str) -> tuple[int, Formatted]:
    """Which of the cells failed (from 0), and where. Raises LookinError when it is not a cell."""
    found = PROBLEM.search(said)
    if found is None:
        raise _failed("The code could not be tidied.")
    cell, line, column, message = found.groups()
    return int(cell) - 1, Formatted("", int(line), int(column), message.strip()[:200])


def _placed(source: str, problem: Formatted) -> Formatted:
    """The problem in its cell: what ruff misses after the end is missed at the end."""
    lines = source.split("\n")
    line, column = problem.line or 1, problem.column
    if line > len(lines):
        line, column = len(lines), len(lines[-1]) + 1
    return Formatted(source, line, column, problem.message)


def _failed(message: str) -> LookinError:
    return LookinError(message, BUSY_HINT, code="formatting_failed", status=503)


def _size(source: str) -> int:
    return len(source.encode(errors="surrogatepass"))
