"""Chromium with a fake camera that shows a photograph. The server behind it is the real one."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Playwright

WIDTH, HEIGHT = 640, 480
# How far down its portrait each face is, as a part of the height.
FACE_AT = {"obama": 0.25, "obama2": 0.385, "obama3": 0.21, "biden": 0.19}
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def chromium_path() -> str | None:
    """Debian's Chromium, or whichever is on the PATH."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def framed(photograph: Path) -> Image.Image:
    """The portrait as a camera would show it: 640 × 480, the face in the middle."""
    with Image.open(photograph) as opened:
        return _fit(opened.convert("RGB"), FACE_AT.get(photograph.stem, 0.25))


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two people before one camera."""
    both = Image.new("RGB", (WIDTH, HEIGHT))
    for place, picture in ((0, left), (WIDTH // 2, right)):
        both.paste(picture.crop((WIDTH // 4, 0, WIDTH // 4 + WIDTH // 2, HEIGHT)), (place, 0))
    return both


def film(picture: Image.Image, path: Path) -> Path:
    """A motion-JPEG file of `picture` for --use-file-for-fake-video-capture.

    Two pictures, a pixel apart, so that the stream is not frozen.
    """
    stream = io.BytesIO()
    for shift in (0, 1):
        ImageChops.offset(picture, shift, 0).save(stream, "JPEG", quality=92)
    path.write_bytes(stream.getvalue())
    return path


def held_film(picture: Image.Image, path: Path, frames: int = 450) -> Path:
    """A film of `picture` held in a hand: it shakes a little, and no two frames are alike.

    Some fifteen seconds before it begins again.
    """
    draw = np.random.default_rng(3)
    pixels = np.asarray(picture, np.int16)
    stream = io.BytesIO()
    for number in range(frames):
        across, down = 4 * np.sin(number / 9), 3 * np.sin(number / 7 + 1)
        moved = np.roll(pixels, (round(down), round(across)), (0, 1))
        grain = draw.integers(-5, 6, (picture.height // 4, picture.width // 4, 1))
        noisy = moved + grain.repeat(4, 0).repeat(4, 1)
        shown = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
        shown.save(stream, "JPEG", quality=80)
    path.write_bytes(stream.getvalue())
    return path


def _fit(picture: Image.Image, face_at: float) -> Image.Image:
    scale = max(WIDTH / picture.width, HEIGHT / picture.height)
    resized = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    left = (resized.width - WIDTH) // 2
    top = max(0, min(resized.height - HEIGHT, round(resized.height * face_at - HEIGHT / 2)))
    return resized.crop((left, top, left + WIDTH, top + HEIGHT))


def quiet_arguments() -> list[str]:
    """What every headless Chromium of ours is started with; root has no sandbox to offer it."""
    return [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@contextlib.contextmanager
def chromium(playwright: Playwright, camera: Path | None = None, *more: str) -> Iterator[Browser]:
    """A headless Chromium; with `camera` it grants the camera and shows that file."""
    arguments = [*quiet_arguments(), *more]
    if camera is not None:
        arguments += [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        ]
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
    try:
        yield browser
    finally:
        browser.close()
