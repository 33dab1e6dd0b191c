"""Every page at phone, tablet and desktop width, in both lights and languages: nothing clips.

With LOOKIN_PICTURES=docs/images it also writes the README's screenshots.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import watch_console
from tests.browser.place import ROOT, Place

SIZES = {
    "phone": {"width": 360, "height": 740},
    "tablet": {"width": 820, "height": 1100},
    "desktop": {"width": 1440, "height": 900},
}
LIGHTS = ("light", "dark")
LANGUAGES = {"en": "en-GB", "ko": "ko-KR"}
TEACHER = ("ms_han", "chalk and window light")
CODE = """import matplotlib.pyplot as plt
import pandas as pd

rain = [22, 36, 46, 78, 94, 128, 390, 340, 150, 52, 50, 24]
data = pd.DataFrame({"month": range(1, 13), "rain": rain})
plt.figure(figsize=(6.4, 2.6))
plt.bar(data.month, data.rain, color="#0b6e7f")
plt.title("Rain in Seoul, mm a month")
plt.show()
data.head(3)"""


@pytest.fixture(scope="module")
def desk(place: Place, browser: Browser) -> tuple[Any, str]:
    """A signed-in teacher's cookies, and the address of a notebook that has run."""
    place.add_person(*TEACHER, role="teacher")
    context = browser.new_context(base_url=place.address, locale="en-GB")
    page = context.new_page()
    page.goto("/login")
    page.fill("#username", TEACHER[0])
    page.fill("#password", TEACHER[1])
    page.press("#password", "Enter")
    page.wait_for_url("**/service")
    page.get_by_role("button", name="New").first.click()
    page.wait_for_url("**/notebooks/*")
    page.locator(".cm-content").first.click()
    page.keyboard.insert_text(CODE)
    page.keyboard.press("Shift+Enter")
    expect(page.locator("table")).to_be_visible(timeout=40_000)
    expect(page.locator("img[src^='data:image/png']")).to_be_visible()
    address = page.url.removeprefix(place.address)
    state = context.storage_state()
    context.close()
    return state, address


def _context(
    browser: Browser, place: Place, size: str, light: str, language: str, **kept: Any
) -> BrowserContext:
    return browser.new_context(
        base_url=place.address,
        locale=LANGUAGES[language],
        color_scheme=light,  # type: ignore[arg-type]
        viewport=SIZES[size],
        reduced_motion="reduce",
        **kept,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits(
    size: str, light: str, language: str, browser: Browser, place: Place, desk: tuple[Any, str]
) -> None:
    state, notebook = desk
    name = f"{size}-{light}-{language}"
    stranger = _context(browser, place, size, light, language)
    _look(stranger, {"login": "/login", "lessons": "/ajax/"}, name)
    teacher = _context(browser, place, size, light, language, storage_state=state)
    pages = {
        "service": "/service",
        "notebook": notebook,
        "account": "/account/",
        "face": "/account/face",
    }
    _look(teacher, pages, name)


def _look(context: BrowserContext, pages: dict[str, str], name: str) -> None:
    page = context.new_page()
    wrong = watch_console(page)
    for title, address in pages.items():
        page.goto(address, wait_until="load")
        if title == "notebook":
            expect(page.locator("table")).to_be_visible(timeout=15_000)
        page.evaluate("() => document.fonts.ready.then(() => true)")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        _keep(page, f"{title}-{name}")
        assert overflow <= 0, f"{title} is {overflow} px wider than the {name} screen"
    context.close()
    assert not wrong, wrong


def _keep(page: Page, name: str) -> None:
    folder = os.environ.get("LOOKIN_PICTURES")
    if folder:
        page.screenshot(path=Path(ROOT / folder / f"{name}.png"))
