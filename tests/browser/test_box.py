"""The box that finds everything, in Chromium: keys, Korean, sums, filters, commands, bad lines."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.browser.boxes import EVIL, PERSON, field, fill, line, marked, options, search
from tests.browser.conftest import arrive, watch_console
from tests.browser.place import Place

FOUND_MS = 20_000


@pytest.fixture(scope="module")
def filled(browser: Browser, place: Place) -> Place:
    """A place where somebody has notebooks that the index knows."""
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        fill(place, context.new_page())
    return place


@pytest.fixture
def desk(filled: Place, page: Page) -> Iterator[Page]:
    """Their desk; afterwards nothing is remembered of what they searched for."""
    arrive(page, PERSON)
    expect(page.locator(".box[data-mounted]")).to_be_visible()
    yield page
    page.unroute_all()
    page.evaluate(
        """() => fetch("/ajax/search/forget", { method: "POST", headers:
             { "X-CSRFToken": document.querySelector("[name=csrf-token]").content } })"""
    )


@pytest.fixture
def notebook(desk: Page) -> Page:
    """One of their notebooks, open, with nothing being typed."""
    desk.get_by_role("link", name=re.compile("물새 그래프")).first.click()
    desk.wait_for_url("**/notebooks/*")
    expect(desk.locator(".notebook-state")).to_contain_text("Ready")
    expect(desk.locator(".cell")).to_have_count(1)
    desk.locator(".cell").first.click(position={"x": 20, "y": 5})
    desk.keyboard.press("Escape")
    return desk


def test_a_slash_opens_it_and_escape_clears_then_closes_it(desk: Page) -> None:
    upload = desk.get_by_role("button", name="New notebook")
    upload.focus()
    desk.keyboard.press("/")
    expect(field(desk)).to_be_focused()
    expect(field(desk)).to_have_value("")
    desk.keyboard.type("물새/")
    expect(field(desk)).to_have_value("물새/")
    desk.keyboard.press("Escape")
    expect(field(desk)).to_have_value("")
    expect(field(desk)).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator(".box-panel")).to_be_hidden()
    expect(upload).to_be_focused()


def test_what_is_found_is_marked_and_enter_opens_it(desk: Page) -> None:
    search(desk, "관찰")
    expect(line(desk, "물새 관찰 일지")).to_be_visible(timeout=FOUND_MS)
    expect(line(desk, "물새 관찰 일지").locator("mark")).to_have_text("관찰")
    expect(options(desk).first).to_contain_text("Open")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/notebooks/*")
    expect(desk.locator(".notebook-title")).to_have_text("물새 관찰 일지")


def test_a_found_cell_is_gone_to_from_elsewhere_and_from_its_own_notebook(desk: Page) -> None:
    search(desk, "kingfisher")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/notebooks/*#cell-*")
    last = desk.locator(".cell").last
    expect(last).to_have_class(re.compile(r"\bchosen\b"))
    expect(last).to_be_in_viewport()
    desk.locator(".cell").first.click(position={"x": 20, "y": 5})
    desk.keyboard.press("Escape")
    expect(last).not_to_have_class(re.compile(r"\bchosen\b"))
    search(desk, "kingfisher")
    expect(line(desk, "kingfisher")).to_be_visible()
    desk.keyboard.press("Enter")
    expect(last).to_have_class(re.compile(r"\bchosen\b"))
    expect(last).to_be_focused()


@pytest.mark.parametrize(
    "typed", ["ㅁㅅ ㄱㅊ", "anfto rhksckf", "물새관차", "물새 관챃", "물쌔 관찰"]
)
def test_korean_is_found_as_people_type_it(desk: Page, typed: str) -> None:
    search(desk, typed)
    expect(line(desk, "물새 관찰 일지")).to_be_visible(timeout=FOUND_MS)


def test_the_arrows_walk_through_the_list_as_a_screen_reader_follows_them(desk: Page) -> None:
    search(desk, "물새")
    expect(field(desk)).to_have_attribute("aria-expanded", "true")
    expect(options(desk).locator("mark").nth(2)).to_be_visible(timeout=FOUND_MS)
    expect(field(desk)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    press = desk.keyboard.press
    for keys, at in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("End", -1), ("Home", 0)):
        press(keys)
        expect(marked(desk)).to_have_id(
            options(desk).nth(at).get_attribute("id") or "no line stands there"
        )
    press("ArrowUp")  # back in the text
    expect(field(desk)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    desk.keyboard.type("!")
    expect(field(desk)).to_have_value("물새!")


def test_while_a_syllable_is_composed_results_change_and_keys_are_the_keyboards(desk: Page) -> None:
    desk.keyboard.press("/")
    keyboard = desk.context.new_cdp_session(desk)
    here = desk.url
    for text in ("ㅁ", "무", "물", "물ㅅ", "물새"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
        expect(field(desk)).to_have_value(text)
    expect(line(desk, "물새 그래프")).to_be_visible(timeout=FOUND_MS)
    for key in ("Enter", "ArrowDown"):
        for kind in ("rawKeyDown", "keyUp"):
            keyboard.send(
                "Input.dispatchKeyEvent",
                {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 229},
            )
    assert desk.url == here
    expect(field(desk)).to_have_value("물새")
    expect(field(desk)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    keyboard.send("Input.insertText", {"text": "물새"})
    expect(field(desk)).to_have_value("물새")
    desk.keyboard.press("ArrowDown")
    expect(marked(desk)).to_be_visible()


def test_an_answer_that_comes_late_is_dropped(desk: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.route(re.compile(r"/ajax/search\?q=kingf"), hold)
    search(desk, "kingf")
    expect(desk.locator(".box")).to_have_class(re.compile(r"\bslow\b"))
    desk.keyboard.press("Control+a")
    desk.keyboard.insert_text("관찰 일지")
    expect(line(desk, "물새 관찰 일지")).to_be_visible(timeout=FOUND_MS)
    assert held
    for route in held:
        with contextlib.suppress(Error):  # the page takes its question back
            route.fulfill(json={"error": 0, "groups": [], "words": ["late"]})
    expect(line(desk, "물새 관찰 일지")).to_be_visible()
    expect(desk.get_by_text("late", exact=True)).to_have_count(0)


def test_enter_waits_for_the_answer_to_what_is_typed(desk: Page) -> None:
    search(desk, "그래프")
    expect(line(desk, "물새 그래프")).to_be_visible(timeout=FOUND_MS)
    desk.keyboard.press("Control+a")
    desk.keyboard.insert_text("관찰 일지")
    desk.keyboard.press("Enter")  # before any answer can have come
    desk.wait_for_url("**/notebooks/*")
    expect(desk.locator(".notebook-title")).to_have_text("물새 관찰 일지")


def test_a_sum_is_answered_first_and_copied(desk: Page) -> None:
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    search(desk, "1.5GB / 30")
    expect(options(desk).first).to_contain_text("= 50 MB")
    desk.keyboard.press("Enter")
    expect(options(desk).first).to_contain_text("Copied")
    assert desk.evaluate("navigator.clipboard.readText()") == "50 MB"


def test_a_wrong_sum_says_where(desk: Page) -> None:
    search(desk, "12 / (3 - 3)")
    expect(desk.locator(".box-wrong mark")).to_have_text("/")
    expect(desk.locator(".box-wrong")).to_contain_text("divided by zero")


def test_the_answer_goes_into_the_cell_at_the_cursor(notebook: Page) -> None:
    notebook.locator(".cm-content").click()
    notebook.keyboard.press("Control+End")
    notebook.keyboard.type(" + ")
    search(notebook, "6 * 7")
    expect(options(notebook).first).to_contain_text("= 42")
    notebook.keyboard.press("Shift+Enter")
    expect(notebook.locator(".cm-content")).to_have_text("plot = 1 + 42")
    expect(notebook.locator(".cm-content")).to_be_focused()
    notebook.keyboard.press("Control+z")
    notebook.keyboard.press("Control+z")
    expect(notebook.locator(".cm-content")).to_have_text("plot = 1")


def test_filters_become_chips_and_backspace_takes_them_away(desk: Page) -> None:
    search(desk, "type:csv ")
    chips = desk.locator(".box-chip")
    expect(chips).to_have_text("Remove: type csv")
    expect(line(desk, "물새 성적.csv")).to_be_visible(timeout=FOUND_MS)
    expect(line(desk, "물새 그래프")).to_have_count(0)
    desk.keyboard.insert_text('in:"강가 3반"')
    desk.keyboard.press("Tab")
    expect(chips).to_have_count(2)
    expect(field(desk)).to_have_value("")
    expect(field(desk)).to_be_focused()
    expect(line(desk, "물새 성적.csv")).to_be_visible()
    desk.keyboard.insert_text("물새 in:nowhere ")
    expect(desk.locator(".box-chip.unknown")).to_have_count(1)
    desk.keyboard.press("Control+a")
    desk.keyboard.press("Backspace")
    for left in (1, 0):
        desk.keyboard.press("Backspace")
        expect(chips).to_have_count(left)


def test_a_title_is_only_ever_text(desk: Page) -> None:
    search(desk, "onerror")
    expect(line(desk, EVIL)).to_be_visible(timeout=FOUND_MS)
    expect(desk.locator(".box-panel img")).to_have_count(0)


def test_the_commands_of_a_notebook_are_in_it_and_have_a_key_of_their_own(notebook: Page) -> None:
    notebook.keyboard.press("p")
    expect(options(notebook)).not_to_have_count(0)
    expect(notebook.locator(".box-section")).to_have_count(1)
    notebook.keyboard.insert_text("겨ㅜ 미ㅣ")  # run all, on the other keyboard
    expect(options(notebook).first).to_contain_text("Run all")
    notebook.keyboard.press("Control+a")
    notebook.keyboard.type("cell below")
    expect(options(notebook).first).to_contain_text("Add a cell below")
    expect(options(notebook).first.locator("mark")).to_have_count(2)
    notebook.keyboard.press("ArrowDown")
    notebook.keyboard.press("ArrowDown")
    notebook.keyboard.press("ArrowUp")
    expect(marked(notebook)).to_contain_text("Add a cell below")
    notebook.keyboard.press("Enter")
    expect(notebook.locator(".cell")).to_have_count(2)
    search(notebook, "delete the")
    notebook.keyboard.press("Enter")
    expect(notebook.locator(".cell")).to_have_count(1)


def test_a_command_of_every_page_leads_there(desk: Page) -> None:
    search(desk, "what runs")
    expect(options(desk).first).to_contain_text("What runs here")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/running/")
    search(desk, "desk")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/service")


def test_without_a_line_it_says_so_and_goes_on_when_it_is_back(desk: Page) -> None:
    search(desk, "")
    expect(options(desk).first).to_be_visible(timeout=FOUND_MS)
    desk.context.set_offline(True)
    desk.keyboard.insert_text("관찰 일지")
    expect(desk.locator(".box-trouble")).to_contain_text("cannot be reached")
    desk.context.set_offline(False)
    expect(line(desk, "물새 관찰 일지")).to_be_visible(timeout=FOUND_MS)
    expect(desk.locator(".box-trouble")).to_have_count(0)


def test_nothing_found_says_what_was_tried(desk: Page) -> None:
    search(desk, "qqxxqq")
    expect(desk.locator(".box-note.none")).to_contain_text("Nothing fits “qqxxqq”")
    expect(field(desk)).to_have_attribute("aria-expanded", "false")
    expect(desk.locator(".box [role=status]")).to_contain_text("Nothing fits")


def test_searches_are_remembered_and_can_be_forgotten(desk: Page) -> None:
    for text in ("관찰 일지", "물새 그래프"):
        search(desk, text)
        expect(line(desk, text)).to_be_visible(timeout=FOUND_MS)
        desk.keyboard.press("Enter")
        desk.wait_for_url("**/notebooks/*")
        desk.goto("/service")
    recent = desk.get_by_role("group", name="Recent searches").get_by_role("option")
    search(desk, "")
    expect(recent).to_have_text([re.compile("물새 그래프"), re.compile("관찰 일지")])
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Shift+Delete")
    expect(recent).to_have_text([re.compile("관찰 일지")])
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(field(desk)).to_have_value("관찰 일지")
    expect(line(desk, "물새 관찰 일지")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Forget my searches").click()
    expect(recent).to_have_count(0)
    assert desk.request.get("/ajax/search", params={"q": ""}).json()["recent"] == []


@pytest.mark.parametrize("text", ["가" * 10_000, "   ", '"*(OR)^-:', "😀", "\u202eabc", "(" * 500])
def test_whatever_is_pasted_gets_a_calm_answer(desk: Page, text: str) -> None:
    with desk.expect_response("**/ajax/search?*") as asked:
        search(desk, "x")
    with desk.expect_response("**/ajax/search?*") as asked:
        desk.keyboard.press("Control+a")
        desk.keyboard.insert_text(text)
    assert asked.value.status == 200
    expect(desk.locator(".box-trouble")).to_have_count(0)


def test_on_a_phone_it_is_a_sheet_that_fingers_can_use(browser: Browser, filled: Place) -> None:
    with browser.new_context(
        base_url=filled.address,
        locale="en-GB",
        viewport={"width": 320, "height": 600},
        has_touch=True,
        is_mobile=True,
    ) as context:
        page = context.new_page()
        wrong = watch_console(page)
        arrive(page, PERSON)
        page.get_by_role("button", name="Find, or calculate").tap()
        expect(field(page)).to_be_focused()
        page.keyboard.insert_text("물새")
        expect(line(page, "물새 그래프")).to_be_visible(timeout=FOUND_MS)
        sheet = page.locator(".box").bounding_box()
        assert sheet == {"x": 0, "y": 0, "width": 320, "height": 600}
        small = page.evaluate(
            """() => [...document.querySelectorAll(".box button, [role=option]")].filter((one) => {
                 const box = one.getBoundingClientRect();
                 return box.width && (box.width < 44 || box.height < 44);
               }).map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert not small
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.get_by_role("button", name="Close").tap()
        expect(page.locator(".box-panel")).to_be_hidden()
        page.get_by_role("button", name="Find, or calculate").tap()
        page.keyboard.insert_text("관찰")
        line(page, "물새 관찰 일지").tap()
        page.wait_for_url("**/notebooks/*")
        assert not wrong, wrong


def test_a_stranger_has_no_box(page: Page, filled: Place) -> None:
    page.goto("/ajax/")
    expect(page.locator(".lessons[data-mounted]")).to_be_visible()
    expect(page.locator(".box")).to_have_count(0)
    page.keyboard.press("/")
    assert page.request.get("/ajax/search?q=x").status == 401


def test_the_lesson_searches_while_one_types(desk: Page) -> None:
    desk.goto("/ajax/")
    lesson = desk.locator("#search")
    lesson.locator("[name=q]").press_sequentially("rhks")  # 관
    lesson.locator("[name=q]").fill("관찰 일지")
    expect(lesson.locator("li").first).to_have_text("물새 관찰 일지")
    lesson.locator("[name=q]").press("Enter")
    expect(lesson.locator("[name=q]")).to_have_value("물새 관찰 일지")
    expect(lesson.locator(".raw")).to_contain_text("200")
