"""A notebook longer than the screen: code is text until somebody is at it, and nobody notices."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.ipynb import write_ipynb
from tests.browser.conftest import MEMBER, arrive

LONG = "long_line = '" + "wide " * 60 + "'"
SOURCE = f"def double(x):  # 두 배\n    return x * 2\n\n{LONG}\n\tprint('tab', double(21))"
CELLS = [Cell(f"c{n}", "code", f"# cell {n}\n{SOURCE}") for n in range(60)]
MIDDLE = 30

# Where each line of a cell's text stands, and the cell's own height.
PLACES = """cell => {
  const top = cell.getBoundingClientRect().top;
  const lines = [...cell.querySelectorAll(".source-line, .cm-line")].map((line) => {
    const range = document.createRange();
    range.selectNodeContents(line);
    const box = range.getBoundingClientRect();
    return [box.left, line.getBoundingClientRect().top - top, box.width].map(Math.round);
  });
  return [lines, cell.offsetHeight, getComputedStyle(cell.querySelector("span[class]")).color];
}"""
NO_IDLE_TIME = "window.requestIdleCallback = () => 0"
_names = itertools.count()


def _open_long(page: Page) -> None:
    arrive(page, MEMBER)
    page.wait_for_selector("[data-module=workspace][data-mounted]")
    content = write_ipynb(document_of(CELLS, {}))
    file: Any = {"name": f"long{next(_names)}.ipynb", "mimeType": "text/plain", "buffer": content}
    page.set_input_files("[data-part=pick]", file)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/notebooks/*")
    expect(page.locator(".cell")).to_have_count(len(CELLS))


def _cell(page: Page, number: int) -> Locator:
    return page.locator(".cell").nth(number)


def _goes_to(page: Page, number: int) -> None:
    _cell(page, number).evaluate("cell => cell.scrollIntoView({block: 'center'})")


@pytest.mark.parametrize("numbered", [False, True])
def test_nothing_moves_when_an_editor_takes_the_place_of_text(page: Page, numbered: bool) -> None:
    _open_long(page)
    if numbered:
        expect(_cell(page, 0).locator(".cm-content")).to_be_visible()
        page.keyboard.press("Shift+L")
    _goes_to(page, MIDDLE - 5)  # near, but not on the screen
    below = _cell(page, MIDDLE)
    expect(below.locator(".source-line").first).to_have_text(f"# cell {MIDDLE}")
    expect(below.locator(".cm-content")).to_have_count(0)
    before = below.evaluate(PLACES)
    _goes_to(page, MIDDLE)
    expect(below.locator(".cm-content")).to_be_visible()
    expect(below.locator(".cm-lineNumbers")).to_have_count(int(numbered))
    page.wait_for_function(  # its words are coloured a moment after they are there
        f"([cell, before]) => JSON.stringify(({PLACES})(cell)) === JSON.stringify(before)",
        arg=[below.element_handle(), before],
    )


def test_a_press_on_the_text_puts_the_cursor_there(page: Page) -> None:
    page.add_init_script(NO_IDLE_TIME)
    _open_long(page)
    line = _cell(page, 0).locator(".source-line").nth(2)
    line.click(position={"x": 400, "y": 5})  # behind its end
    expect(_cell(page, 0).locator(".cm-content")).to_be_focused()
    page.keyboard.insert_text(" + 1")
    expect(_cell(page, 0).locator(".cm-line").nth(2)).to_have_text("    return x * 2 + 1")


def test_an_editor_that_was_left_behind_is_text_again_unless_it_was_typed_in(page: Page) -> None:
    _open_long(page)
    expect(_cell(page, 1).locator(".cm-content")).to_be_visible()
    _cell(page, 0).locator(".cm-content").click()
    page.keyboard.insert_text("mine ")
    _goes_to(page, MIDDLE)
    expect(_cell(page, MIDDLE).locator(".cm-content")).to_be_visible()
    expect(_cell(page, 1).locator(".source-plain")).to_have_count(1)
    expect(_cell(page, 0).locator(".cm-content")).to_contain_text("mine ")
    expect(_cell(page, 0).locator(".source-plain")).to_have_count(0)


def test_what_is_found_far_away_is_shown_and_marked(page: Page) -> None:
    _open_long(page)
    expect(_cell(page, 0).locator(".cm-content")).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_role("textbox", name="Find")).to_be_focused()
    page.keyboard.insert_text("cell 47")
    expect(_cell(page, 47).locator(".cm-found-current")).to_have_text("cell 47")
    expect(_cell(page, 47)).to_be_in_viewport()


def test_what_is_not_drawn_yet_has_about_its_height(page: Page) -> None:
    page.add_init_script(NO_IDLE_TIME)
    _open_long(page)
    far = _cell(page, len(CELLS) - 1)
    assert far.get_attribute("data-far") is not None
    estimate = far.evaluate("cell => cell.offsetHeight")
    _goes_to(page, len(CELLS) - 1)
    expect(far.locator(".source-line").first).to_be_visible()
    assert estimate == pytest.approx(far.evaluate("cell => cell.offsetHeight"), rel=0.3)
