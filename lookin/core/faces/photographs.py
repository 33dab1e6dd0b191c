"""Embeds many photograph files, in several processes if asked. Not for camera frames.

A file without a usable face is not dropped: its problem is kept beside the others' embeddings.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lookin.core.faces.arrays import Floats
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.pictures import FILES

_engine: FaceEngine | None = None


@dataclass(frozen=True)
class Acquired:
    """What was got from files: embeddings (128,), and for every other file the problem's code."""

    embeddings: dict[Path, Floats]
    problems: dict[Path, str]


def embed_files(
    files: Sequence[Path], folder: Path, *, jobs: int, progress: Callable[[int, int], None]
) -> Acquired:
    """Embed each file once, with the models in `folder`.

    `progress` is told (done, all) after each. Raises ModelsMissingError before any work.
    """
    unique = list(dict.fromkeys(files))
    acquired = Acquired({}, {})
    if jobs <= 1:
        engine = FaceEngine.open(folder)
        _collect(((f, *embed_file(engine, f)) for f in unique), acquired, len(unique), progress)
        return acquired
    FaceEngine.open(folder)
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(folder,))
    try:
        _collect(pool.map(_work, unique, chunksize=4), acquired, len(unique), progress)
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


def _begin(folder: Path) -> None:
    """In a worker: Ctrl-C belongs to the parent, which then stops everybody."""
    global _engine  # noqa: PLW0603 (a pool's initializer has no other place)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _engine = FaceEngine.open(folder)


def _work(file: Path) -> tuple[Path, str | None, Floats | None]:
    assert _engine is not None
    return (file, *embed_file(_engine, file))
