"""Embeds many photograph files, in several processes if asked. Not for camera frames.

A file without a usable face is not dropped: its problem is kept beside the others' embeddings.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from lookin.core.faces.arrays import Floats
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.pictures import FILES
from lookin.core.faces.recognisers.description import Description
from lookin.core.lib.errors import LookinError

_engine: FaceEngine | None = None


@dataclass(frozen=True)
class Acquired:
    """What was got from files: embeddings, and for every other file the problem's code."""

    embeddings: dict[Path, Floats]
    problems: dict[Path, str]


def embed_files(
    files: Sequence[Path],
    folder: Path,
    *,
    jobs: int,
    progress: Callable[[int, int], None],
    own: Description | None = None,
) -> Acquired:
    """Embed each file once, with the models in `folder` and a recogniser of the operator's own.

    `progress` is told (done, all) after each. Raises ModelsMissingError before any work.
    """
    unique = list(dict.fromkeys(files))
    acquired = Acquired({}, {})
    if jobs <= 1:
        engine = FaceEngine.open(folder, own=own)
        _collect(((f, *embed_file(engine, f)) for f in unique), acquired, len(unique), progress)
        return acquired
    FaceEngine.open(folder, own=own)
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(folder, own))
    try:
        with _deaf_to_interrupts():
            results = pool.map(_work, unique, chunksize=4)
        _collect(results, acquired, len(unique), progress)
    except BrokenProcessPool as error:
        raise LookinError(
            "A helper process stopped in the middle, so nothing was measured.",
            "It may have run out of memory. Try again with a smaller --jobs.",
            code="worker_lost",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)
    return acquired


def embed_file(engine: FaceEngine, file: Path) -> tuple[str | None, Floats | None]:
    """(problem, embedding) of one file: exactly one of them is None."""
    try:
        if file.stat().st_size > FILES.max_bytes:
            return "picture_too_large", None
        observation = engine.portrait(file.read_bytes())
    except OSError:
        return "file_missing", None
    return observation.problem, observation.embedding


def _collect(
    results: Iterable[tuple[Path, str | None, Floats | None]],
    acquired: Acquired,
    total: int,
    progress: Callable[[int, int], None],
) -> None:
    for done, (file, problem, embedding) in enumerate(results, start=1):
        if embedding is None:
            acquired.problems[file] = problem or "no_face"
        else:
            acquired.embeddings[file] = embedding
        progress(done, total)


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes started inside ignore Ctrl-C from their first moment; the parent stops them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(folder: Path, own: Description | None) -> None:
    global _engine  # noqa: PLW0603 (a pool's initializer has no other place)
    _engine = FaceEngine.open(folder, own=own)


def _work(file: Path) -> tuple[Path, str | None, Floats | None]:
    assert _engine is not None
    return (file, *embed_file(_engine, file))
