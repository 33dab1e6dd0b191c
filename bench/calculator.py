"""How long the calculator takes: a line that people type, the worst of 10,000 characters, pint.

Goals: at most 1 ms for 99 of 100 lines once units are there, at most 50 ms for any line.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from bench.figures import Figure, report
from lookin.core.calculator.answers import answer
from lookin.core.calculator.units import load_units
from lookin.core.lib.errors import LookinError
from lookin.site.env import ROOT
from tests.core.calculator.test_how_to import rows
from tests.core.calculator.test_no_sums import SEARCHES
from tests.core.calculator.test_wrong_sums import BOMBS

TODAY = date(2026, 11, 22)
ROUNDS = 40


def main() -> int:
    """Each line as it is typed, key by key, then the worst ones; CPU time of this thread."""
    began = time.perf_counter()
    load_units()
    loading = time.perf_counter() - began
    lines = [typed for page in ("calculator.md", "calculator.ko.md") for typed, _ in rows(page)]
    searches = SEARCHES.strip().splitlines()
    keys = [line[:end] for line in [*lines, *searches] for end in range(1, len(line) + 1)]
    for line in keys:
        _seconds(line)
    gc.freeze()
    whole = _sorted([*lines] * ROUNDS)
    typing = _sorted(keys * 5)
    alone = _sorted(searches * ROUNDS)
    bombs = {bomb: min(_seconds(bomb) for _ in range(3)) for bomb in _cut(BOMBS)}
    worst = max(bombs, key=lambda bomb: bombs[bomb])
    report(
        [
            Figure("pint and its units, once, before anybody waits", loading * 1000, "ms"),
            Figure("first sum without units in a new process", _first("1+1"), "ms"),
            Figure("a sum, median", _at(whole, 0.5), "ms"),
            _held("a sum, p99", _at(whole, 0.99), 1.0),
            _held("every key of a sum or a search, p99", _at(typing, 0.99), 1.0),
            _held("a search that is no sum, p99", _at(alone, 0.99), 1.0),
            _held(
                f"worst of {len(bombs)} lines up to 10,000 characters", bombs[worst] * 1000, 50.0
            ),
        ]
    )
    sys.stdout.write(f"The worst line begins {worst[:24]!r}.\n")
    return 0


def _cut(lines: Iterable[str]) -> set[str]:
    """Each line whole, and as long as one may be to be worked on at all."""
    return {part for line in lines for part in (line, line[:1000])}


def _held(name: str, value: float, most: float) -> Figure:
    return Figure(name, value, "ms", goal=f"at most {most:g} ms", holds=value <= most)


def _sorted(lines: list[str]) -> list[float]:
    return sorted(_seconds(line) for line in lines)


def _at(times: list[float], share: float) -> float:
    return times[int(len(times) * share)] * 1000


def _seconds(line: str) -> float:
    began = time.thread_time()
    with suppress(LookinError):
        answer(line, today=TODAY)
    return time.thread_time() - began


def _first(line: str) -> float:
    """Milliseconds of the first answer in a process that has just imported the calculator."""
    program = (
        "import time; from datetime import date\n"
        "from lookin.core.calculator.answers import answer\n"
        "began = time.thread_time()\n"
        f"answer({line!r}, today=date(2026, 11, 22))\n"
        "print((time.thread_time() - began) * 1000)\n"
    )
    words = [sys.executable, "-c", program]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)
