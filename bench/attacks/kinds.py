"""The kinds of attack, each as a run of many tries over photographs. Seeded.

Not for counting what is printed at the end: see faces_attacks.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.attacks.acts import (
    Playing,
    Puppet,
    Shake,
    Spliced,
    honest_target,
    print_target,
)
from bench.attacks.people import Photograph
from bench.attacks.scenes import Camera, Pose, Sheet, render
from bench.attacks.sheets import bent, cut_out, room, solid
from bench.attacks.tries import RATE, Remembering, Tally, try_once, watched
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.liveness import STEPS, Challenge, Liveness, stream_print
from lookin.core.faces.liveness.samples import sample_of

Picture = NDArray[np.uint8]
PRINT_PATIENCE = 1.8  # seconds that a hand turns a print for one movement
A_SOURCE = 5  # tries from one recording
A_FILM = 4  # challenges for one screening
SCREEN = 24.0  # centimetres across
REST_FRAMES, MOVE_FRAMES = 8, 10


@dataclass
class Recording:
    """One earlier sign-in that was taken for a living person's: its frames and its print."""

    frames: list[tuple[float, bytes]]
    print: bytes


@dataclass
class Ground:
    """What all kinds need: the engine, the photographs, and recordings of earlier sign-ins."""

    engine: FaceEngine
    photographs: Callable[[], Iterator[Photograph]]
    first: int = 0  # number of the first try, which also gives its seed
    recordings: list[Recording] = field(default_factory=list)

    def numbered(self, count: int) -> Iterator[tuple[int, Photograph]]:
        """`count` photographs from the first on, with their numbers."""
        return islice(enumerate(self.photographs()), self.first, self.first + count)


def prints(
    ground: Ground, tries: int, make: Callable[[Photograph, np.random.Generator], Sheet]
) -> Tally:
    """A print in the hand, `make` of it what this kind is; each photograph once."""
    tally = Tally()
    for number, photograph in ground.numbered(tries):
        random = np.random.default_rng(number)
        act = Puppet(
            make(photograph, random),
            Camera(random),
            room(random),
            print_target(random),
            Shake(random, random.uniform(0.8, 2.0)),
        )
        end, _ = try_once(ground.engine, act, number, patience=PRINT_PATIENCE)
        tally.add(end, ())
    return tally


def still(photograph: Photograph, random: np.random.Generator) -> Sheet:
    """A flat print."""
    return photograph.sheet


def bowed(photograph: Photograph, random: np.random.Generator) -> Sheet:
    """A print bent over an upright axis, or one in five over a level one."""
    radius, across = random.uniform(6, 16), random.random() < 0.2
    return bent(photograph.sheet, radius, across=across)


def mask(photograph: Photograph, random: np.random.Generator) -> Sheet:
    """A face cut out, mostly bent as one wears it, half of them with holes for the eyes."""
    sheet = photograph.sheet
    if random.random() < 0.8:
        sheet = bent(sheet, random.uniform(5.5, 11))
    return cut_out(sheet, photograph.mesh, eyes=bool(random.random() < 0.5))


def puppets(ground: Ground, tries: int) -> Tally:
    """One photograph given depth and moved as asked; what passes is kept as a recording.

    It is also the only stand-in here for an honest head that follows a drawn challenge.
    """
    tally = Tally()
    for number, photograph in ground.numbered(tries):
        random = np.random.default_rng(10_000 + number)
        act = Puppet(
            solid(photograph.sheet, photograph.mesh),
            Camera(random),
            room(random),
            honest_target(random),
            Shake(random, 0.8),
        )
        end, frames = try_once(ground.engine, act, 10_000 + number)
        tally.add(end, ())
        if end.verdict == "live":
            ground.recordings.append(Recording(frames, stream_print(end)))
    return tally


def screens(ground: Ground, tries: int, *, known: bool) -> Tally:
    """A screen in the hand that plays an earlier sign-in from its beginning.

    `known`: whether the server saw that sign-in. Each screening is tried against A_FILM drawn
    challenges: what the screen shows does not depend on them.
    """
    tally, eye = Tally(), Remembering(ground.engine)
    film: list[tuple[float, bytes]] = []
    for number in range(ground.first, ground.first + (tries if ground.recordings else 0)):
        place = number // A_FILM
        recording = ground.recordings[place % len(ground.recordings)]
        if number % A_FILM == 0 or not film:
            show = _screen(np.random.default_rng(20_000 + place))
            film = [(at, show(decoded(jpeg))) for at, jpeg in recording.frames]
            eye.known.clear()
        over = film[-1][0] + 0.5
        seen = [recording.print] if known else []
        end, _ = try_once(eye, Playing(film), 20_000 + number, seconds=over, earlier=seen)
        tally.add(end, seen)
    return tally


def splices(ground: Ground, tries: int, *, known: bool) -> Tally:
    """Recordings of all movements of one person, one of each, played as asked straight into the
    browser. `known`: whether the server saw the streams that they were cut from."""
    tally = Tally()
    for number, photograph in ground.numbered(-(-tries // A_SOURCE)):
        random = np.random.default_rng(30_000 + number)
        library = _library(_shots(photograph, random))
        seen = _seen_before(ground.engine, library, random) if known else []
        for again in range(min(A_SOURCE, tries - tally.tries)):
            act = Spliced(
                lambda step, library=library: library.get(step, []),  # type: ignore[misc]
                lambda place, rest=library["rest"]: _to_and_fro(rest, place),  # type: ignore[misc]
                Camera(random, noise=1.5).shoot,
                RATE,
            )
            end, _ = try_once(ground.engine, act, 30_000 + number * A_SOURCE + again)
            tally.add(end, seen)
    return tally


def long_splices(ground: Ground, tries: int) -> Tally:
    """The same by somebody with so many recordings that no picture comes twice, all unknown."""
    tally = Tally()
    for number, photograph in ground.numbered(tries):
        random = np.random.default_rng(50_000 + number)
        shot = _shots(photograph, random)
        act = Spliced(
            lambda step, shot=shot: _clip(shot, step),  # type: ignore[misc]
            lambda _, shot=shot: shot("wait", 0),  # type: ignore[misc]
            Camera(random, noise=1.5).shoot,
            RATE,
        )
        end, _ = try_once(ground.engine, act, 50_000 + number)
        tally.add(end, ())
    return tally


def loops(ground: Ground, tries: int) -> Tally:
    """An injected stream of one picture, or of a second or two over and over."""
    tally, eye = Tally(), Remembering(ground.engine)
    for number in range(ground.first, ground.first + (tries if ground.recordings else 0)):
        recording = ground.recordings[number % len(ground.recordings)]
        length = 1 if number % 2 else 8 + number % 9
        end, _ = try_once(eye, _Looping(recording.frames[:length]), 40_000 + number)
        tally.add(end, ())
    return tally


@dataclass
class _Looping:
    frames: list[tuple[float, bytes]]

    def frame(self, step: str, at: float) -> bytes:
        return self.frames[round(at * RATE) % len(self.frames)][1]


def decoded(jpeg: bytes) -> Picture:
    """The pixels of a JPEG."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return np.asarray(image.convert("RGB"))


def _screen(random: np.random.Generator) -> Callable[[Picture], bytes]:
    camera, behind = Camera(random, gain=random.uniform(0.85, 1.1)), room(random)
    shake = Shake(random, random.uniform(0.1, 0.8))
    base = Pose(random.uniform(-10, 10), random.uniform(-8, 8), random.uniform(-4, 4), 0, 0, 0)
    away = random.uniform(22, 30)
    gamma = random.uniform(0.85, 1.15)
    curve = [round(255 * (value / 255) ** gamma) for value in range(256)] * 3

    def show(picture: Picture) -> bytes:
        side = 2 * picture.shape[0]
        image = Image.fromarray(picture).point(curve)
        big = np.asarray(image.resize((side, side), Image.Resampling.BILINEAR))
        sheet = Sheet(big, side / SCREEN, (side / 2, side / 2))
        off = shake.next()
        pose = Pose(
            base.yaw + off[0],
            base.pitch + off[1],
            base.roll + off[2],
            *(float(value) for value in (off[3], off[4], away + off[5])),
        )
        return camera.shoot(render(sheet, pose, behind))

    return show


Shots = Callable[[str, float], Picture]
PARTS = [0.4, 0.8, *[1.0] * (MOVE_FRAMES - 4), 0.6, 0.2]
NOD_PARTS = [0.5, 1.0, 1.0, 0.6, 0.2]


def _shots(photograph: Photograph, random: np.random.Generator) -> Shots:
    """A head that can be filmed making a part (0…1) of a movement."""
    sheet, behind = solid(photograph.sheet, photograph.mesh), room(random)
    target, shake = honest_target(random), Shake(random, 0.6)

    def shot(step: str, part: float) -> Picture:
        rest = np.array(target("wait", 0).values)
        mixed = rest + (np.array(target(step, 0).values) - rest) * part + shake.next()
        return render(sheet, Pose(*(float(v) for v in mixed)), behind)

    return shot


def _clip(shot: Shots, step: str) -> list[Picture]:
    """A movement, from the straight look and back to it; nothing for what is none."""
    parts = {"nod": NOD_PARTS} | dict.fromkeys(set(STEPS) - {"nod"}, PARTS)
    return [shot(step, part) for part in parts.get(step, [])]


def _library(shot: Shots) -> dict[str, list[Picture]]:
    """A rest and each movement."""
    rest = [shot("wait", 0) for _ in range(REST_FRAMES)]
    return {"rest": rest} | {step: _clip(shot, step) for step in STEPS}


def _to_and_fro(frames: list[Picture], place: int) -> Picture:
    turn = place % (2 * len(frames) - 2)
    return frames[min(turn, 2 * len(frames) - 2 - turn)]


def _seen_before(
    engine: FaceEngine, library: dict[str, list[Picture]], random: np.random.Generator
) -> list[bytes]:
    """The prints of the streams that the recordings were cut from."""
    camera, found = Camera(random), []
    for name, clip in library.items():
        if name == "rest":
            continue
        whole = [*library["rest"], *clip, *library["rest"][:4]]
        seen = [watched(engine, camera.shoot(p), Liveness(Challenge(()))) for p in whole]
        samples = [sample_of(one, place / RATE) for place, one in enumerate(seen)]
        state = Liveness(Challenge(()), samples=tuple(s for s in samples if s is not None))
        found.append(stream_print(state))
    return found
