"""Photographs to attack with: frontal faces of a folder with one folder a person, in fixed order.

Half of the people are for choosing limits, the other half for reporting; nobody is in both.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bench.attacks.scenes import Sheet
from bench.attacks.sheets import flat, is_frontal, mesh_of
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.landmarks import Mesh


@dataclass(frozen=True, eq=False)
class Photograph:
    """One frontal face: as a flat print, and its points."""

    name: str
    sheet: Sheet
    mesh: Mesh


def photographs(engine: FaceEngine, folder: Path, *, half: int) -> Iterator[Photograph]:
    """The usable photographs of the people of one half (0 or 1), in an order that never changes."""
    files = sorted(folder.glob("*/*.jpg"))
    random.Random(5).shuffle(files)
    for file in files:
        if half_of(file.parent) != half:
            continue
        with Image.open(file) as opened:
            image = opened.convert("RGB")
        mesh = mesh_of(engine, image)
        if mesh is not None and is_frontal(mesh):
            yield Photograph(file.parent.name, flat(image, mesh), mesh)


def half_of(folder: Path) -> int:
    """Which half of the people a folder with photographs of one of them belongs to."""
    return zlib.crc32(folder.name.encode()) % 2
