"""Invented templates in any number, spread as real ones are, and searches among them, timed.

For the speed of a search only: how often one goes wrong is measured on photographs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.gallery import Gallery
from lookin.core.faces.recognisers.embeddings import DLIB_SIZE, FACERES_SIZE, FUSED_SIZE

# Variances along the principal axes, as measured on 1,773 people with one photograph each:
# dlib 0.033, 0.013, 0.0055, 0.0010 at the 1st, 5th, 17th and 65th; FaceRes 0.019, 0.010, 0.0059,
# 0.0018 there, and next to nothing from the 400th on.
_DLIB_VARIANCES = 0.033 / (1 + np.arange(DLIB_SIZE) / 3)
_FACERES_VARIANCES = 0.019 / (1 + np.arange(FACERES_SIZE) / 6) * (np.arange(FACERES_SIZE) < 400)
_REACH = np.sqrt(np.concatenate([_DLIB_VARIANCES, _FACERES_VARIANCES])).astype(np.float32)
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_FRAME = 0.3  # what two frames of one person differ in, beside what two people do
_CHUNK = 16_384
WITHIN = 0.4  # a threshold and a margin in the size of the measured ones
SEARCHES = 40


@dataclass(frozen=True)
class Searches:
    """Seconds of a search, the middle and the slowest of many, and of laying out the gallery."""

    median: float
    slowest: float
    laid_out: float


def fits_in_memory(people: int) -> bool:
    """Whether a gallery of so many people can be laid out here."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return free > people * FUSED_SIZE * 4 * 1.25


def time_searches(people: int) -> Searches:
    """Search for somebody in the gallery and for a stranger, in turn.

    Raises RuntimeError when a search finds anybody else.
    """
    numbers = np.random.default_rng(people)
    rows = np.empty((people, FUSED_SIZE), np.float32)
    for start in range(0, people, _CHUNK):
        rows[start : start + _CHUNK] = _invent(numbers, min(_CHUNK, people - start))
    started = time.perf_counter()
    gallery = Gallery(range(people), rows)
    laid_out = time.perf_counter() - started
    taken: list[float] = []
    for number in range(SEARCHES):
        who = None if number % 2 else int(numbers.integers(people))
        fresh = _invent(numbers, 1)[0]
        probe = fresh if who is None else rows[who] + np.float32(_FRAME) * fresh
        started = time.perf_counter()
        found = gallery.nearest(probe, within=WITHIN)
        taken.append(time.perf_counter() - started)
        if (found[0][1] if found else None) != who:
            raise RuntimeError(f"{who} was searched for and {found} found")
    return Searches(statistics.median(taken), max(taken), laid_out)


def ask(people: int) -> Searches:
    """`time_searches` in a process of its own, on one thread. Raises CalledProcessError."""
    command = [sys.executable, "-m", "bench.crowds_of_faces", str(people)]
    told = subprocess.check_output(command, env={**os.environ, **ONE_THREAD})
    return Searches(**json.loads(told))


def _invent(numbers: np.random.Generator, count: int) -> Floats:
    spread = numbers.standard_normal((count, FUSED_SIZE), dtype=np.float32)
    return np.asarray(spread * _REACH, np.float32)


if __name__ == "__main__":
    print(json.dumps(asdict(time_searches(int(sys.argv[1])))))
