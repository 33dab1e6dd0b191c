"""WCAG 2.2 A and AA as far as a program can tell (axe-core), a keyboard alone, and 200 % zoom.

axe-core comes from web/node_modules; without it these tests are skipped in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import CLIPPED, LANGUAGES, SCREENS, Walk, needs_axe, screen_of
from tests.browser.conftest import ADMIN, sign_in, watch_console
from tests.browser.place import Place

KERNEL_MS = 40_000
PERSON = ("yuna", "a lamp beside the books")
CODE = """
import pandas as pd, matplotlib.pyplot as plt
from IPython.display import HTML, Markdown, display
print("안녕", "\\x1b[31mred\\x1b[32mgreen\\x1b[34mblue\\x1b[1;33myellow\\x1b[0m")
display(pd.DataFrame({"이름": ["미나", "준"], "점수": [1, 2]}), Markdown("# *Title* [link](/x)"))
plt.plot([1, 3, 2]); plt.show()
display(HTML("<p>in a frame<script>1</script></p>"))
1 / 0
"""

pytestmark = needs_axe


@dataclass(frozen=True)
class Rooms:
    """Where each page is, and the cookies of the people who may see it."""

    place: Place
    admin: Any
    person: Any
    device: Any
    notebook: str
    invite: str


@pytest.fixture(scope="module")
def rooms(browser: Browser, place: Place) -> Rooms:
    """A person with a notebook that ran, an admin who invited somebody, and a known device."""
    place.add_person(*PERSON)
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        page = context.new_page()
        sign_in(page, PERSON)
        notebook = _notebook_with_outputs(page)
        person: Any = context.storage_state()
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        page = context.new_page()
        sign_in(page, ADMIN)
        page.goto("/people/")
        page.fill("#name", "seoyeon")
        page.get_by_role("button", name="Add", exact=True).click()
        invite = page.locator(".invite-link").input_value()
        admin: Any = context.storage_state()
    kept = [cookie for cookie in person["cookies"] if "device" in cookie["name"]]
    return Rooms(place, admin, person, {"cookies": kept, "origins": []}, notebook, invite)


def _notebook_with_outputs(page: Page) -> str:
    page.get_by_role("button", name="New").first.click()
    page.wait_for_url("**/notebooks/*")
    page.locator(".cm-content").first.click()
    page.keyboard.insert_text(CODE)
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".traceback")).to_contain_text("ZeroDivisionError", timeout=KERNEL_MS)
    expect(page.locator(".saving")).to_have_text("Saved", timeout=KERNEL_MS)
    return page.url


@pytest.fixture(params=SCREENS, ids=" ".join)
def screen(request: pytest.FixtureRequest, rooms: Rooms) -> dict[str, Any]:
    """A light and a language, at this place."""
    return {"base_url": rooms.place.address, **screen_of(*request.param)}


def test_a_program_finds_nothing_on_a_strangers_pages(
    browser: Browser, rooms: Rooms, screen: dict[str, Any]
) -> None:
    with browser.new_context(**screen) as stranger:
        walk = Walk(stranger)
        for address in ("/login", rooms.invite, "/start/long-gone"):
            walk.to(address)
        walk.to("/ajax/", "#calculator code")
        walk.page.locator("#calculator button").click()
        expect(walk.page.locator("#calculator .result")).not_to_be_empty()
        walk.look("/ajax/ with an answer")
    assert not walk.wrong
    with browser.new_context(**screen, storage_state=rooms.device) as known:
        walk = Walk(known)
        walk.to("/login")
        walk.page.fill("#username", "nobody")
        walk.page.fill("#password", "wrong")
        walk.page.press("#password", "Enter")
        expect(walk.page.locator("#failure")).to_be_visible()
        walk.look("/login refused")
    assert not walk.wrong


def test_a_program_finds_nothing_on_a_persons_pages(
    browser: Browser, rooms: Rooms, screen: dict[str, Any]
) -> None:
    with browser.new_context(**screen, storage_state=rooms.person) as person:
        walk = Walk(person)
        walk.to("/service")
        walk.page.locator("[data-part=pick]").set_input_files(
            {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a\n"}
        )
        expect(walk.page.locator(".tray [data-step=done]")).to_be_visible()
        walk.look("/service with the tray")
        walk.to("/running/", ".kernel")
        walk.page.locator(".kernel button").click()
        expect(walk.page.get_by_role("dialog")).to_be_visible()
        walk.look("/running/ with the question")
        walk.page.keyboard.press("Escape")
        for address in ("/account/", "/account/face", "/nowhere"):
            walk.to(address)
    assert not walk.wrong


def test_a_program_finds_nothing_on_a_notebook(
    browser: Browser, rooms: Rooms, screen: dict[str, Any]
) -> None:
    with browser.new_context(**screen, storage_state=rooms.person) as person:
        walk = Walk(person)
        walk.to(rooms.notebook, ".traceback")
        walk.page.locator(".notebook-menu .menu > button").click()
        walk.look("the menu")
        walk.page.get_by_role("menuitem").last.click()
        expect(walk.page.get_by_role("dialog")).to_be_visible()
        walk.look("the keys")
        walk.page.keyboard.press("Escape")
        walk.page.locator(".cm-content").first.click()
        walk.look("a cell with the cursor in it")
    assert not walk.wrong


def test_a_program_finds_nothing_on_the_page_of_people(
    browser: Browser, rooms: Rooms, screen: dict[str, Any]
) -> None:
    with browser.new_context(**screen, storage_state=rooms.admin) as admin:
        walk = Walk(admin)
        walk.to("/running/", "#running-fence")
        walk.page.locator(".machine summary").click()
        walk.look("/running/ with the fence's parts")
        walk.to("/people/")
        walk.page.locator(".line-menu summary").first.click()
        walk.look("/people/ with somebody open")
        walk.to("/attendance/")
    assert not walk.wrong


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus, and see that the focus shows."""
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    shows = wanted.evaluate(
        "element => getComputedStyle(element).outlineStyle !== 'none'"
        " || getComputedStyle(element).boxShadow !== 'none'"
    )
    assert shows, f"nothing shows that {wanted} has the focus"


def test_keys_alone_lead_from_the_sign_in_through_a_notebook_and_out(
    browser: Browser, rooms: Rooms
) -> None:
    with browser.new_context(base_url=rooms.place.address, locale="en-GB") as context:
        page = context.new_page()
        wrong = watch_console(page)
        press = page.keyboard.press
        page.goto("/login")
        tab_to(page, page.locator("#username"))
        page.keyboard.type(PERSON[0])
        press("Tab")
        page.keyboard.type(PERSON[1])
        press("Enter")
        page.wait_for_url("**/service")
        press("Tab")
        press("Enter")  # past the top bar
        tab_to(page, page.get_by_role("button", name="New notebook"))
        press("Enter")
        page.wait_for_url("**/notebooks/*")
        expect(page.locator(".notebook-state")).to_contain_text("Ready")
        expect(page.locator(".cell .cm-content")).to_be_focused()
        page.keyboard.type("6 * 7")
        press("Shift+Enter")
        expect(page.locator(".outputs").first).to_have_text("42", timeout=KERNEL_MS)
        press("Escape")
        tab_to_backwards(page, page.get_by_role("link", name="Back to the workspace"))
        press("Enter")
        page.wait_for_url("**/service*")
        tab_to(page, page.get_by_role("button", name="Sign out"))
        press("Enter")
        page.wait_for_url("**/login")
        assert not wrong, wrong


def tab_to_backwards(page: Page, wanted: Locator) -> None:
    """Press Shift+Tab until it has the focus."""
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError(f"Shift+Tab never came to {wanted}")


def reach_every_source(page: Page) -> None:
    """Code that stands as text is cut; an editor that scrolls takes its place where one looks."""
    for cell in page.locator(".cell").all():
        cell.scroll_into_view_if_needed()
        expect(cell.locator(".source-plain")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(720, 450), (320, 256)], ids=["200 %", "400 %"])
def test_nothing_is_clipped_when_the_page_is_enlarged(
    browser: Browser, rooms: Rooms, width: int, height: int
) -> None:
    looks: dict[str, Any] = {
        "base_url": rooms.place.address,
        "viewport": {"width": width, "height": height},
        "device_scale_factor": 2,
    }
    for language in LANGUAGES.values():
        for state, addresses in (
            (rooms.device, ("/login", rooms.invite, "/ajax/")),
            (rooms.person, ("/service", rooms.notebook, "/account/", "/account/face", "/gone")),
            (rooms.person, ("/running/",)),
            (rooms.admin, ("/people/", "/attendance/", "/running/")),
        ):
            with browser.new_context(**looks, locale=language, storage_state=state) as context:
                page = context.new_page()
                for address in addresses:
                    page.goto(address)
                    if address == rooms.notebook:
                        expect(page.locator(".traceback")).to_be_visible(timeout=KERNEL_MS)
                        reach_every_source(page)
                    assert not page.evaluate(CLIPPED), (address, language)
                    across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    assert across <= 0, (address, language)
