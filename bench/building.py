"""How long `lookin search rebuild` takes for a place full of notebooks, and how much memory.

python -m bench.building [notebooks] [workspaces]. Through the real command, from files of about
4 kB on disk. Seconds by the clock and by the processor of all its processes together: on a machine
that others use too, half of the latter is what two free cores would take.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.processes import MB, descendants, proportional_bytes
from bench.search_place import make_person, make_workspaces, search_place
from bench.search_texts import make_lexicon, notebooks

NOTEBOOKS = 50_000
LOOK_SECONDS = 0.5
_LOOKIN = str(Path(sys.executable).with_name("lookin"))


def main() -> None:
    """Print one line for the files and one for the rebuild."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]  # the first may be our name
    count, places = [*numbers, *(NOTEBOOKS, 1)[len(numbers) :]]
    with search_place() as home:
        names = make_workspaces(make_person("nari"), places)
        size = _write_notebooks([home / "workspaces" / name for name in names], count)
        print(f"{count} notebooks in {places} workspaces, {size / count / 1000:.1f} kB each")
        wall, cpu, peak = _rebuild()
        held = sum(file.stat().st_size for file in (home / "search").glob("*.sqlite3"))
        print(
            f"rebuild: {wall:.0f} s, {cpu:.0f} s of the processor, at most {peak / MB:.0f} MB, "
            f"{held / MB:.0f} MB of index; one notebook {1000 * cpu / count:.2f} ms",
            flush=True,
        )


def _write_notebooks(folders: list[Path], count: int) -> int:
    size = 0
    for number, entry in enumerate(notebooks(make_lexicon(), count)):
        path = folders[number % len(folders)] / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        data = json.dumps(
            {**_FRAME, "cells": list(_cells(entry))}, indent=1, sort_keys=True, ensure_ascii=False
        ).encode()
        path.write_bytes(data)
        os.utime(path, ns=(entry.changed_ns, entry.changed_ns))
        size += len(data)
    return size


_FRAME = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}


def _cells(entry: Any) -> Iterator[dict[str, object]]:
    for part in entry.parts:
        cell = {"id": part.id, "metadata": {}, "source": part.text.splitlines(keepends=True)}
        if part.kind == "code":
            yield {**cell, "cell_type": "code", "execution_count": None, "outputs": []}
        else:
            yield {**cell, "cell_type": "markdown"}


def _rebuild() -> tuple[float, float, int]:
    """(seconds, seconds of the processor, most bytes of memory of all processes together)."""
    began, peak = time.monotonic(), 0
    before = os.times()
    # Without the help on Python, which has nothing to do with notebooks.
    settings = {**os.environ, "LOOKIN_KERNEL_PYTHON": "/nonexistent/python"}
    with subprocess.Popen([_LOOKIN, "search", "rebuild"], env=settings) as process:
        while process.poll() is None:
            with suppress(OSError):
                peak = max(peak, proportional_bytes({process.pid, *descendants(process.pid)}))
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)
    assert process.returncode == 0
    after = os.times()
    spent = after.children_user + after.children_system
    return (
        time.monotonic() - began,
        spent - before.children_user - before.children_system,
        peak,
    )


if __name__ == "__main__":
    main()
