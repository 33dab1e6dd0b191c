"""Frames against the `face_recognition` package, and searches in large galleries; one thread each.

Both see the same photographs in turn, in one run, so that a busy machine slows both. Both embed
a face once, as a sign-in does with each of its frames; ours by two recognisers.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from bench.crowds_of_faces import ONE_THREAD, ask, fits_in_memory
from bench.figures import Figure, report
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.models import prepare_models
from lookin.core.faces.observation import View
from lookin.core.lib.errors import LookinError
from tests.portraits import portraits

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "var" / "models"
PEER = ROOT / "var" / "bench" / "faces-peer"
PEER_PACKAGES = (
    ("setuptools<81", "dlib-bin==20.0.1.post1", "numpy", "pillow", "click"),
    ("--no-deps", "face_recognition==1.3.0", "face_recognition_models==0.3.0"),
)
ROUNDS = 9
FASTER = 6.0
GUIDANCE_MS, EMBEDDED_MS = 20.0, 50.0
CROWDS = ((300, 5.0), (10_000, 5.0), (1_000_000, 100.0))  # people, milliseconds at most
Ask = Callable[[Path], float]


def main() -> int:
    """Measure and print; 1 when something could not be had. A missed goal is told in the table."""
    try:
        prepare_models(MODELS, progress=_tell)
        files = list(portraits().values())
        _prepare_peer()
    except (LookinError, subprocess.CalledProcessError) as error:
        _tell(str(error))
        return 1
    engine = FaceEngine.open(MODELS, threads=1)
    with tempfile.TemporaryDirectory(prefix="lookin-bench-") as folder, _peer() as ask_peer:
        frames = [_camera_frame(engine, file, Path(folder)) for file in files]
        figures = [
            _compare("one portrait, file to embedding", files, engine, ask_peer),
            _compare("one frame of 640 × 480, file to embedding", frames, engine, ask_peer),
            *_frames_alone(frames, engine),
        ]
    report([*figures, *_searches()])
    return 0


def _compare(name: str, files: list[Path], engine: FaceEngine, ask_peer: Ask) -> Figure:
    """The median over the pictures of each one's median over the rounds, in milliseconds."""
    ours: dict[Path, list[float]] = {file: [] for file in files}
    theirs: dict[Path, list[float]] = {file: [] for file in files}
    for number in range(ROUNDS + 1):
        for file in files:
            mine, peer = _ask_engine(engine, file), ask_peer(file)
            if number:  # the first round warms up
                ours[file].append(mine)
                theirs[file].append(peer)
    value = 1000 * statistics.median(statistics.median(times) for times in ours.values())
    peer = 1000 * statistics.median(statistics.median(times) for times in theirs.values())
    ratio = peer / value
    goal = f"at least {FASTER:g} × faster"
    return Figure(name, value, "ms", peer, ratio, goal, ratio >= FASTER)


def _frames_alone(files: list[Path], engine: FaceEngine) -> list[Figure]:
    """What a camera frame costs by what is wanted of it."""
    wanted: tuple[tuple[str, View, float], ...] = (
        ("a guidance frame", "none", GUIDANCE_MS),
        ("a frame to follow a person by", "track", EMBEDDED_MS),
        ("an embedded frame, one side", "plain", EMBEDDED_MS),
        ("an embedded frame, both sides", "both", EMBEDDED_MS),
    )
    figures = []
    for name, view, most in wanted:
        times = [[_ask_engine(engine, f, view) for _ in range(ROUNDS)] for f in files]
        value = 1000 * statistics.median(statistics.median(one) for one in times)
        figures.append(Figure(name, value, "ms", goal=f"at most {most:g} ms", holds=value <= most))
    return figures


def _searches() -> list[Figure]:
    """A search among many people, half of them for strangers."""
    figures = []
    for people, most in CROWDS:
        if not fits_in_memory(people):
            _tell(f"{people:,} people need more memory than is free here: left out")
            continue
        value = 1000 * ask(people).median
        name = f"one search among {people:,} people"
        figures.append(Figure(name, value, "ms", goal=f"at most {most:g} ms", holds=value <= most))
    return figures


def _ask_engine(engine: FaceEngine, file: Path, view: View = "plain") -> float:
    started = time.perf_counter()
    seen = engine.observe(file.read_bytes(), view)
    seconds = time.perf_counter() - started
    if seen.box is None or (seen.embedding is None and view in {"plain", "both"}):
        raise RuntimeError(f"{file.name}: {seen.problem}")
    return seconds


@contextmanager
def _peer() -> Iterator[Ask]:
    """The package in its own process; a call takes one picture and returns its own seconds."""
    script = ROOT / "bench" / "peers" / "face_package.py"
    process = subprocess.Popen(
        [PEER / "bin" / "python", "-W", "ignore", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD},
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    wanted, answers = process.stdin, process.stdout

    def ask(file: Path) -> float:
        wanted.write(f"{file}\n")
        wanted.flush()
        answer = json.loads(answers.readline())
        if not answer["faces"]:
            raise RuntimeError(f"{file.name}: the peer found no face")
        return float(answer["seconds"])

    try:
        yield ask
    finally:
        wanted.close()
        process.wait(timeout=30)


def _prepare_peer() -> None:
    """The peer's own environment, made once."""
    stamp = PEER / "complete"
    if stamp.is_file() and stamp.read_text() == repr(PEER_PACKAGES):
        return
    _tell("Installing the face_recognition package to compare with")
    venv.create(PEER, clear=True, with_pip=True)
    for words in PEER_PACKAGES:
        command = [PEER / "bin" / "python", "-m", "pip", "install", "--quiet", *words]
        subprocess.run(command, check=True)
    stamp.write_text(repr(PEER_PACKAGES))


def _camera_frame(engine: FaceEngine, file: Path, folder: Path) -> Path:
    """The head and shoulders of a portrait as a JPEG of 640 × 480."""
    box = engine.observe(file.read_bytes()).box
    assert box is not None
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    width = picture.width
    height = min(picture.height, width * 3 // 4)
    middle = round((box[1] + box[3] / 2) * picture.height)
    top = max(0, min(picture.height - height, middle - height // 2))
    frame = picture.crop((0, top, width, top + height)).resize((640, 480))
    path = folder / file.name
    frame.save(path, "JPEG", quality=90)
    return path


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
