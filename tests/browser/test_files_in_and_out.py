"""Sharing, downloading, dropping and rescuing notebooks, as people do it in a browser."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.ipynb import write_ipynb
from tests.apps.notebooks.test_exports import CORPUS
from tests.browser.axe import problems_of
from tests.browser.company import PASSWORD, add, open_new
from tests.browser.conftest import arrive
from tests.browser.place import Place

WHOLE = write_ipynb(document_of([Cell("a", "code", "x = 1"), Cell("b", "code", "y = 2")], {}))
CONFLICT = WHOLE.replace(
    b'    "y = 2"\n', b'<<<<<<< HEAD\n    "y = 2"\n=======\n    "y = 3"\n>>>>>>> branch\n'
)
SIZES = {"phone": (360, 740), "desktop": (1440, 900)}


@pytest.fixture(scope="module", autouse=True)
def _people(place: Place) -> None:
    add(place, "sora", "duri")


def _menu(page: Page, words: str) -> None:
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name=re.compile(words)).click()


def _upload(page: Page, name: str, content: bytes) -> None:
    page.wait_for_selector("[data-module=workspace][data-mounted]")
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.set_input_files("[data-part=pick]", file)


def _violations(page: Page) -> list[str]:
    page.emulate_media(reduced_motion="reduce")  # or axe would measure a colour on its way
    return problems_of(page)


def _picture(page: Page, name: str) -> None:
    """Screenshots at both sizes, in both lights, where LOOKIN_FILE_PICTURES says so."""
    folder = os.environ.get("LOOKIN_FILE_PICTURES")
    for size, (width, height) in SIZES.items() if folder else ():
        page.set_viewport_size({"width": width, "height": height})
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
            page.screenshot(path=f"{folder}/{name}-{size}-{light}.png")


def test_a_link_shows_the_notebook_live_until_it_is_taken_back(
    page: Page, browser: Browser
) -> None:
    open_new(page, "sora")
    _menu(page, "Share")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("There is none yet.")
    sheet.get_by_role("button", name="Make a link").click()
    link = sheet.get_by_label("The new link").input_value()
    assert _violations(page) == []
    _picture(page, "share")
    base = link.partition("/shared/")[0]
    with browser.new_context(base_url=base, locale="en-GB") as context:
        guest = context.new_page()
        arrive(guest, ("duri", PASSWORD))
        guest.goto(link)
        guest.wait_for_url("**/notebooks/*")
        expect(guest.locator(".cell")).to_have_count(1)
        guest.goto("/service")
        expect(guest.get_by_role("heading", name="Shared with you")).to_be_visible()
        assert _violations(guest) == []
        _picture(guest, "desk")
        guest.get_by_role("link", name="Untitled").last.click()
        expect(guest.locator(".cell")).to_have_count(1)
        sheet.get_by_role("button", name="Take back").click()
        expect(sheet).to_contain_text("The link is taken back.")
        guest.goto(link)
        expect(guest.locator("main")).to_contain_text("does not hold any more")


def test_a_notebook_is_downloaded_in_every_form(page: Page) -> None:
    open_new(page, "sora")
    page.keyboard.type("x = 1")
    for ending in (".ipynb", ".html", ".py", ".md", ".pdf"):
        _menu(page, "Download")
        sheet = page.get_by_role("dialog")
        if ending == ".ipynb":
            assert _violations(page) == []
            _picture(page, "download")
        with page.expect_download(timeout=60_000) as download:
            sheet.get_by_role("button", name=ending).click()
        assert download.value.suggested_filename.endswith(ending)
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(b"%PDF-") if ending == ".pdf" else b"x" in content
        expect(sheet).to_have_count(0)


def test_a_dropped_script_becomes_a_notebook_on_request(page: Page) -> None:
    arrive(page, ("sora", PASSWORD))
    _upload(page, "분석 😀.py", "# %% [markdown]\n# # 제목\n# %%\nx = 1\n".encode())
    page.get_by_role("button", name="Make it a notebook").click()
    page.wait_for_url("**/notebooks/*")
    expect(page.locator(".cell")).to_have_count(2)
    expect(page.locator(".cell").first).to_contain_text("제목")


def test_a_broken_notebook_is_explained_and_one_side_is_taken(page: Page) -> None:
    arrive(page, ("sora", PASSWORD))
    _upload(page, "broken.ipynb", CONFLICT)
    page.get_by_role("button", name="Open").click()
    expect(page.locator("main")).to_contain_text("git left both")
    assert _violations(page) == []
    _picture(page, "broken")
    page.get_by_role("button", name="Take the second version (branch)").click()
    page.wait_for_url("**/notebooks/*")
    expect(page.locator(".cell").last).to_contain_text("y = 3")


def test_no_script_of_a_notebook_runs_in_an_exported_page(page: Page, tmp_path: Path) -> None:
    evil = "\n\n".join(CORPUS)
    shown = {"output_type": "display_data", "metadata": {}}
    outputs = tuple(
        {**shown, "data": {mime: text}}
        for text in CORPUS
        for mime in ("text/html", "text/markdown", "text/plain", "image/svg+xml", "image/png")
    )
    cells = [Cell("m", "markdown", evil), Cell("c", "code", evil, outputs=outputs)]
    arrive(page, ("sora", PASSWORD))
    _upload(page, "evil.ipynb", write_ipynb(document_of(cells, {"title": evil})))
    expect(page.get_by_role("button", name="Open")).to_be_visible()
    workspace = page.locator("[data-module=workspace]").get_attribute("data-workspace")
    query = f"/notebooks/open?workspace={workspace}&path=evil.ipynb"
    found = page.request.get(query, max_redirects=0).headers["location"]
    export = f"{found}/export/html"
    with page.context.new_page() as shown_page:
        ran: list[str] = []
        shown_page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        answer = shown_page.request.get(export)
        assert "sandbox allow-scripts" in answer.headers["content-security-policy"]
        file = tmp_path / "evil.html"  # as somebody opens it after downloading: no header there
        file.write_bytes(answer.body())
        shown_page.goto(file.as_uri(), wait_until="domcontentloaded")
        top = shown_page.evaluate("document.querySelectorAll('main script, main form').length")
        assert top == 0
        assert not ran  # frames may not open dialogs either: allow-modals is not given
        shown_page.goto(f"{export}?open", wait_until="domcontentloaded")
        assert shown_page.evaluate("self.origin") == "null"
