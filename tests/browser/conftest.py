"""Chromium, one running place for the whole run, and a first admin in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.camera import chromium, chromium_path
from tests.browser.place import Place, running_place

ADMIN = ("operator", "correct horse battery")
INSECURE_HOST = "lookin.test"  # reached without HTTPS, so a browser trusts it with no camera
MEMBER = ("mina", "a window seat by noon")
# How long a page may take on a machine that has other work to do; no test measures with it.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, and skip it in words where there is no Chromium (CI fails instead)."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if chromium_path() is None and not os.environ.get("LOOKIN_CI"):
            item.add_marker(
                pytest.mark.skip("skipped: Chromium was not found (install the package chromium)")
            )


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of Chromium."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, playwright: Playwright) -> Iterator[Place]:
    """A running place with an admin (made through the printed link) and one member."""
    hosts = f"localhost,127.0.0.1,{INSECURE_HOST}"
    # The whole run is one person's, who opens far more notebooks than one person does.
    options = {"LOOKIN_HOSTS": hosts, "LOOKIN_KERNELS_PER_PERSON": "60"}
    with running_place(tmp_path_factory.mktemp("home"), **options) as running:
        running.add_person(*ADMIN, role="admin")
        running.add_person(*MEMBER)
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium without a camera."""
    with chromium(playwright) as started:
        yield started


@pytest.fixture
def page(browser: Browser, place: Place) -> Iterator[Page]:
    """A fresh profile in English whose console must stay free of errors."""
    context = browser.new_context(base_url=place.address, locale="en-GB")
    opened = context.new_page()
    wrong = watch_console(opened)
    yield opened
    context.close()
    assert not wrong, wrong


def watch_console(page: Page) -> list[str]:
    """Collects what the page's scripts and policy complain of, as it happens."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: (
            wrong.append(said.text)
            if said.type == "error" and "Failed to load resource" not in said.text
            else None
        ),
    )
    return wrong


def sign_in(page: Page, person: tuple[str, str]) -> None:
    """Sign in with the password, through the page."""
    page.goto("/login")
    page.fill("input[name=username]", person[0])
    page.fill("input[name=password]", person[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/service")


_stays: dict[tuple[str, str], Any] = {}


def arrive(page: Page, person: tuple[str, str]) -> None:
    """At the desk, signed in: with the cookies of an earlier sign-in, for what is not about it.

    Tests of signing in, of proofs that grow old and of devices use `sign_in`.
    """
    if person in _stays:
        page.context.add_cookies(_stays[person])
        page.goto("/service")
        if "/login" not in page.url:
            return
        page.context.clear_cookies()  # of another place, or ended meanwhile
    sign_in(page, person)
    _stays[person] = page.context.cookies()
