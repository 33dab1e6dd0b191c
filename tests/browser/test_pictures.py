"""Every page at phone, tablet and desktop width, in either light and language: nothing clips.

The people are those of `lookin demo`. LOOKIN_PICTURES=docs/images also writes the README's
screenshots; another folder gets the pictures of every page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.axe import SCREENS
from tests.browser.camera import chromium
from tests.browser.conftest import ADMIN, sign_in, watch_console
from tests.browser.place import ROOT, Place, running_place

SIZES = {
    "phone": {"width": 360, "height": 740},
    "tablet": {"width": 820, "height": 1100},
    "desktop": {"width": 1440, "height": 900},
}
LIGHTS = ("light", "dark")
LANGUAGES = {"en": "en-GB", "ko": "ko-KR"}
# The light moves nothing: only whoever wants pictures wants it with each language.
LOOKS = list(product(LIGHTS, LANGUAGES)) if os.environ.get("LOOKIN_PICTURES") else SCREENS
README_PICTURES = "docs/images"
PEOPLE = {"en": "teacher", "ko": "minji"}


@dataclass(frozen=True)
class Desk:
    """A person who signed in and ran a notebook: their cookies, and the notebook's address.

    `admin` are the cookies of the admin, who sees what everybody runs.
    """

    state: dict[str, Any]
    notebook: str
    admin: dict[str, Any]

    @property
    def device(self) -> dict[str, Any]:
        """Only what the device remembers: nobody is signed in, but it is known here."""
        kept = [cookie for cookie in self.state["cookies"] if "device" in cookie["name"]]
        return {"cookies": kept, "origins": []}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, dict[str, str]]]:
    """A place that `lookin demo` filled, and the passwords that it printed."""
    with running_place(
        tmp_path_factory.mktemp("demo"), LOOKIN_PLACE_NAME="Class 3, Python"
    ) as running:
        printed = running.command("demo")
        running.add_person(*ADMIN, role="admin")
        yield running, dict(re.findall(r"(\w+) \(\w+\), password: (\S+)", printed))


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium of this module's own: it opens very many pages."""
    with chromium(playwright) as started:
        yield started


@pytest.fixture(scope="module")
def desks(demo: tuple[Place, dict[str, str]], browser: Browser) -> dict[str, Desk]:
    """One for each language."""
    place, passwords = demo
    with browser.new_context(base_url=place.address) as context:
        sign_in(context.new_page(), ADMIN)
        admin = dict(context.storage_state())
    return {
        language: _work(browser, place, (name, passwords[name]), admin)
        for language, name in PEOPLE.items()
    }


def _work(browser: Browser, place: Place, person: tuple[str, str], admin: dict[str, Any]) -> Desk:
    context = browser.new_context(base_url=place.address)
    page = context.new_page()
    sign_in(page, person)
    page.get_by_role("link", name=re.compile("chart|차트|그림|그래프", re.IGNORECASE)).first.click()
    page.wait_for_url("**/notebooks/*")
    expect(page.locator(".cell").first).to_be_visible(timeout=40_000)
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("img[src*='/blobs/']").first).to_be_visible(timeout=40_000)
    desk = Desk(dict(context.storage_state()), page.url.removeprefix(place.address), admin)
    context.close()
    return desk


@pytest.mark.parametrize(("light", "language"), LOOKS)
@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits(
    size: str,
    light: str,
    language: str,
    browser: Browser,
    demo: tuple[Place, dict[str, str]],
    desks: dict[str, Desk],
) -> None:
    desk, name = desks[language], f"{size}-{light}-{language}"
    screen: dict[str, Any] = {
        "base_url": demo[0].address,
        "locale": LANGUAGES[language],
        "color_scheme": light,
        "viewport": SIZES[size],
        "reduced_motion": "reduce",
    }
    known = browser.new_context(**screen, storage_state=desk.device)  # type: ignore[arg-type]
    _look(known, {"login": "/login", "lessons": "/ajax/"}, name)
    person = browser.new_context(**screen, storage_state=desk.state)  # type: ignore[arg-type]
    _look(
        person,
        {
            "service": "/service",
            "notebook": desk.notebook,
            "running": "/running/",
            "account": "/account/",
            "face": "/account/face",
        },
        name,
    )
    admin = browser.new_context(**screen, storage_state=desk.admin)  # type: ignore[arg-type]
    _look(admin, {"machine": "/running/"}, name)


def _look(context: BrowserContext, pages: dict[str, str], name: str) -> None:
    page = context.new_page()
    wrong = watch_console(page)
    for title, address in pages.items():
        page.goto(address, wait_until="load")
        if title == "notebook":
            expect(page.locator("img[src*='/blobs/']").first).to_be_visible(timeout=40_000)
        if title in ("running", "machine"):
            expect(page.locator(".kernel .memory").first).to_contain_text("B", timeout=40_000)
        page.evaluate("() => document.fonts.ready.then(() => true)")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        _keep(page, f"{title}-{name}")
        assert overflow <= 0, f"{title} is {overflow} px wider than the {name} screen"
    context.close()
    assert not wrong, wrong


def _keep(page: Page, name: str) -> None:
    folder = os.environ.get("LOOKIN_PICTURES")
    if folder and (folder != README_PICTURES or f"{folder}/{name}.png" in _readme()):
        page.screenshot(path=Path(ROOT / folder / f"{name}.png"))


def _readme() -> str:
    return "".join((ROOT / name).read_text() for name in ("README.md", "README.ko.md"))
