"""Chromium with a fake camera that shows a photograph. The server behind it is the real one."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
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


def camera_file(photograph: Path, folder: Path) -> Path:
    """A motion-JPEG file of `photograph`, 640 × 480, for --use-file-for-fake-video-capture.

    Its face is in the middle. Two pictures, a pixel apart, so that the stream is not frozen.
    """
    with Image.open(photograph) as opened:
        picture = opened.convert("RGB")
    stream = io.BytesIO()
    for shift in (0, 1):
        _fit(picture, FACE_AT.get(photograph.stem, 0.25), shift).save(stream, "JPEG", quality=92)
    path = folder / f"{photograph.stem}.mjpeg"
    path.write_bytes(stream.getvalue())
    return path


def _fit(picture: Image.Image, face_at: float, shift: int) -> Image.Image:
    scale = max(WIDTH / picture.width, HEIGHT / picture.height)
    resized = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    left = (resized.width - WIDTH) // 2 + shift
    top = max(0, min(resized.height - HEIGHT, round(resized.height * face_at - HEIGHT / 2)))
    return resized.crop((left, top, left + WIDTH, top + HEIGHT))


def quiet_arguments() -> list[str]:
    """What every headless Chromium of ours is started with; root has no sandbox to offer it."""
    return [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@contextlib.contextmanager
def chromium(playwright: Playwright, camera: Path | None = None) -> Iterator[Browser]:
    """A headless Chromium; with `camera` it grants the camera and shows that file."""
    arguments = quiet_arguments()
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
