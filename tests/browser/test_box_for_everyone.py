"""The box under axe, in both lights and languages, and at every width: nothing is cut off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import CLIPPED, LANGUAGES, SCREENS, needs_axe, problems_of, screen_of
from tests.browser.boxes import PERSON, fill
from tests.browser.conftest import arrive, watch_console
from tests.browser.place import Place

pytestmark = needs_axe
STATES = {
    "notebooks and files": ("물새", "[role=option]"),
    "a sum": ("1.5GB / 30", "[data-kind=sum]"),
    "a wrong sum": ("1 / 0", ".box-wrong"),
    "nothing": ("qqxxqq", ".box-note.none"),
    "filters": ("type:csv in:nowhere ", ".box-chip.unknown"),
}


@pytest.fixture(scope="module")
def filled(browser: Browser, place: Place) -> Place:
    """A place where somebody has notebooks that the index knows."""
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        fill(place, context.new_page())
    return place


def _walk(page: Page) -> dict[str, list[str]]:
    """What is wrong with the box in each of its states, on the page that is open."""
    box = page.get_by_role("combobox")
    page.keyboard.press("Control+k")
    expect(page.locator(".box-panel")).to_be_visible()
    wrong = {"open": problems_of(page)}
    for name, (text, there) in STATES.items():
        box.fill("")
        page.keyboard.insert_text(text)
        expect(page.locator(f".box {there}").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        wrong[name] = problems_of(page)
        if page.evaluate(CLIPPED):
            wrong[name].append("cut off")
        page.keyboard.press("Escape")
    page.context.set_offline(True)
    page.keyboard.insert_text("x")
    expect(page.locator(".box-trouble")).to_be_visible()
    wrong["offline"] = problems_of(page)
    page.context.set_offline(False)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    return {name: found for name, found in wrong.items() if found}


@pytest.mark.parametrize(("light", "language"), SCREENS)
def test_a_program_finds_nothing_on_the_box(
    browser: Browser, filled: Place, light: str, language: str
) -> None:
    looks: dict[str, Any] = screen_of(light, language)
    with browser.new_context(base_url=filled.address, **looks) as context:
        page = context.new_page()
        console = watch_console(page)
        arrive(page, PERSON)
        assert not _walk(page)
        page.locator("a[href*='/notebooks/']").first.click()
        page.wait_for_url("**/notebooks/*")
        expect(page.locator(".cell").first).to_be_visible()
        assert not _walk(page)
        page.keyboard.press("Control+Shift+c")
        expect(page.get_by_role("option").first).to_be_visible()
        assert not problems_of(page)
        assert not console, console


@pytest.mark.parametrize(("width", "height"), [(320, 256), (720, 450), (1440, 900)])
def test_nothing_of_the_box_is_cut_off_at_any_width(
    browser: Browser, filled: Place, width: int, height: int
) -> None:
    for language in LANGUAGES.values():
        with browser.new_context(
            base_url=filled.address, locale=language, viewport={"width": width, "height": height}
        ) as context:
            page = context.new_page()
            arrive(page, PERSON)
            for text, there in STATES.values():
                page.keyboard.press("Control+k")
                page.keyboard.insert_text(text)
                expect(page.locator(f".box {there}").first).to_be_visible()
                assert not page.evaluate(CLIPPED), (text, language)
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                panel = page.locator(".box-panel").bounding_box()
                assert panel is not None
                assert panel["x"] >= 0
                assert panel["x"] + panel["width"] <= width
                page.keyboard.press("Escape")
                page.keyboard.press("Escape")
