"""What goes wrong in a browser gets a clear sentence and a way on, and loses nothing.

Cameras that show nothing useful, files that are not what their name says, odd names, and a server
that dies. A kernel that dies and a line that breaks: test_notebook_page.py.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.camera import HEIGHT, WIDTH, chromium, framed, held_film, side_by_side
from tests.browser.conftest import INSECURE_HOST, MEMBER, arrive, sign_in, watch_console
from tests.browser.place import Place
from tests.portraits import ANOTHER_MAN, ONE_MAN, portraits

LOOK_MS = 30_000
KERNEL_MS = 40_000


@pytest.fixture(scope="module")
def trusted(browser: Browser, place: Place) -> dict[str, Any]:
    """The cookies of a device on which the member signed in once, and out again."""
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        page = context.new_page()
        sign_in(page, MEMBER)
        kept = [cookie for cookie in context.cookies() if "device" in cookie["name"]]
    return {"cookies": kept, "origins": []}


@contextlib.contextmanager
def looking(browser: Browser, place: Place, trusted: dict[str, Any]) -> Iterator[Page]:
    """The sign-in page of the trusted device, after a press on its button."""
    with browser.new_context(
        base_url=place.address,
        locale="en-GB",
        storage_state=trusted,  # type: ignore[arg-type]
    ) as context:
        page = context.new_page()
        wrong = watch_console(page)
        page.goto("/login")
        page.fill("#username", MEMBER[0])
        page.get_by_role("button", name="Look to sign in").click()
        yield page
        assert not wrong, wrong


def the_password_still_works(page: Page) -> None:
    """Type it beside the window, whatever the camera does."""
    page.fill("#username", MEMBER[0])
    page.fill("#password", MEMBER[1])
    page.press("#password", "Enter")
    page.wait_for_url("**/service")


@pytest.mark.models
@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ([], "There is no camera here."),
        (
            ["--use-fake-device-for-media-stream", "--deny-permission-prompts"],
            "This page may not use the camera. Allow it by the address bar",
        ),
    ],
    ids=["no camera", "refused"],
)
def test_without_a_camera_the_page_says_why_and_the_password_works(
    playwright: Playwright,
    place: Place,
    trusted: dict[str, Any],
    flags: list[str],
    sentence: str,
) -> None:
    with chromium(playwright, None, *flags) as browser, looking(browser, place, trusted) as page:
        expect(page.locator(".eye-words")).to_contain_text(sentence)
        page.get_by_role("button", name="Look again").click()
        expect(page.locator(".eye[data-state=failed]")).to_be_visible()
        expect(page.locator("#password")).to_be_focused()  # after the second try
        the_password_still_works(page)


@pytest.mark.models
def test_without_https_the_page_says_why_there_is_no_camera(
    playwright: Playwright, place: Place
) -> None:
    mapped = f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1"
    address = place.address.replace("localhost", INSECURE_HOST)
    with chromium(playwright, None, mapped) as browser:
        page = browser.new_page(base_url=address, locale="en-GB")
        sign_in(page, MEMBER)
        page.goto("/account/")
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.wait_for_url("**/login")
        page.get_by_role("button", name="Look to sign in").click()
        expect(page.locator(".eye-words")).to_contain_text("only over HTTPS")
        the_password_still_works(page)


def nobody() -> Image.Image:
    """A lit, empty wall."""
    return Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB")


def two_people() -> Image.Image:
    """Two faces side by side."""
    return side_by_side(*(framed(portraits()[name]) for name in (ONE_MAN[0], ANOTHER_MAN)))


def in_the_dark() -> Image.Image:
    """A face that hardly any light falls on."""
    return framed(portraits()[ONE_MAN[0]]).point(lambda value: value * 0.12)


@pytest.mark.models
@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (nobody, "We cannot see a face yet."),
        (two_people, "Two faces in the picture."),
        (in_the_dark, "A little more light."),
    ],
)
def test_a_picture_that_shows_no_one_face_gets_few_words_and_the_password_works(
    playwright: Playwright,
    place: Place,
    trusted: dict[str, Any],
    tmp_path: Path,
    scene: Any,
    words: str,
) -> None:
    seen = held_film(scene(), tmp_path / "seen.mjpeg")
    with chromium(playwright, seen) as browser, looking(browser, place, trusted) as page:
        expect(page.locator(".eye-words")).to_have_text(words, timeout=LOOK_MS)
        expect(page.locator(".eye[data-state=open] video")).to_be_visible()
        the_password_still_works(page)


@pytest.fixture
def desk(page: Page) -> Page:
    """The member's desk."""
    arrive(page, MEMBER)
    return page


def upload(desk: Page, name: str, content: bytes) -> None:
    """Through the desk's own button; waits until the server has it all."""
    desk.locator("[data-part=pick]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(desk.locator(".tray [data-step=done]").last).to_be_visible()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("not json.ipynb", b"{ this was cut in the mid"),
        ("a list.ipynb", b"[1, 2, 3]"),
        ("a picture.ipynb", b"\x89PNG\r\n\x1a\n\x00\xff"),
    ],
)
def test_a_file_that_is_no_notebook_is_explained_and_left_alone(
    desk: Page, place: Place, name: str, content: bytes
) -> None:
    upload(desk, name, content)
    desk.goto("/service")
    desk.locator("li.file a", has_text=name).click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("notebook")
    expect(desk.locator("main")).to_contain_text("The file is untouched")
    (file,) = (place.home / "workspaces").glob(f"*/{name}")
    assert file.read_bytes() == content
    desk.get_by_role("link", name="Back to the workspace").click()
    desk.wait_for_url("**/service*")


def test_a_name_of_300_characters_is_cut_and_keeps_its_ending(desk: Page) -> None:
    upload(desk, "가" * 150 + "x" * 146 + ".csv", b"a,b\n")
    kept = desk.locator("li.file", has_text="가가가가가가가가가가")
    expect(kept).to_have_count(1)
    assert kept.locator("a").inner_text().endswith(".csv")
    across = desk.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert across <= 0
    with desk.expect_download() as download:
        kept.locator("a").click()
    assert download.value.path().read_bytes() == b"a,b\n"


def test_a_name_of_emoji_and_hangul_opens_as_a_notebook_of_that_name(desk: Page) -> None:
    empty = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    upload(desk, "👩🏽🧪 첫 실험 & <b>.ipynb", empty)
    desk.locator("li.file a", has_text="첫 실험").click()
    desk.wait_for_url("**/notebooks/*")
    expect(desk.locator(".notebook-title")).to_contain_text("👩🏽🧪 첫 실험 & _b_")


def new_notebook(desk: Page) -> Page:
    """A notebook with a cell to type in."""
    desk.get_by_role("button", name="New").first.click()
    desk.wait_for_url("**/notebooks/*")
    expect(desk.locator(".notebook-state")).to_contain_text("Ready")
    expect(desk.locator(".cell")).to_have_count(1)
    return desk


def test_two_tabs_of_one_notebook_show_one_run(desk: Page) -> None:
    notebook = new_notebook(desk)
    other = desk.context.new_page()
    other.goto(notebook.url)
    expect(other.locator(".cell")).to_have_count(1)
    other.locator(".cm-content").first.click()
    other.keyboard.insert_text("mine = 40\nmine + 2")
    other.keyboard.press("ControlOrMeta+Enter")
    for tab in (other, notebook):
        expect(tab.locator(".outputs").first).to_have_text("42", timeout=KERNEL_MS)
    other.close()
    expect(notebook.locator(".cm-content").first).to_contain_text("mine = 40")


COUNT = "import time\nfor i in range(60):\n    print('line', i, flush=True)\n    time.sleep(.05)"


def test_a_killed_web_process_costs_the_page_no_line(browser: Browser, place: Place) -> None:
    # Not `page`: Chromium itself writes to the console that nobody answers for a moment.
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        page = context.new_page()
        arrive(page, MEMBER)
        notebook = new_notebook(page)
        notebook.locator(".cm-content").first.click()
        notebook.keyboard.insert_text(COUNT)
        notebook.keyboard.press("ControlOrMeta+Enter")
        outputs = notebook.locator(".outputs").first
        expect(outputs).to_contain_text("line 5\n", timeout=KERNEL_MS)
        os.kill(web_process(place), signal.SIGKILL)
        expect(outputs).to_contain_text("line 59\n", timeout=KERNEL_MS)
        lines = outputs.locator("pre.stream-text").inner_text().split("\n")
        assert [line for line in lines if line] == [f"line {i}" for i in range(60)]
        expect(notebook.locator(".problem")).to_be_empty()


def web_process(place: Place) -> int:
    """The web child of `lookin run`."""
    run = place.process.pid
    children = Path(f"/proc/{run}/task/{run}/children").read_text().split()
    (web,) = [pid for pid in children if _command(pid).endswith(b"web\0")]
    return int(web)


def _command(pid: str) -> bytes:
    with contextlib.suppress(OSError):  # it has ended since it was listed
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
