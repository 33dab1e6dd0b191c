"""The main job, as a new person does it: sign in, enrol the face, sign in with it, run Python.

The camera shows official portraits: the right man gets in, another does not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.camera import camera_file, chromium
from tests.browser.conftest import sign_in, watch_console
from tests.browser.place import Place
from tests.portraits import portraits

pytestmark = pytest.mark.models

LOOK_MS = 30_000


@dataclass
class Laptop:
    """One device: its cookies stay while the face before its camera changes."""

    playwright: Playwright
    place: Place
    folder: Path
    kept: dict[str, Any] = field(default_factory=dict)

    @contextlib.contextmanager
    def before(self, portrait: str) -> Iterator[Page]:
        """A page while that portrait is before the camera."""
        camera = camera_file(portraits()[portrait], self.folder)
        with chromium(self.playwright, camera) as browser:
            context = browser.new_context(base_url=self.place.address, locale="en-GB", **self.kept)
            page = context.new_page()
            wrong = watch_console(page)
            yield page
            self.kept = {"storage_state": context.storage_state()}
            assert not wrong, wrong


@pytest.fixture
def laptop(playwright: Playwright, place: Place, tmp_path: Path) -> Laptop:
    """A laptop that Lookin does not know yet."""
    return Laptop(playwright, place, tmp_path)


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


def run_python(page: Page, code: str) -> None:
    """A new notebook, one cell, Shift+Enter."""
    page.goto("/service")
    page.get_by_role("button", name="New").first.click()
    page.wait_for_url("**/notebooks/*")
    page.locator(".cm-content").first.click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def test_a_new_person_enrols_signs_in_with_the_face_and_runs_python(laptop: Laptop) -> None:
    person = ("barack", "yes we can run cells")
    laptop.place.add_person(*person)
    with laptop.before("obama") as page:
        sign_in(page, person)
        enrol(page, person[1])
        sign_out(page)
    with laptop.before("obama2") as page:  # another picture of the same man, and a name
        look_in(page, person[0])
        page.wait_for_url("**/service", timeout=LOOK_MS)
        run_python(page, "print('안녕', 6 * 7)")
        expect(page.get_by_text("안녕 42")).to_be_visible(timeout=30_000)
        sign_out(page)
    with laptop.before("obama3") as page:  # a third picture, and nobody types anything
        look_in(page, None)
        page.wait_for_url("**/service", timeout=LOOK_MS)
        sign_out(page)
    with laptop.before("biden") as page:  # another man, with the name and without
        for name in (person[0], None):
            look_in(page, name)
            expect(page.locator(".eye[data-state=failed]")).to_be_visible(timeout=LOOK_MS)
            expect(page).to_have_url(f"{laptop.place.address}/login")
        assert page.request.get("/service", max_redirects=0).status == 302


def test_a_face_opens_nothing_on_a_device_that_nobody_trusts(
    laptop: Laptop, tmp_path: Path
) -> None:
    with laptop.before("obama") as page:
        page.goto("/login")
        expect(page.get_by_role("button", name="Look to sign in")).to_have_count(0)
        expect(page.locator("#password")).to_be_visible()
