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


def camera_file(photograph: Path, folder: Path, *, zoom: float = 1.0) -> Path:
    """A motion-JPEG file of `photograph`, 640 × 480, for --use-file-for-fake-video-capture.

    `zoom` crops round the middle. Two pictures, a pixel apart, so that the stream is not frozen.
    """
    with Image.open(photograph) as opened:
        picture = opened.convert("RGB")
    stream = io.BytesIO()
    for shift in (0, 1):
        frame = _fit(picture, zoom, shift)
        frame.save(stream, "JPEG", quality=92)
    path = folder / f"{photograph.stem}-{zoom}.mjpeg"
    path.write_bytes(stream.getvalue())
    return path


def _fit(picture: Image.Image, zoom: float, shift: int) -> Image.Image:
    scale = max(WIDTH / picture.width, HEIGHT / picture.height) * zoom
    resized = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    left = (resized.width - WIDTH) // 2 + shift
    top = max(0, int((resized.height - HEIGHT) * 0.25))  # a portrait's face is in its upper half
    return resized.crop((left, top, left + WIDTH, top + HEIGHT))


@contextlib.contextmanager
def chromium(playwright: Playwright, camera: Path | None = None) -> Iterator[Browser]:
    """A headless Chromium; with `camera` it grants the camera and shows that file."""
    arguments = list(_QUIET)
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
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
