"""The main job, as a new person does it: sign in, enrol the face, sign in with it, run Python.

The camera shows official portraits: the right man gets in, another does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import sign_in
from tests.browser.laptop import LOOK_MS, Laptop, enrol, look_in, sign_out
from tests.browser.place import Place, running_place

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place of its own: a portrait is not alive, so liveness is off here (with it on, see
    test_looking_in.py); and portraits that lie years apart are less alike than one person before
    one camera, so the rates are looser."""
    options = {
        "LOOKIN_FACE_LIVENESS": "no",
        "LOOKIN_FACE_FMR": "0.001",
        "LOOKIN_FACE_FPIR": "0.01",
    }
    with running_place(tmp_path_factory.mktemp("home"), **options) as running:
        yield running


@pytest.fixture
def laptop(playwright: Playwright, place: Place, tmp_path: Path) -> Laptop:
    """A laptop that Lookin does not know yet."""
    return Laptop(playwright, place, tmp_path)


def run_python(page: Page, code: str) -> None:
    """A new notebook, one cell, Shift+Enter."""
    page.goto("/service")
    page.get_by_role("button", name="New").first.click()
    page.wait_for_url("**/notebooks/*")
    page.locator(".cm-content").first.click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def test_a_new_person_enrols_signs_in_with_the_face_and_runs_python(laptop: Laptop) -> None:
    person = ("barack", "yes we can run cells")
    laptop.place.add_person(*person)
    with laptop.before("obama") as page:
        sign_in(page, person)
        enrol(page, person[1])
        sign_out(page)
    with laptop.before("obama2") as page:  # another picture of the same man, and a name
        look_in(page, person[0])
        page.wait_for_url("**/service", timeout=LOOK_MS)
        run_python(page, "print('안녕', 6 * 7)")
        expect(page.get_by_text("안녕 42")).to_be_visible(timeout=30_000)
        sign_out(page)
    with laptop.before("obama3") as page:  # a third picture, and nobody types anything
        look_in(page, None)
        page.wait_for_url("**/service", timeout=LOOK_MS)
        sign_out(page)
    with laptop.before("biden") as page:  # another man, with the name and without
        for name in (person[0], None):
            look_in(page, name)
            expect(page.locator(".eye[data-state=failed]")).to_be_visible(timeout=LOOK_MS)
            expect(page).to_have_url(f"{laptop.place.address}/login")
        assert page.request.get("/service", max_redirects=0).status == 302


def test_a_face_opens_nothing_on_a_device_that_nobody_trusts(
    laptop: Laptop, tmp_path: Path
) -> None:
    with laptop.before("obama") as page:
        page.goto("/login")
        expect(page.get_by_role("button", name="Look to sign in")).to_have_count(0)
        expect(page.locator("#password")).to_be_visible()
