"""Several people in one notebook: who is here, where, and what they write at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.company import add, cell, open_new, share, text, visitor, write
from tests.browser.place import Place

SPOKEN = ".visually-hidden[aria-live]"
ARA, BORAM, CHAN = "ara", "boram", "chan"


@pytest.fixture(scope="module", autouse=True)
def people(place: Place) -> None:
    """Three people who may sign in."""
    add(place, ARA, BORAM, CHAN)


@pytest.fixture
def two(page: Page, browser: Browser, place: Place) -> Iterator[tuple[Page, Page]]:
    """Ara's notebook, with Boram in it, who may edit."""
    open_new(page, ARA)
    share(place, page, BORAM, "editor")
    with visitor(browser, page, BORAM) as other:
        yield page, other


CARET = """([name, index]) => {
  const caret = [...document.querySelectorAll(".cell")[index].querySelectorAll(".cm-person")]
    .find(one => one.textContent === name);
  return caret && caret.getBoundingClientRect().x;
}"""
GLYPH = """([index, at]) => {
  const walker = document.createTreeWalker(
    document.querySelectorAll(".cell")[index].querySelector(".cm-line"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (at <= node.data.length) {
      const range = document.createRange();
      range.setStart(node, at);
      range.collapse(true);
      return range.getBoundingClientRect().x;
    }
    at -= node.data.length;
  }
}"""


def stands_at(page: Page, name: str, at: int) -> None:
    """The caret of `name` in the first cell is drawn before the UTF-16 unit `at`."""
    page.wait_for_function(
        f"at => {{ const caret = ({CARET})([{name!r}, 0]), glyph = ({GLYPH})([0, at]);"
        " return caret !== undefined && Math.abs(caret - glyph) < 2.5 }",
        arg=at,
    )


def test_a_cursor_stands_at_the_same_place_for_everybody(two: tuple[Page, Page]) -> None:
    ara, boram = two
    write(ara, 1, "x = '😀 안녕'")
    text(boram, 1).click()
    boram.keyboard.press("Home")
    for _ in range(6):
        boram.keyboard.press("ArrowRight")
    stands_at(ara, BORAM, 7)  # the emoji has two units
    expect(ara.locator(".cm-person-name")).to_have_text(BORAM)
    text(ara, 1).click()
    ara.keyboard.press("Home")
    ara.keyboard.insert_text("😀😀 ")
    stands_at(ara, BORAM, 12)
    boram.keyboard.insert_text("글")
    stands_at(ara, BORAM, 13)
    boram.keyboard.press("Shift+End")
    expect(ara.locator(".cm-person-selection")).to_be_visible()
    boram.keyboard.press("Escape")
    expect(ara.locator(".cm-person")).to_have_count(0)
    expect(cell(ara, 1).locator(".here-marks")).to_have_accessible_name(f"In this cell: {BORAM}")


def test_the_bar_says_who_is_here_and_leads_to_them(
    two: tuple[Page, Page], browser: Browser, place: Place
) -> None:
    ara, boram = two
    faces = ara.locator(".faces-button")
    expect(faces).to_have_accessible_name(f"Here: {BORAM}")
    share(place, ara, CHAN, "viewer")
    with visitor(browser, ara, CHAN) as chan:
        expect(faces).to_have_accessible_name(f"Here: {BORAM} and {CHAN}")
        expect(ara.locator(SPOKEN)).to_contain_text(f"{CHAN} came in.")
        boram.get_by_role("button", name="Add a code cell here").last.click()
        text(boram, 2).click()
        faces.click()
        rows = ara.locator(".face-row")
        expect(rows).to_have_count(3)
        expect(rows.nth(0)).to_contain_text(f"{ARA} (you)")
        expect(rows.nth(0)).to_contain_text("Owner")
        expect(rows.nth(2)).to_contain_text("May read")
        ara.keyboard.press("Escape")
        expect(faces).to_be_focused()
        faces.click()
        rows.nth(1).click()
        expect(cell(ara, 2)).to_be_focused()
        chan.close()
    expect(faces).to_have_accessible_name(f"Here: {BORAM}")
    expect(ara.locator(SPOKEN)).to_contain_text(f"{CHAN} left.")


def test_undo_takes_back_only_ones_own_words(two: tuple[Page, Page]) -> None:
    ara, boram = two
    write(ara, 1, "first\nlast")
    expect(text(boram, 1)).to_have_text("firstlast")
    text(ara, 1).click()
    ara.keyboard.press("ControlOrMeta+End")
    ara.keyboard.type(" of ara")
    text(boram, 1).click()
    boram.keyboard.press("ControlOrMeta+Home")
    boram.keyboard.type("of boram ")
    expect(text(ara, 1)).to_have_text("of boram firstlast of ara")
    ara.keyboard.press("ControlOrMeta+z")
    expect(text(boram, 1)).to_have_text("of boram firstlast")
    boram.keyboard.press("ControlOrMeta+z")
    expect(text(ara, 1)).to_have_text("firstlast")
    ara.keyboard.press("ControlOrMeta+y")
    expect(text(boram, 1)).to_have_text("firstlast of ara")


class Composing:
    """Hangul as an input method writes it: each syllable changes until it is settled."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)

    def show(self, letters: str) -> None:
        """The syllable in the making."""
        place: dict[str, Any] = {"selectionStart": len(letters), "selectionEnd": len(letters)}
        self.session.send("Input.imeSetComposition", {"text": letters, **place})

    def settle(self, letters: str) -> None:
        """It is written."""
        self.session.send("Input.insertText", {"text": letters})


def test_hangul_in_the_making_survives_what_others_write(two: tuple[Page, Page]) -> None:
    ara, boram = two
    write(ara, 1, "ab")
    expect(text(boram, 1)).to_have_text("ab")
    text(ara, 1).click()
    ara.keyboard.press("End")
    text(boram, 1).click()
    boram.keyboard.press("Home")
    composing = Composing(ara)
    for syllable in (("ㅎ", "하", "한"), ("ㄱ", "그", "글")):
        for letters in syllable:
            composing.show(letters)
            boram.keyboard.type("<")
        composing.settle(syllable[-1])
    expect(text(boram, 1)).to_have_text("<<<<<<ab한글")
    boram.keyboard.press("End")
    boram.keyboard.type("!")
    for page in two:
        expect(text(page, 1)).to_have_text("<<<<<<ab한글!")
    ara.keyboard.press("ControlOrMeta+z")
    expect(text(boram, 1)).not_to_contain_text("글")
