"""The liveness check on rendered pictures through the real engine: one head, prints, a replay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.attacks.acts import Playing, Puppet, Shake, honest_target, print_target
from bench.attacks.kinds import decoded
from bench.attacks.people import Photograph
from bench.attacks.scenes import Camera
from bench.attacks.sheets import bent, flat, mesh_of, room, solid
from bench.attacks.tries import try_once
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.liveness import is_replay, stream_print

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]
SEED = 4  # of a challenge: up, right, tilt_left, nod


@pytest.fixture(scope="module")
def photograph(engine: FaceEngine, faces: dict[str, Path]) -> Photograph:
    with Image.open(faces["biden"]) as image:
        small = image.convert("RGB")
    small.thumbnail((420, 420))
    mesh = mesh_of(engine, small)
    assert mesh is not None
    return Photograph("biden", flat(small, mesh), mesh)


def held(photograph: Photograph, *, kind: str) -> Puppet:
    random = np.random.default_rng(SEED)
    sheets = {
        "head": lambda: solid(photograph.sheet, photograph.mesh),
        "flat": lambda: photograph.sheet,
        "bent": lambda: bent(photograph.sheet, 9.0),
    }
    target = honest_target(random) if kind == "head" else print_target(random)
    return Puppet(sheets[kind](), Camera(random), room(random), target, Shake(random, 0.5))


def test_a_head_that_turns_is_living_and_its_film_is_known_again(
    engine: FaceEngine, photograph: Photograph
) -> None:
    end, frames = try_once(engine, held(photograph, kind="head"), SEED)
    assert end.verdict == "live"
    camera = Camera(np.random.default_rng(1))
    film = Playing([(at, camera.shoot(decoded(jpeg))) for at, jpeg in frames])
    again, _ = try_once(engine, film, SEED)
    assert is_replay(stream_print(again), [stream_print(end)])


@pytest.mark.parametrize("kind", ["flat", "bent"])
def test_a_print_turned_in_the_hand_is_not(
    engine: FaceEngine, photograph: Photograph, kind: str
) -> None:
    end, _ = try_once(engine, held(photograph, kind=kind), SEED)
    assert end.verdict != "live"
    assert end.phase == "step"


def test_every_face_has_traits_and_they_differ_between_frames(
    engine: FaceEngine, photograph: Photograph
) -> None:
    act = held(photograph, kind="flat")
    one, two = (engine.observe(act.frame("look", at), "none") for at in (0.0, 0.1))
    assert one.traits is not None
    assert two.traits is not None
    assert not np.array_equal(one.traits.sums, two.traits.sums)
    assert one.traits.shape.shape == (54, 3)
    assert 0 < float(one.traits.face.mean()) < 1
