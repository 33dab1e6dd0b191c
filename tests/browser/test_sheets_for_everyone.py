"""What opens beside the cells, for everybody: outputs, widgets, sheets and panels under axe, and on
a phone of 320 pixels with buttons that a finger can hit.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import CLIPPED, problems_of
from tests.browser.company import add, open_new, visitor, write
from tests.browser.conftest import watch_console
from tests.browser.place import Place

WAIT_MS = 40_000
CODE = """
import pandas as pd
from IPython.display import JSON, display
from ipywidgets import Accordion, Dropdown, FloatProgress, IntSlider, VBox
scores = pd.DataFrame({"name": ["미나", "준"] * 40, "score": range(80)})
display(scores, scores.head(2), JSON({"a": [1, 2], "b": {"c": None}}))
display(VBox([IntSlider(description="n"), FloatProgress(value=4, max=10, description="Work"),
              FloatProgress(value=1), Dropdown(options=["a", "b"], description="of"),
              Accordion([IntSlider(description="m")], titles=["First"])]))
print("shown")
"""
DIALOG = "dialog[open]"
OPENED = [  # what to press, and what is there then
    ("f", ".findbar"),
    ("p", ".box-panel"),
    ("Alt+Shift+v", ".variable"),
    ("Alt+Shift+o", ".panel"),
    ("Shift+E", DIALOG),
    ("e e", DIALOG),
    ("Shift+R", DIALOG),
]
LOOKS = {
    "Korean, dark": {"locale": "ko-KR", "color_scheme": "dark"},
    "a small phone": {
        "locale": "en-GB",
        "color_scheme": "light",
        "viewport": {"width": 320, "height": 640},
        "has_touch": True,
        "is_mobile": True,
    },
}
# Buttons and fields that are on the screen and smaller than a finger.
SMALL = """within => [...document.querySelectorAll(within)].flatMap((part) =>
  [...part.querySelectorAll("button, a, select, summary")]).filter((one) => {
    const box = one.getBoundingClientRect();
    const seen = one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const isOn = box.bottom > 0 && box.top < innerHeight;
    return seen && isOn && box.width && (box.width < 44 || box.height < 44);
  }).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module", autouse=True)
def _person(place: Place) -> None:
    add(place, "haneul")


def _ran(page: Page) -> Page:
    open_new(page, "haneul")
    write(page, 1, CODE)
    page.keyboard.press("ControlOrMeta+Enter")
    outputs = page.locator(".outputs").first
    expect(outputs).to_contain_text("shown", timeout=WAIT_MS)
    expect(outputs.get_by_role("slider").first).to_be_visible(timeout=WAIT_MS)
    return page


@pytest.mark.parametrize("looks", LOOKS.values(), ids=list(LOOKS))
def test_a_program_finds_nothing_on_outputs_and_what_opens_beside_them(
    browser: Browser, place: Place, looks: dict[str, Any]
) -> None:
    shown: dict[str, Any] = {**looks, "bypass_csp": True, "reduced_motion": "reduce"}
    with (
        browser.new_context(base_url=place.address, locale="en-GB") as context,
        visitor(browser, _ran(context.new_page()), "haneul", **shown) as page,
    ):
        says = watch_console(page)
        expect(page.locator(".outputs").get_by_role("slider").first).to_be_visible(timeout=WAIT_MS)
        wrong = {"outputs": _wrong_with(page, ".picture-tools, .table-foot")}
        page.locator(".cell .source").first.click()
        page.keyboard.press("Escape")
        for keys, there in OPENED:
            for key in keys.split():
                page.keyboard.press(key)
            expect(page.locator(there).first).to_be_visible(timeout=WAIT_MS)
            wrong[keys] = _wrong_with(page, f"{DIALOG}, .panel, .box-panel")
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
        page.goto(f"{page.url.partition('?')[0]}/history")
        expect(page.locator(".history")).to_be_visible()
        wrong["history"] = _wrong_with(page, ".history")
        assert not {name: found for name, found in wrong.items() if found}
        assert not says, says


def _wrong_with(page: Page, touched: str) -> list[str]:
    found = [*problems_of(page), *page.evaluate(CLIPPED)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page scrolls sideways")
    if page.evaluate("matchMedia('(pointer: coarse)').matches"):
        found += page.evaluate(SMALL, touched)
    return found


def test_a_program_finds_nothing_on_an_exported_page(page: Page, browser: Browser) -> None:
    _ran(page)
    expect(page.locator(".saving")).to_have_text("Saved", timeout=WAIT_MS)
    state: Any = page.context.storage_state()
    address = f"{page.url.partition('?')[0]}/export/html?open"
    with browser.new_context(
        bypass_csp=True, storage_state=state, viewport={"width": 320, "height": 640}
    ) as context:
        exported = context.new_page()
        exported.goto(address)
        expect(exported.get_by_text("shown", exact=True)).to_be_visible()
        # pandas leaves the head of its index empty: that table is the person's, not ours
        found = [one for one in problems_of(exported) if not one.startswith("empty-table-header")]
        assert not found
        assert exported.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
