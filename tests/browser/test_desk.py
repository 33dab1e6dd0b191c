"""The desk and the lessons in Chromium: files that travel, come back, and code that runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MEMBER


@pytest.fixture
def desk(page: Page) -> Page:
    """The desk of the member, who signed in through the lesson."""
    page.goto("/ajax/")
    page.locator("#sign-in [name=id]").fill(MEMBER[0])
    page.locator("#sign-in [name=pwd]").fill(MEMBER[1])
    page.locator("#sign-in button").click()
    expect(page.locator("#upload button")).to_be_enabled()
    page.goto("/service")
    expect(page.locator(".desk[data-mounted]")).to_be_visible()
    return page


def test_a_file_is_uploaded_deleted_brought_back_and_renamed(desk: Page, tmp_path: Path) -> None:
    file = tmp_path / "성적 😀.csv"
    file.write_text("a,b\n1,2\n")
    desk.locator("[data-part=pick]").set_input_files(file)
    expect(desk.locator(".tray [data-step=done]")).to_be_visible()
    found = desk.locator("li.file", has_text="성적 😀.csv")
    found.hover()
    found.locator("[data-act=delete]").click()
    expect(found).to_have_count(0)
    desk.locator(".toast button").click()
    expect(found).to_be_visible()
    found.hover()
    found.locator("[data-act=rename]").click()
    expect(desk.locator("li.file input")).to_be_focused()
    desk.keyboard.type("점수")
    desk.keyboard.press("Enter")
    renamed = desk.locator("li.file", has_text="점수.csv")
    expect(renamed).to_be_visible()
    with desk.expect_download() as download:
        renamed.locator("a").click()
    assert download.value.suggested_filename == "점수.csv"
    assert download.value.path().read_text() == "a,b\n1,2\n"


def test_the_page_lights_up_under_a_file_and_takes_it(desk: Page) -> None:
    desk.evaluate(
        """() => {
          window.carried = new DataTransfer();
          window.carried.items.add(new File(["x"], "dropped.txt"));
          const options = { bubbles: true, dataTransfer: window.carried };
          document.body.dispatchEvent(new DragEvent("dragenter", options));
        }"""
    )
    expect(desk.locator(".drop-veil")).to_be_visible()
    desk.evaluate(
        """() => document.body.dispatchEvent(new DragEvent("drop",
             { bubbles: true, cancelable: true, dataTransfer: window.carried }))"""
    )
    expect(desk.locator(".drop-veil")).to_be_hidden()
    expect(desk.locator("li.file", has_text="dropped.txt")).to_be_visible()


def test_an_upload_without_a_line_says_so_and_can_be_tried_again(desk: Page) -> None:
    desk.context.set_offline(True)
    desk.locator("[data-part=pick]").set_input_files(
        {"name": "later.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    expect(desk.locator(".tray [data-step=failed]")).to_contain_text("Nothing was kept")
    desk.context.set_offline(False)
    desk.locator(".tray [data-part=retry]").click()
    expect(desk.locator("li.file", has_text="later.txt")).to_be_visible()


def test_the_lessons_calculate_and_run_python(desk: Page) -> None:
    desk.goto("/ajax/")
    desk.locator("#calculator button").click()
    expect(desk.locator("#calculator .result")).to_have_text("0.3")
    desk.locator("#calculator [name=op1]").fill("six")
    desk.locator("#calculator button").click()
    expect(desk.locator("#calculator .raw")).to_contain_text("400")
    for answer in ("1 × 7 = 7", "2 × 7 = 14"):
        desk.locator("#python button").click()
        expect(desk.locator("#python .result")).to_have_text(re.compile(answer), timeout=30_000)


def test_the_upload_lesson_shows_real_progress(desk: Page) -> None:
    desk.goto("/ajax/")
    desk.locator("#upload [name=file1]").set_input_files(
        {"name": "lesson.bin", "mimeType": "application/octet-stream", "buffer": b"x" * 3_000_000}
    )
    desk.locator("#upload button").click()
    expect(desk.locator("#upload .result")).to_have_text("lesson.bin")
    expect(desk.locator("#upload progress")).to_have_js_property("value", 1)
