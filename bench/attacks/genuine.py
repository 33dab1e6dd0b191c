"""Living people where there is real material: turned heads in photographs, and films of heads.

Nobody here was asked to move, so what is counted is narrower than a sign-in: see each function.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from bench.attacks.people import half_of
from bench.attacks.scenes import SIDE, Camera
from bench.attacks.sheets import is_frontal, mesh_of
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.liveness import Challenge, Limits, Liveness, look
from lookin.core.faces.liveness.solid import solidity
from lookin.core.faces.observation import Observation
from lookin.core.faces.pose import pose_from
from lookin.core.faces.traits import traits_of

FILM_RATE = 8
WINDOW = 5 * FILM_RATE  # frames of one stretch
MOST_PITCH = 15.0


def turned_photographs(engine: FaceEngine, folder: Path, *, half: int) -> tuple[int, int]:
    """How many real turned faces are taken for a bent picture, and of how many.

    A frontal photograph of a person against another one in which the same person looks aside:
    other day, lens and expression, so it is harder than one film.
    """
    limits, refused, count = Limits(), 0, 0
    for person in sorted(folder.iterdir()):
        files = sorted(person.glob("*.jpg"))
        if len(files) < 2 or half_of(person) != half:
            continue
        straight, turned = _shapes(engine, files[:12], limits.turn)
        if straight:
            base = np.median(straight, axis=0).astype(np.float32)
            values = [solidity(base, shape, yaw) for shape, yaw in turned]
            refused += sum(value < limits.solidity for value in values)
            count += len(values)
    return refused, count


def films(engine: FaceEngine, folder: Path) -> tuple[Counter[str], int]:
    """Why stretches of five seconds of living heads would be refused, beside not obeying.

    Cuts, another face, frozen, looping, lost: whatever ends a stretch in which nothing but
    sitting there is asked. Returns the reasons and the number of stretches.
    """
    reasons: Counter[str] = Counter()
    count = 0
    for film in sorted(folder.glob("*.mp4")):
        seen = _watched(engine, film)
        for start in range(0, max(1, len(seen) - WINDOW + 1), FILM_RATE // 2):
            reasons[_stretch(seen[start : start + WINDOW])] += 1
            count += 1
    return reasons, count


def _stretch(seen: list[Observation]) -> str:
    limits = Limits(other=999.0, step_seconds=99.0, turn=999.0)
    state = Liveness(Challenge(("left",), pauses=(0.2,), holds=(0.2,)), limits)
    for number, observation in enumerate(seen):
        state, _ = look(state, observation, number / FILM_RATE)
    return state.verdict or ("not looking ahead" if state.phase == "look" else "none")


def _watched(engine: FaceEngine, film: Path) -> list[Observation]:
    scale = f"fps={FILM_RATE},scale={SIDE}:{SIDE}"
    command = ["ffmpeg", "-v", "error", "-i", str(film), "-vf", scale]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    camera = Camera(np.random.default_rng(1), noise=1.0)
    frames = np.frombuffer(raw, np.uint8).reshape(-1, SIDE, SIDE, 3)
    return [engine.observe(camera.shoot(frame), "plain") for frame in frames]


def _shapes(
    engine: FaceEngine, files: list[Path], turn: float
) -> tuple[list[np.ndarray], list[tuple[np.ndarray, float]]]:
    straight, turned = [], []
    for file in files:
        with Image.open(file) as opened:
            image = opened.convert("RGB")
        mesh = mesh_of(engine, image)
        if mesh is None:
            continue
        pose = pose_from(mesh)
        shape = traits_of(image, mesh, np.zeros((150, 150, 3), np.uint8)).shape
        if is_frontal(mesh):
            straight.append(shape)
        elif turn <= abs(pose.yaw) <= 45 and abs(pose.pitch) <= MOST_PITCH:
            turned.append((shape, pose.yaw))
    return straight, turned
