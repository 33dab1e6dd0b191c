"""A person with notebooks to find, and the box that finds them: what the tests of the box share."""

from __future__ import annotations

import json
import re
import time

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import arrive
from tests.browser.place import Place

PERSON = ("garam", "a reed beside the river")
EVIL = "<img src=x onerror=alert(1)>"
LONG = "끝없이 이어지는 제목 " * 14
INDEXED_SECONDS = 30
_FILL = """
import json
from lookin.apps.accounts.models import User
from lookin.apps.workspaces.models import Role
from lookin.apps.workspaces.services import (
    ensure_personal_workspace, make_class_workspace, set_member
)
person = User.objects.get(username={name!r})
own = ensure_personal_workspace(person)
shared = make_class_workspace(person, "강가 3반")
for title, cells in json.loads({notebooks!r}).items():
    text = json.dumps({{"nbformat": 4, "nbformat_minor": 5, "metadata": {{"title": title}},
      "cells": [{{"id": f"c{{at}}", "cell_type": "code", "source": source, "outputs": [],
                  "metadata": {{}}, "execution_count": None}} for at, source in enumerate(cells)]}})
    (own.folder / (title.replace("/", " ")[:60] + ".ipynb")).write_text(text)
(shared.folder / "물새 성적.csv").write_text("이름,점수\\n")
"""
NOTEBOOKS = {
    "물새 관찰 일지": [
        "import pandas as pd",
        *["\n" * 30] * 3,
        "kingfisher = 1  # 물총새를 보았다",
    ],
    "물새 그래프": ["plot = 1"],
    EVIL: ["물새 = 0"],
    LONG: ["물새 = 2"],
}
_filled: set[str] = set()


def fill(place: Place, page: Page) -> None:
    """Make the person and their notebooks (once for each place), and wait until they are found."""
    if place.address not in _filled:
        _filled.add(place.address)
        place.add_person(*PERSON)
        place.operate(_FILL.format(name=PERSON[0], notebooks=json.dumps(NOTEBOOKS)))
    arrive(page, PERSON)
    ends = time.monotonic() + INDEXED_SECONDS
    while len(_notebooks(page)) < len(NOTEBOOKS):
        assert time.monotonic() < ends, "the indexer did not take the notebooks"
        page.wait_for_timeout(100)


def _notebooks(page: Page) -> list[object]:
    groups = page.request.get("/ajax/search", params={"q": "type:ipynb"}).json()["groups"]
    return [item for group in groups if group["kind"] == "notebooks" for item in group["items"]]


def field(page: Page) -> Locator:
    """Where one types."""
    return page.get_by_role("combobox", name="Find, or calculate")


def search(page: Page, text: str) -> Locator:
    """Open the box from a key and type; its lines."""
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    page.keyboard.insert_text(text)
    return options(page)


def options(page: Page) -> Locator:
    """The lines of the list."""
    return page.get_by_role("option")


def line(page: Page, text: str) -> Locator:
    """The line with this text."""
    return options(page).filter(has_text=text).first


def marked(page: Page) -> Locator:
    """The line that the arrows chose, as a screen reader is told it."""
    expect(field(page)).to_have_attribute("aria-activedescendant", re.compile("."))
    chosen = field(page).get_attribute("aria-activedescendant")
    return page.locator(f"#{chosen}[aria-selected=true]")
