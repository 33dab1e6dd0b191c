"""Several people in one notebook, each in a browser profile of their own."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import arrive
from tests.browser.place import Place

KERNEL_MS = 40_000
PASSWORD = "a table by the window"

SHARE = """
from lookin.apps.accounts.models import User
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces.models import Membership
place = Notebook.objects.get(pk="{notebook}").workspace
Membership.objects.update_or_create(
    workspace=place, person=User.objects.get(username="{name}"), defaults={{"role": "{role}"}})
"""


def add(place: Place, *names: str) -> None:
    """People with this module's password."""
    for name in names:
        place.add_person(name, PASSWORD)


def share(place: Place, page: Page, name: str, role: str) -> None:
    """Let `name` into the workspace of the notebook on `page`."""
    found = re.search(r"/notebooks/([0-9a-f-]+)", page.url)
    assert found
    place.operate(SHARE.format(notebook=found[1], name=name, role=role))


def open_new(page: Page, name: str) -> Page:
    """Sign in as `name` and go to a notebook that nobody has seen, with one empty code cell."""
    arrive(page, (name, PASSWORD))
    page.get_by_role("button", name="New").first.click()
    page.wait_for_url("**/notebooks/*")
    expect(page.locator(".notebook-state")).to_contain_text("Ready")
    expect(page.locator(".cell")).to_have_count(1)
    return page


@contextlib.contextmanager
def visitor(browser: Browser, page: Page, name: str, **looks: Any) -> Iterator[Page]:
    """`name`, in a profile of their own, at the notebook that `page` shows."""
    base = re.sub(r"^(https?://[^/]+).*", r"\1", page.url)
    looks = {"locale": "en-GB", **looks}
    with browser.new_context(base_url=base, **looks) as context:
        other = context.new_page()
        arrive(other, (name, PASSWORD))
        other.goto(page.url)
        expect(other.locator(".cell").first).to_be_visible(timeout=KERNEL_MS)
        yield other


def cell(page: Page, number: int) -> Locator:
    """The cell at this place, from 1."""
    return page.locator(".cell").nth(number - 1)


def text(page: Page, number: int) -> Locator:
    """Where one types in it."""
    return cell(page, number).locator(".cm-content")


def write(page: Page, number: int, code: str) -> None:
    """Type into a cell, over what stands there."""
    text(page, number).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)
