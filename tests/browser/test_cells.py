"""What people do with cells, by keyboard alone where a keyboard can: Jupyter's keys, several cells
at once, the clipboard between notebooks, find and replace, pictures, tidying, the panel.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.place import Place
from tests.browser.test_notebook_page import KERNEL_MS, cell, is_saved, open_new

Press = Callable[..., None]


@pytest.fixture
def notebook(page: Page) -> Page:
    """A page on a new notebook of the member."""
    return open_new(page)


@pytest.fixture
def press(notebook: Page) -> Press:
    """Presses keys one after the other."""

    def press(*keys: str) -> None:
        for key in keys:
            notebook.keyboard.press(key)

    return press


def fill(page: Page, *sources: str) -> None:
    """The notebook with these code cells, by keys; the last is chosen."""
    expect(page.locator(".cell .cm-content")).to_be_focused()
    for number, source in enumerate(sources):
        if number:
            page.keyboard.press("b")
            page.keyboard.press("Enter")
            expect(page.locator(".cell").nth(number).locator(".cm-content")).to_be_focused()
        page.keyboard.insert_text(source)
        page.keyboard.press("Escape")


def has(page: Page, *sources: str) -> None:
    """Wait until the cells hold these texts, in this order."""
    expect(page.locator(".cell .cm-content")).to_have_text(list(sources))


def test_cells_come_go_and_come_back_by_keys(notebook: Page, press: Press) -> None:
    fill(notebook, "one", "two", "three")
    press("d", "d")
    has(notebook, "one", "two")
    press("z")
    has(notebook, "one", "two", "three")
    press("Shift+Z")
    has(notebook, "one", "two")
    press("Control+z", "k", "a")
    has(notebook, "one", "Python", "two", "three")
    press("d", "d", "ArrowUp", "Alt+ArrowDown")
    has(notebook, "two", "one", "three")
    press("z")
    has(notebook, "one", "two", "three")


def test_several_cells_are_moved_joined_copied_and_deleted_at_once(
    notebook: Page, press: Press
) -> None:
    fill(notebook, "one", "two", "three")
    press("Shift+K")
    expect(notebook.locator(".cell.among")).to_have_count(2)
    press("Alt+ArrowUp")
    has(notebook, "two", "three", "one")
    expect(notebook.locator(".visually-hidden[aria-live]")).to_contain_text("Moved to place 1 of 3")
    press("Shift+D")
    has(notebook, "two", "three", "two", "three", "one")
    press("d", "d")
    has(notebook, "two", "three", "one")
    press("Control+a", "Shift+M")
    has(notebook, "twothreeone")
    press("z")
    has(notebook, "two", "three", "one")
    press("Control+a", "x")
    expect(notebook.locator(".cell")).to_have_count(0)
    press("v")
    has(notebook, "two", "three", "one")


def test_a_click_with_shift_chooses_all_between(notebook: Page) -> None:
    fill(notebook, "one", "two", "three")
    cell(notebook, 1).click(modifiers=["Shift"])
    expect(notebook.locator(".cell.among")).to_have_count(3)
    cell(notebook, 2).click()
    expect(notebook.locator(".cell.among")).to_have_count(0)


def test_a_cell_is_split_where_the_cursor_stands_and_joined_again(
    notebook: Page, press: Press
) -> None:
    fill(notebook, "a = 1\nb = 2")
    press("Enter", "Control+End", "Home", "Control+Shift+Minus")
    has(notebook, "a = 1", "b = 2")
    expect(cell(notebook, 2).locator(".cm-content")).to_be_focused()
    press("Escape", "z")
    expect(notebook.locator(".cell")).to_have_count(1)
    expect(cell(notebook, 1).locator(".cm-line")).to_have_text(["a = 1", "b = 2"])


def test_headings_and_kinds_of_cells_by_keys_also_with_a_korean_keyboard(
    notebook: Page, press: Press
) -> None:
    fill(notebook, "제목")
    press("2")
    expect(cell(notebook, 1).locator("h2")).to_have_text("제목")
    press("3")
    expect(cell(notebook, 1).locator("h3")).to_have_text("제목")
    korean = """([key, code]) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }))"""
    expect(cell(notebook, 1)).to_be_focused()
    notebook.evaluate(korean, ["ㅛ", "KeyY"])
    expect(cell(notebook, 1)).to_have_class(among("code"))
    notebook.evaluate(korean, ["ㅠ", "KeyB"])
    expect(notebook.locator(".cell")).to_have_count(2)


def among(name: str) -> re.Pattern[str]:
    """A class among others."""
    return re.compile(rf"(^|\s){name}(\s|$)")


def test_cells_travel_to_another_notebook_through_the_clipboard(
    notebook: Page, press: Press
) -> None:
    fill(notebook, "x = '한글 😀'", "y = 2")
    press("Control+a", "Control+c")
    is_saved(notebook)
    notebook.goto("/service")
    notebook.get_by_role("button", name="New").first.click()
    notebook.wait_for_url("**/notebooks/*")
    expect(notebook.locator(".cell .cm-content")).to_be_focused()
    press("Escape", "Control+v")
    has(notebook, "Python", "x = '한글 😀'", "y = 2")
    press("Shift+V")
    expect(notebook.locator(".cell")).to_have_count(5)


def test_run_above_below_and_from_here_and_past_an_error(notebook: Page, press: Press) -> None:
    fill(notebook, "print(1)", "1 / 0", "print(3)")
    press("Shift+A")
    expect(cell(notebook, 1).locator(".outputs")).to_have_text("1\n", timeout=KERNEL_MS)
    expect(cell(notebook, 2).locator(".traceback")).to_be_visible(timeout=KERNEL_MS)
    expect(cell(notebook, 3).locator(".outputs")).to_be_empty()
    press("7", "7")
    expect(cell(notebook, 2).locator(".traceback")).to_have_count(0)
    press("Control+Shift+Enter")
    expect(cell(notebook, 2).locator(".traceback")).to_be_visible()
    expect(cell(notebook, 3)).not_to_have_class(among("queued"))
    expect(cell(notebook, 3).locator(".outputs")).to_be_empty()
    press("Alt+Shift+Enter")
    expect(cell(notebook, 3).locator(".outputs")).to_have_text("3\n")
    press("ArrowUp", "ArrowUp", "Enter", "End")
    notebook.keyboard.type(" ")
    expect(cell(notebook, 1).locator(".margin")).to_have_class(among("stale"))
    expect(cell(notebook, 1)).to_have_attribute("aria-label", "Cell 1, code, changed since it ran")


def test_find_and_replace_goes_through_all_cells(notebook: Page, press: Press) -> None:
    fill(notebook, "total = 1\nprint(total)", "totals = total + 1", "total")
    press("m", "Control+Enter", "k", "k", "f")
    field = notebook.get_by_role("textbox", name="Find", exact=True)
    expect(field).to_be_focused()
    notebook.keyboard.insert_text("TOTAL")
    count = notebook.locator(".find-count")
    expect(count).to_have_text("1 of 5")
    press("Enter")
    expect(count).to_have_text("2 of 5")
    notebook.get_by_role("checkbox", name="Whole words only").check()
    expect(count).to_contain_text("of 4")
    notebook.get_by_role("textbox", name="Replace with").fill("합계")
    notebook.get_by_role("button", name="Replace all").click()
    expect(count).to_have_text("4 replaced in 3 cells")
    press("Escape")
    expect(cell(notebook, 1).locator(".cm-line")).to_have_text(["합계 = 1", "print(합계)"])
    expect(cell(notebook, 2).locator(".cm-line")).to_have_text(["totals = 합계 + 1"])
    cell(notebook, 1).locator(".cm-content").click()
    press("Control+z")  # one undo takes all of a cell back
    expect(cell(notebook, 1).locator(".cm-line")).to_have_text(["total = 1", "print(total)"])


def test_a_pattern_that_never_ends_is_given_up_and_the_page_lives(
    notebook: Page, press: Press
) -> None:
    fill(notebook, "a" * 60 + "b")
    press("Control+f")
    notebook.get_by_role("checkbox", name="Regular expression").check()
    notebook.get_by_role("textbox", name="Find", exact=True).fill("(a+)+$")
    expect(notebook.locator(".find-count")).to_have_text("This pattern takes too long")
    notebook.get_by_role("textbox", name="Find", exact=True).fill("a+b")
    expect(notebook.locator(".find-count")).to_have_text("1 of 1")
    notebook.get_by_role("textbox", name="Find", exact=True).fill("(")
    expect(notebook.locator(".find-count")).to_have_text("Not a regular expression yet")


def test_code_is_tidied_in_small_changes_and_an_error_says_where(
    notebook: Page, press: Press
) -> None:
    fill(notebook, "x={ 'a':1 }\n%time y=2\nprint( x )")
    press("Alt+Shift+f")
    lines = cell(notebook, 1).locator(".cm-line")
    expect(lines).to_have_text(['x = {"a": 1}', "%time y=2", "print(x)"])
    press("Enter", "Control+End")
    notebook.keyboard.insert_text("\nfor")
    press("Alt+Shift+f")
    expect(notebook.get_by_text("Cell 1 stays as it is. Line 4:")).to_be_visible()


PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Er"
        "kJggg=="
    )
).decode()
PASTE = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const clip = new DataTransfer();
  clip.items.add(new File([bytes], name, { type: "image/png" }));
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: clip, bubbles: true, cancelable: true }));
}"""


def test_a_pasted_picture_is_part_of_the_notebook_and_its_words_are_asked(
    notebook: Page, press: Press
) -> None:
    fill(notebook, "")
    press("m", "Enter")
    source = cell(notebook, 1).locator(".cm-content")
    expect(source).to_be_focused()
    notebook.evaluate(PASTE, ["sales chart.png", PNG])
    expect(source).to_have_text("![sales chart](attachment:sales-chart.png)")
    notebook.keyboard.type("Sales by month")  # over the words that were derived
    press("Shift+Enter")
    picture = cell(notebook, 1).locator("img")
    expect(picture).to_have_attribute("alt", "Sales by month")
    is_saved(notebook)
    notebook.reload()
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).to_have_js_property("naturalWidth", 1)


def test_a_hidden_source_stays_hidden_for_everybody_until_it_is_shown(
    notebook: Page, press: Press
) -> None:
    fill(notebook, "secret = 1")
    press("Shift+H")
    expect(cell(notebook, 1).locator(".source")).to_be_hidden()
    is_saved(notebook)
    notebook.reload()
    expect(cell(notebook, 1).locator(".source")).to_be_hidden()
    cell(notebook, 1).get_by_role("button", name="Code is hidden. Show it").click()
    expect(cell(notebook, 1).locator(".source")).to_be_visible()


def test_the_outline_leads_to_a_heading_and_is_remembered(notebook: Page, press: Press) -> None:
    fill(notebook, "First", "Second")
    press("2", "Escape", "ArrowUp", "1", "Escape", "Alt+Shift+o")
    outline = notebook.get_by_role("complementary", name="Outline")
    expect(outline.get_by_role("button")).to_have_text(["", "First", "Second"])
    outline.get_by_role("button", name="Second").press("Enter")
    expect(cell(notebook, 2)).to_be_focused()
    is_saved(notebook)
    notebook.reload()
    expect(outline.get_by_role("button", name="First")).to_be_visible()
    press("Alt+Shift+o")
    expect(outline).to_be_hidden()


def test_every_command_is_found_by_its_name_and_done(notebook: Page, press: Press) -> None:
    fill(notebook, "one")
    press("p")
    expect(notebook.get_by_role("combobox")).to_be_focused()
    notebook.keyboard.type("duplic")
    press("Enter")
    has(notebook, "one", "one")
    press("h")
    search = notebook.get_by_role("searchbox", name="Find a key or a command")
    expect(search).to_be_focused()
    notebook.keyboard.type("merge")
    expect(notebook.get_by_text("Nothing with these letters.")).to_be_visible()
    search.fill("join")
    expect(notebook.locator("dialog dt:visible")).to_have_text(["Join with the cell below"])
    press("Escape", "t")
    has(notebook, "one", "one")


def test_a_cell_is_dragged_by_its_grip_and_escape_gives_up(notebook: Page, press: Press) -> None:
    fill(notebook, "one", "two", "three")
    grip = cell(notebook, 1).locator(".grip")
    for gives_up in (True, False):
        cell(notebook, 1).hover()
        start, end = grip.bounding_box(), cell(notebook, 3).bounding_box()
        assert start is not None
        assert end is not None
        notebook.mouse.move(start["x"] + 4, start["y"] + 4)
        notebook.mouse.down()
        notebook.mouse.move(start["x"], end["y"] + end["height"] - 2, steps=5)
        expect(notebook.locator(".drop-line")).to_be_visible()
        if gives_up:
            press("Escape")
        notebook.mouse.up()
        expect(notebook.locator(".drop-line")).to_be_hidden()
        order = ("one", "two", "three") if gives_up else ("two", "three", "one")
        has(notebook, *order)


FAILS_WHEN_TOLD = """
import pathlib, time
while not pathlib.Path("they left").exists(): time.sleep(.05)
time.sleep(1)  # the server, too, has seen them go
1 / 0"""


def test_a_person_who_comes_back_hears_what_ran_meanwhile(
    notebook: Page, press: Press, place: Place
) -> None:
    fill(notebook, FAILS_WHEN_TOLD)
    press("Control+Enter")
    expect(cell(notebook, 1)).to_have_class(among("running"), timeout=KERNEL_MS)
    address = notebook.url
    notebook.goto("/service")
    for workspace in (place.home / "workspaces").iterdir():
        (workspace / "they left").touch()
    watcher = notebook.context.browser
    assert watcher is not None
    with watcher.new_context(base_url=address, locale="en-GB") as elsewhere:
        elsewhere.add_cookies(notebook.context.cookies())  # type: ignore[arg-type]
        other = elsewhere.new_page()  # it knows when the cell has ended, and the first does not
        other.goto(address)
        expect(cell(other, 1).locator(".traceback")).to_be_visible(timeout=KERNEL_MS)
    notebook.goto(address)
    expect(notebook.get_by_text("While you were away: 1 cell ran, 1 failed.")).to_be_visible()
    notebook.get_by_role("button", name="Go there").click()
    expect(cell(notebook, 1)).to_be_focused()
