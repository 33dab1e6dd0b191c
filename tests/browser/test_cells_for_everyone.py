"""Cells for everybody: what opens over them under axe, and all of it on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import problems_of
from tests.browser.conftest import MEMBER, arrive, watch_console
from tests.browser.place import Place
from tests.browser.test_cells import among, fill
from tests.browser.test_notebook_page import cell


@pytest.mark.parametrize(("light", "language"), [("light", "en-GB"), ("dark", "ko-KR")])
def test_a_program_finds_nothing_on_what_opens_over_the_cells(
    browser: Browser, place: Place, light: str, language: str
) -> None:
    looks: dict[str, Any] = {"color_scheme": light, "locale": language, "reduced_motion": "reduce"}
    with browser.new_context(base_url=place.address, bypass_csp=True, **looks) as context:
        page = context.new_page()
        arrive(page, MEMBER)
        page.locator("form[action$='/notebooks/new'] button").first.click()
        page.wait_for_url("**/notebooks/*")
        fill(page, "제목", "x = 1", "y = 2")
        press = page.keyboard.press
        press("1")
        press("Shift+K")
        wrong = {"three cells": problems_of(page)}
        for keys, there in (
            ("f", ".findbar"),
            ("p", ".box-panel"),
            ("h", "dialog.shortcuts"),
            ("Alt+Shift+o", ".panel"),
        ):
            press(keys)
            expect(page.locator(there)).to_be_visible()
            wrong[there] = problems_of(page)
            press("Escape")
            press("Escape")
        page.locator(".cell.chosen .tools .menu > button").click()
        wrong["the menu of a cell"] = problems_of(page)
    assert not {name: found for name, found in wrong.items() if found}


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_every_tool_is_in_reach_and_large_enough(
    browser: Browser, place: Place, width: int
) -> None:
    with browser.new_context(
        base_url=place.address,
        locale="en-GB",
        viewport={"width": width, "height": 640},
        has_touch=True,
        is_mobile=True,
    ) as context:
        page = context.new_page()
        wrong = watch_console(page)
        arrive(page, MEMBER)
        page.get_by_role("button", name="New").first.tap()
        page.wait_for_url("**/notebooks/*")
        page.locator(".cm-content").first.tap()
        page.keyboard.insert_text("x = 1")
        bar = page.get_by_role("toolbar", name="Tools of the chosen cell")
        bar.get_by_role("button", name="Add a cell below").tap()
        expect(page.locator(".cell")).to_have_count(2)
        bar.get_by_role("button", name="More for the chosen cell").tap()
        page.get_by_role("menuitem", name="Make it text").tap()
        expect(cell(page, 2)).to_have_class(among("markdown"))
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, a, input")].filter((one) => {
                 const box = one.getBoundingClientRect();
                 const all = { visibilityProperty: true, opacityProperty: true };
                 const seen = one.checkVisibility(all) && !one.closest(".skip-link");
                 const isOn = box.bottom > 0 && box.top < innerHeight;
                 return seen && isOn && box.width && (box.width < 44 || box.height < 44);
               }).map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert not small
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert not wrong, wrong
