"""Thirty people look in within one minute, and all at once: from the press to the workspace.

Over real sockets with JPEG frames of portraits, liveness off and on. Goal: everybody under 5 s.
With liveness the heads are acted (see acting): every frame is looked at for real.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from PIL import ImageChops

from bench.figures import Figure, report
from lookin.site.env import ROOT
from tests.browser.camera import framed
from tests.browser.place import free_port
from tests.portraits import ONE_MAN, portraits

PEOPLE = 30
MINUTE = 60.0
GOAL_SECONDS = 5.0
GOAL_PLAIN_SECONDS = 2.0
GOAL_GUIDANCE_MS = 150.0
EVERY_SECONDS = 0.08  # as web/src/faces/pace.ts
PICTURES = 12
GREETING = 0.2  # as web/src/signin/view.ts: the tick and the name are seen
REACTION, MOVEMENT = 0.35, 0.45  # seconds: a person hears of a movement, and makes it
TARGETS = {
    "left": (34.0, 0.0, 1.0, 0.0),
    "right": (-34.0, 0.0, 1.0, 0.0),
    "up": (0.0, 17.0, 1.0, 0.0),
    "nod": (0.0, -14.0, 1.0, 0.0),
    "closer": (0.0, 0.0, 1.4, 0.0),
    "tilt_left": (0.0, 0.0, 1.0, 20.0),
    "tilt_right": (0.0, 0.0, 1.0, -20.0),
}
STRAIGHT = (0.0, 0.0, 1.0, 0.0)


@dataclass
class Head:
    """Where one acted head looks: it follows what is asked, as slowly as people do."""

    step: str = "look"
    asked_at: float = 0.0
    start: tuple[float, ...] = STRAIGHT
    noise: random.Random = field(default_factory=lambda: random.Random(7))

    def ask(self, step: str, at: float) -> None:
        if step != self.step:
            self.start, self.step, self.asked_at = self.pose(at), step, at

    def pose(self, at: float) -> tuple[float, ...]:
        """(yaw, pitch, nearness, roll) now, with the small unrest of a head that is held still."""
        goal = TARGETS.get(self.step, STRAIGHT)
        share = min(1.0, max(0.0, (at - self.asked_at - REACTION) / MOVEMENT))
        eased = share * share * (3 - 2 * share)
        pose = (a + (b - a) * eased for a, b in zip(self.start, goal, strict=True))
        unrest = (0.3, 0.3, 0.002, 0.3)
        return tuple(a + self.noise.gauss(0, size) for a, size in zip(pose, unrest, strict=True))


@dataclass
class SignIn:
    """One measured sign-in: seconds to the workspace, and milliseconds from frame to guidance."""

    seconds: float
    guidance: list[float]
    frames: int


def main() -> int:
    """Set a place up, let people look in, and print the figures."""
    with tempfile.TemporaryDirectory(prefix="lookin-bench-") as folder:
        home = Path(folder)
        pictures = _pictures()
        first = home / "frame.jpg"
        first.write_bytes(pictures[0])
        visitors = _visitors(home, first)
        figures = []
        for number, liveness in enumerate(("no", "yes")):
            with _place(home, liveness) as port:
                runs = [visitor["visits"][2 * number : 2 * number + 2] for visitor in visitors]
                asyncio.run(_look_in(port, visitors[0]["visits"][-1 - number], pictures, 0.0))
                spread = asyncio.run(_all(port, [run[0] for run in runs], pictures, MINUTE))
                figures += _figures(f"liveness {liveness}, within a minute", spread, liveness)
                at_once = asyncio.run(_all(port, [run[1] for run in runs], pictures, 0.0))
                figures += _figures(f"liveness {liveness}, at the same moment", at_once, "")
    report(figures)
    return 0


def _figures(name: str, ended: list[SignIn | None], liveness: str) -> list[Figure]:
    done = [one for one in ended if one is not None]
    refused = len(ended) - len(done)
    seconds = sorted(one.seconds for one in done)
    median, longest = statistics.median(seconds), seconds[-1]
    goal = {"no": GOAL_PLAIN_SECONDS, "yes": GOAL_SECONDS}.get(liveness)
    figures = [
        Figure(f"{len(done)} people, {name}: median", median, "s"),
        Figure(
            f"{len(done)} people, {name}: slowest",
            longest,
            "s",
            goal=f"at most {goal:g} s" if goal else "",
            holds=goal is None or longest <= goal,
        ),
        Figure(f"{name}: refused", refused, "people", goal="none", holds=refused == 0),
    ]
    if goal:
        waits = sorted(wait for one in done for wait in one.guidance)
        most = waits[int(0.95 * len(waits))]
        holds = most <= GOAL_GUIDANCE_MS
        goal_text = f"at most {GOAL_GUIDANCE_MS:g} ms"
        figures.append(Figure(f"{name}: frame to guidance, median", statistics.median(waits), "ms"))
        figures.append(
            Figure(f"{name}: frame to guidance, 95 of 100", most, "ms", goal=goal_text, holds=holds)
        )
        frames = statistics.mean(one.frames for one in done)
        figures.append(Figure(f"{name}: frames for one sign-in", frames, "frames"))
    return figures


async def _all(
    port: int, sessions: list[str], pictures: list[bytes], within: float
) -> list[SignIn | None]:
    """Everybody, at moments spread by lot over `within` seconds."""
    draw = random.Random(30)
    starts = [draw.uniform(0, within) for _ in sessions]
    return list(
        await asyncio.gather(
            *(
                _look_in(port, session, pictures, start)
                for session, start in zip(sessions, starts, strict=True)
            )
        )
    )


async def _look_in(port: int, session: str, pictures: list[bytes], start: float) -> SignIn | None:
    """One person: press, look, move as asked, and be in the workspace. None: refused."""
    await asyncio.sleep(start)
    cookies = "; ".join(f"{name}={value}" for name, value in json.loads(session).items())
    head, guidance, frames = Head(), [], 0
    began = time.monotonic()
    headers = {"Cookie": cookies, "Origin": f"http://localhost:{port}"}
    address = f"ws://localhost:{port}/ws/faces/sign-in"
    async with websockets.connect(address, additional_headers=headers) as line:
        await line.send(json.dumps({"op": "begin", "name": "", "flash": True}))
        said = json.loads(await line.recv())
        while said["t"] == "guide":
            head.ask(said["step"], time.monotonic())
            if said["step"] != "wait":
                sent = time.monotonic()
                picture = pictures[frames % len(pictures)]
                await line.send(_commented(picture, head.pose(sent)))
                frames += 1
                said = json.loads(await line.recv())
                guidance.append(1000 * (time.monotonic() - sent))
                await asyncio.sleep(max(0.0, sent + EVERY_SECONDS - time.monotonic()))
            else:
                said = json.loads(await line.recv())
    if said["t"] != "matched":
        return None
    await asyncio.sleep(GREETING)
    await asyncio.to_thread(_enter, port, session, said["ticket"])
    return SignIn(time.monotonic() - began, guidance, frames)


def _enter(port: int, session: str, ticket: str) -> None:
    """Bring the ticket as the page's form does, and fetch the workspace."""
    kept = json.loads(session)
    fields = {"ticket": ticket, "csrfmiddlewaretoken": kept["csrftoken"], "next": ""}
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in kept.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    connection.request("POST", "/login/face", urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 303:
        raise RuntimeError(f"the ticket was answered with {answer.status}")
    for set_cookie in answer.headers.get_all("Set-Cookie") or []:
        name, _, rest = set_cookie.partition("=")
        kept[name] = rest.partition(";")[0]
    cookies = "; ".join(f"{name}={value}" for name, value in kept.items())
    connection.request("GET", answer.headers["Location"], headers={"Cookie": cookies})
    workspace = connection.getresponse()
    workspace.read()
    if workspace.status != 200:
        raise RuntimeError(f"the workspace was answered with {workspace.status}")


def _commented(picture: bytes, pose: tuple[float, ...]) -> bytes:
    """The JPEG with `pose` in a comment, right after its first marker (ITU-T T.81, B.2.4.5)."""
    said = json.dumps(pose).encode()
    return picture[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + picture[2:]


def _pictures() -> list[bytes]:
    """Frames as the page sends them: the middle square of a portrait before a camera, 400 × 400,
    a little shifted each."""
    whole = framed(portraits()[ONE_MAN[0]])
    edge = (whole.width - whole.height) // 2
    square = whole.crop((edge, 0, edge + whole.height, whole.height)).resize((400, 400))
    frames = []
    for shift in range(PICTURES):
        stream = io.BytesIO()
        ImageChops.offset(square, shift % 3, shift // 3).save(stream, "JPEG", quality=82)
        frames.append(stream.getvalue())
    return frames


def _environment(home: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "LOOKIN_HOME": str(home),
        "LOOKIN_MODELS_DIR": os.environ.get("LOOKIN_MODELS_DIR", str(ROOT / "var" / "models")),
        "DJANGO_SETTINGS_MODULE": "lookin.site.settings",
        "LOOKIN_RUNTIME_DIR": "",
        "DATABASE_URL": "",
        **more,
    }


def _visitors(home: Path, frame: Path) -> list[dict[str, list[str]]]:
    command = [sys.executable, "-m", "bench.acting", "people", str(PEOPLE), "6", str(frame)]
    told = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, env=_environment(home), cwd=ROOT
    )
    visitors: list[dict[str, list[str]]] = json.loads(told.stdout)
    return visitors


@contextmanager
def _place(home: Path, liveness: str) -> Iterator[int]:
    """The web process on a free port, its models open after the first look."""
    port = free_port()
    environment = _environment(home, PORT=str(port), LOOKIN_FACE_LIVENESS=liveness)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.acting", "serve"], env=environment, cwd=ROOT
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                connection = http.client.HTTPConnection("localhost", port, timeout=5)
                connection.request("GET", "/login")
                connection.getresponse().read()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
