"""What helps while writing: completion, signatures, explanations, folding; input(); variables."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import problems_of
from tests.browser.company import KERNEL_MS, add, cell, open_new, share, text, visitor, write
from tests.browser.place import Place

DANI, EUNJI = "dani", "eunji"


@pytest.fixture(scope="module", autouse=True)
def people(place: Place) -> None:
    """Two people who may sign in."""
    add(place, DANI, EUNJI)


@pytest.fixture
def notebook(page: Page) -> Page:
    """Dani at a new notebook."""
    return open_new(page, DANI)


def run(page: Page, number: int, code: str) -> None:
    """Type, and run without going elsewhere."""
    write(page, number, code)
    page.keyboard.press("ControlOrMeta+Enter")


def offers(page: Page, name: str) -> None:
    """Wait until this is among the open list of completions, which come from several places."""
    label = page.locator(".cm-tooltip-autocomplete .cm-completionLabel")
    expect(label.filter(has_text=re.compile(f"^{name}$"))).to_have_count(1, timeout=KERNEL_MS)


def offers_only(page: Page, name: str) -> None:
    """Wait until this is the open list of completions."""
    label = page.locator(".cm-tooltip-autocomplete .cm-completionLabel")
    expect(label).to_have_text([name], timeout=KERNEL_MS)


def type_into(page: Page, number: int, keys: str) -> None:
    """Type letter by letter into an emptied cell.

    With keys alone: `insert_text("")` is an input method's commit, and letters that follow it
    within milliseconds count as part of a composition.
    """
    cell(page, number).locator(".source").click()
    cell(page, number).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Backspace")
    page.keyboard.type(keys)


def test_names_of_other_cells_complete_before_any_kernel_runs(notebook: Page) -> None:
    write(notebook, 1, "import numpy as np\n점수표 = 1\ndef 더하기(a): return a")
    notebook.get_by_role("button", name="Add a code cell here").last.click()
    type_into(notebook, 2, "print(점")
    notebook.keyboard.press("Control+Space")
    offers_only(notebook, "점수표")
    notebook.keyboard.press("Escape")
    expect(notebook.locator(".cm-tooltip-autocomplete")).to_have_count(0)
    expect(text(notebook, 2)).to_be_focused()
    notebook.keyboard.press("Tab")  # the only choice is taken at once
    expect(text(notebook, 2)).to_have_text("print(점수표)")


def test_the_kernel_completes_while_typing_and_also_while_it_is_busy(notebook: Page) -> None:
    run(notebook, 1, "import math, time\nprint('on')")
    expect(cell(notebook, 1).locator(".outputs")).to_have_text("on\n", timeout=KERNEL_MS)
    notebook.get_by_role("button", name="Add a code cell here").last.click()
    type_into(notebook, 2, "math.")
    offers(notebook, "sqrt")
    notebook.keyboard.type("sq")
    expect(notebook.locator("[aria-selected] .cm-completionLabel")).to_have_text("sqrt")
    notebook.keyboard.press("Enter")
    expect(text(notebook, 2)).to_have_text("math.sqrt")
    run(notebook, 1, "time.sleep(60)")
    expect(notebook.locator(".notebook-state")).to_contain_text("Running cell 1")
    type_into(notebook, 2, "math.fl")
    notebook.keyboard.press("Tab")
    expect(text(notebook, 2)).to_have_text("math.floor")
    type_into(notebook, 2, "math.sqrt(")
    expect(notebook.locator(".cm-signature strong")).to_have_text("x")
    notebook.keyboard.press("Escape")
    expect(notebook.locator(".cm-signature")).to_have_count(0)
    expect(text(notebook, 2)).to_be_focused()


def test_tab_indents_and_enter_ends_a_line_whose_word_is_complete(notebook: Page) -> None:
    type_into(notebook, 1, "import os")
    offers_only(notebook, "os")
    notebook.keyboard.press("Enter")
    notebook.keyboard.press("Tab")
    notebook.keyboard.type("x")
    expect(text(notebook, 1).locator(".cm-line")).to_have_text(["import os", "    x"])
    notebook.keyboard.press("Home")
    notebook.keyboard.press("Shift+Tab")
    expect(text(notebook, 1).locator(".cm-line")).to_have_text(["import os", "x"])


def test_an_explanation_opens_goes_in_and_closes_by_keys(notebook: Page) -> None:
    write(notebook, 1, "len")
    notebook.keyboard.press("Shift+Tab")
    box = notebook.locator(".cm-explanation")
    expect(box).to_contain_text("Python is not running yet")
    run(notebook, 1, "def f(가, b=2):\n    'Adds. 더해요.'\n    return 가 + b\nprint('there')")
    expect(cell(notebook, 1).locator(".outputs")).to_have_text("there\n", timeout=KERNEL_MS)
    notebook.get_by_role("button", name="Add a code cell here").last.click()
    type_into(notebook, 2, "f")
    notebook.keyboard.press("Shift+Tab")
    expect(box).to_contain_text("Adds. 더해요.")
    expect(notebook.locator(".visually-hidden[aria-live]")).to_contain_text("더해요")
    expect(text(notebook, 2)).to_be_focused()
    notebook.keyboard.press("Shift+Tab")
    expect(box).to_contain_text("return 가 + b")
    expect(box).to_be_focused()
    notebook.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(text(notebook, 2)).to_be_focused()


def test_whoever_may_edit_answers_a_question_of_the_code(
    notebook: Page, browser: Browser, place: Place
) -> None:
    share(place, notebook, EUNJI, "editor")
    run(notebook, 1, "a = input('이름? ')\nfrom getpass import getpass\nb = getpass('비밀: ')")
    field = cell(notebook, 1).locator(".asks-field")
    expect(field).to_be_focused(timeout=KERNEL_MS)
    expect(field).to_have_accessible_name("이름?")
    notebook.reload()
    expect(field).to_be_visible(timeout=KERNEL_MS)
    with visitor(browser, notebook, EUNJI) as eunji:
        theirs = cell(eunji, 1).locator(".asks-field")
        expect(theirs).to_be_visible()
        expect(theirs).not_to_be_focused()
        field.fill("미나")
        field.press("Enter")
        expect(cell(notebook, 1).locator(".outputs")).to_have_text("이름? 미나\n")
        expect(theirs).to_have_attribute("type", "password")
        theirs.fill("secret")
        theirs.press("Enter")
        expect(field).to_be_hidden()
        for page in (notebook, eunji):
            expect(cell(page, 1).locator(".outputs")).to_contain_text("비밀: ········")
            expect(page.locator("body")).not_to_contain_text("secret")
    run(notebook, 1, "print(a, b)")
    expect(cell(notebook, 1).locator(".outputs")).to_have_text("미나 secret\n", timeout=KERNEL_MS)


def test_who_may_only_read_sees_that_a_cell_waits(
    notebook: Page, browser: Browser, place: Place
) -> None:
    share(place, notebook, EUNJI, "viewer")
    run(notebook, 1, "input('Go on? ')")
    expect(cell(notebook, 1).locator(".asks-field")).to_be_focused(timeout=KERNEL_MS)
    with visitor(browser, notebook, EUNJI) as eunji:
        expect(cell(eunji, 1).locator(".asks")).to_contain_text("Waits for an answer")
        expect(cell(eunji, 1).locator(".asks-field")).to_be_hidden()


def test_lines_fold_and_comments_brackets_and_several_cursors_work(notebook: Page) -> None:
    write(notebook, 1, "def f():\n    a = 1\n    return a\nf()")
    cell(notebook, 1).hover()
    cell(notebook, 1).locator(".fold-mark").filter(visible=True).click()
    expect(text(notebook, 1).locator(".cm-line")).to_have_text(["def f():⋯", "f()"])
    cell(notebook, 1).locator(".fold-mark").filter(visible=True).click()
    expect(text(notebook, 1).locator(".cm-line")).to_have_count(4)
    text(notebook, 1).click()
    notebook.keyboard.press("ControlOrMeta+a")
    notebook.keyboard.press("ControlOrMeta+/")
    expect(text(notebook, 1).locator(".cm-line").first).to_have_text("# def f():")
    write(notebook, 1, "")
    notebook.keyboard.type("('a")
    expect(text(notebook, 1)).to_have_text("('a')")
    write(notebook, 1, "x = x + x")
    notebook.keyboard.press("Home")
    for _ in range(4):
        notebook.keyboard.press("ControlOrMeta+d")
    notebook.keyboard.type("나")
    expect(text(notebook, 1)).to_have_text("나 = 나 + 나")


VALUES = """
import numpy as np, pandas as pd
점수표 = pd.DataFrame({'이름': ['미나', '준'] * 60, '점수': range(120)})
zeros = np.zeros((1000, 50))
n = 3
print('there')
"""


def test_variables_are_listed_sorted_found_and_opened(notebook: Page) -> None:
    notebook.keyboard.press("Escape")
    notebook.keyboard.press("Alt+Shift+V")
    panel = notebook.locator(".variables")
    expect(panel).to_contain_text("Python is not running")
    run(notebook, 1, VALUES)
    names = panel.locator(".variable-name")
    expect(names).to_have_text(["n", "zeros", "점수표", "np", "pd"], timeout=KERNEL_MS)
    expect(panel.locator(".variable").nth(2)).to_contain_text("120 × 2")
    panel.get_by_role("button", name="Size").click()
    expect(names.first).to_have_text("zeros")
    panel.get_by_role("searchbox").fill("점수")
    expect(names).to_have_text(["점수표"])
    names.first.press("Enter")
    sheet = notebook.get_by_role("dialog")
    expect(sheet).to_contain_text("Rows 1 to 50 of 120.")
    sheet.get_by_role("button", name="Last").press("Enter")
    expect(sheet).to_contain_text("Rows 101 to 120 of 120.")
    expect(sheet.locator("tbody tr")).to_have_count(20)
    notebook.keyboard.press("Escape")
    expect(names.first).to_be_focused()
    panel.get_by_role("searchbox").fill("")
    run(notebook, 1, "import time\nlater = 1\nprint('on', flush=True)\ntime.sleep(60)")
    expect(cell(notebook, 1).locator(".outputs")).to_contain_text("on", timeout=KERNEL_MS)
    panel.get_by_role("button", name="Look again").click()  # busy, and yet it answers
    expect(panel).to_contain_text("later")


@pytest.mark.parametrize(("light", "language"), [("light", "en-GB"), ("dark", "ko-KR")])
def test_a_program_finds_nothing_on_what_helps_while_writing(
    browser: Browser, place: Place, light: Any, language: str
) -> None:
    looks: dict[str, Any] = {"color_scheme": light, "reduced_motion": "reduce", "bypass_csp": True}
    wrong: dict[str, list[str]] = {}
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        first = open_new(context.new_page(), DANI)
        share(place, first, EUNJI, "editor")
        run(first, 1, VALUES)
        expect(cell(first, 1).locator(".outputs")).to_have_text("there\n", timeout=KERNEL_MS)
        with visitor(browser, first, EUNJI, locale=language, **looks) as page:
            expect(page.locator(".faces-button")).to_be_visible()
            page.locator(".faces-button").click()
            wrong["faces"] = problems_of(page)
            page.keyboard.press("Escape")
            type_into(page, 1, "점수표.me")
            offers(page, "mean")
            wrong["completion"] = problems_of(page)
            write(page, 1, "점수표")
            page.keyboard.press("Shift+Tab")
            expect(page.locator(".cm-explanation")).to_be_visible(timeout=KERNEL_MS)
            wrong["explanation"] = problems_of(page)
            page.keyboard.press("Escape")
            page.keyboard.press("Alt+Shift+V")
            expect(page.locator(".variable").first).to_be_visible(timeout=KERNEL_MS)
            wrong["variables"] = problems_of(page)
            run(page, 1, "input('? ')")
            expect(page.locator(".asks-field")).to_be_visible(timeout=KERNEL_MS)
            wrong["input"] = problems_of(page)
    assert not any(wrong.values()), wrong
