"""The web process of a benchmark, before whose cameras heads turn that are only acted.

Every JPEG frame is decoded, searched and embedded by the real engine, so that it costs what it
costs; then the pose that the frame's comment names takes the place of the portrait's own, since a
portrait cannot turn. So this measures time. It says nothing about who gets in: see attacks.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from lookin.core.faces.arrays import Floats
from lookin.core.faces.observation import Observation, View

PASSWORD = "a bench by the window"
_EYES_CM, _AWAY_CM = 9.0, 45.0
_noise = np.random.default_rng(5)


def acted(seen: Observation, yaw: float, pitch: float, near: float, roll: float) -> Observation:
    """`seen` with the head turned to `yaw`, `pitch` and `roll` degrees, `near` times as near."""
    if seen.traits is None:
        return seen
    turned = seen.problem == "turned_away" or abs(yaw) > 25 or abs(pitch) > 25
    traits = replace(
        seen.traits,
        shape=_shown(seen.traits.shape, yaw, pitch, near),
        # The same JPEG comes round again and again, a camera's picture never: else it is a replay.
        sums=seen.traits.sums + _noise.normal(0, 200, 16).astype(np.float32),
    )
    problem = "turned_away" if turned and seen.problem is None else seen.problem
    return replace(
        seen,
        problem=problem,
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        size=seen.size * near,
        traits=traits,
    )


def _shown(shape: Floats, yaw: float, pitch: float, near: float) -> Floats:
    """A solid head (n, 3), in outer eye distances, turned and seen through a pinhole."""
    y, p = np.radians(yaw), np.radians(-pitch)
    about_y = [[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]]
    about_x = [[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]]
    solid = shape @ np.array(about_y).T @ np.array(about_x).T
    away = _AWAY_CM / _EYES_CM / near
    scale = away / (away + solid[:, 2:])
    return np.asarray(np.hstack([solid[:, :2] * scale, solid[:, 2:]]), np.float32)


def _comment(picture: bytes) -> tuple[float, float, float, float] | None:
    with Image.open(io.BytesIO(picture)) as opened:
        said = opened.info.get("comment")
    return tuple(json.loads(said)) if said else None


def serve() -> int:
    """`lookin web`, with acted heads."""
    from lookin.apps.accounts.faces import camera, engine
    from lookin.site import commands

    real = engine.observe

    async def observe(picture: bytes, view: View, *, patient: bool) -> Observation:
        seen = await real(picture, view, patient=patient)
        pose = _comment(picture)
        return acted(seen, *pose) if pose else seen

    vars(camera)["observe"] = observe
    return commands.web(None)  # type: ignore[arg-type]


def add_visitors(count: int, visits: int, frame: Path) -> list[dict[str, list[str] | str]]:
    """`count` people with the face of `frame`, each on a device of their own, with `visits`
    browsers whose sign-in page is open: their cookies."""
    from django.core.management import call_command

    from lookin.apps.accounts.audit import Origin
    from lookin.apps.accounts.faces import engine, store
    from lookin.apps.accounts.services import add_person
    from lookin.core.lib.clock import now

    call_command("migrate", verbosity=0)
    embedding = asyncio.run(engine.observe(frame.read_bytes(), "both")).embedding
    if embedding is None:
        raise RuntimeError(f"{frame.name} shows no face that can be kept")
    told = []
    for number in range(count):
        person = add_person(f"learner{number}", password=PASSWORD)
        store.store_face(person, [embedding] * 5, consent_at=now(), origin=Origin("", "bench"))
        told.append(_visitor(person.username, visits))
    return told


def _visitor(name: str, visits: int) -> dict[str, list[str] | str]:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.post("/login", {"username": name, "password": PASSWORD, "remember": "on"})
    client.post("/logout")
    device = client.cookies["lookin_device"].value
    sessions = []
    for _ in range(visits):
        browser = Client(SERVER_NAME="localhost")
        browser.cookies["lookin_device"] = device
        browser.get("/login")
        kept = {key: morsel.value for key, morsel in browser.cookies.items()}
        sessions.append(json.dumps(kept))
    return {"name": name, "visits": sessions}


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "serve":
        sys.exit(serve())
    print(json.dumps(add_visitors(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))))
