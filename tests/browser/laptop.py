"""A laptop before whose camera portraits are held, and what a person does there with a face."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from tests.browser.camera import chromium, film, framed
from tests.browser.conftest import watch_console
from tests.browser.place import Place
from tests.portraits import portraits

LOOK_MS = 30_000
Filming = Callable[[Image.Image, Path], Path]


@dataclass
class Laptop:
    """One device: its cookies stay while the face before its camera changes."""

    playwright: Playwright
    place: Place
    folder: Path
    kept: dict[str, Any] = field(default_factory=dict)

    @contextlib.contextmanager
    def before(self, portrait: str, filming: Filming = film, **browser_has: Any) -> Iterator[Page]:
        """A page while that portrait is before the camera. `browser_has`: viewport, locale…"""
        file = self.folder / f"{portrait}-{filming.__name__}.mjpeg"
        camera = file if file.is_file() else filming(framed(portraits()[portrait]), file)
        has = {"base_url": self.place.address, "locale": "en-GB", **self.kept, **browser_has}
        with chromium(self.playwright, camera) as browser:
            context = browser.new_context(**has)
            page = context.new_page()
            wrong = watch_console(page)
            yield page
            self.kept = {"storage_state": context.storage_state()}
            # Chromium itself writes down that nobody answered: a test may have killed the server.
            assert not [said for said in wrong if "ERR_CONNECTION" not in said], wrong


def enrol(page: Page, password: str) -> None:
    """Read, agree, and let the camera get to know this face; a portrait cannot turn its head."""
    page.goto("/account/face")
    page.check("input[name=agree]")
    if page.locator("#password").is_visible():
        page.fill("#password", password)
    page.get_by_role("button", name="Agree and go on").click()
    page.get_by_role("button", name="Open the camera").click()
    skip = page.get_by_role("button", name="I cannot turn that way")
    done = page.get_by_role("link", name="Done")
    for _ in range(3):
        expect(skip.or_(done)).to_be_visible(timeout=LOOK_MS)
        if done.is_visible():
            break
        step = page.locator(".eye").get_attribute("data-turn")
        skip.click()
        expect(page.locator(f".eye[data-turn={step}]")).to_have_count(0, timeout=LOOK_MS)
    expect(done).to_be_visible(timeout=LOOK_MS)


def sign_out(page: Page) -> None:
    """Through the page's own button."""
    page.goto("/account/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/login")


def look_in(page: Page, name: str | None) -> None:
    """Press the button of the sign-in page, with a typed name or none."""
    page.goto("/login")
    page.fill("#username", name or "")
    page.get_by_role("button", name="Look to sign in").click()
