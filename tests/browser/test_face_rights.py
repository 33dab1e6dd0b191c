"""An admin's look is half of a sign-in; what one may do with one's own face; the switch for all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import sign_in
from tests.browser.laptop import LOOK_MS, Laptop, enrol, look_in, sign_out
from tests.browser.place import Place, running_place

pytestmark = pytest.mark.models
ADMIN = ("keeper", "keeps the whole place going")
PERSON = ("barack", "yes we can run cells")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place without liveness, for a portrait is not alive."""
    home = tmp_path_factory.mktemp("home")
    with running_place(home, LOOKIN_FACE_LIVENESS="no") as running:
        running.add_person(*ADMIN, role="admin")
        running.add_person(*PERSON)
        yield running


@pytest.fixture
def laptop(playwright: Playwright, place: Place, tmp_path: Path) -> Laptop:
    """A laptop that Lookin does not know yet."""
    return Laptop(playwright, place, tmp_path)


def test_an_admin_looks_and_types_the_password_too(laptop: Laptop) -> None:
    with laptop.before("obama") as page:
        sign_in(page, ADMIN)
        enrol(page, ADMIN[1])
        sign_out(page)
        look_in(page, None)
        expect(page.get_by_text("Now your password or a passkey")).to_be_visible(timeout=LOOK_MS)
        expect(page.locator("#username")).to_have_value(ADMIN[0])
        expect(page.locator("#password")).to_be_focused()
        page.goto("/people/")  # a look alone opens nothing
        page.wait_for_url("**/login**")
        page.fill("#password", ADMIN[1])
        page.press("#password", "Enter")
        page.wait_for_url("**/people/")


def test_a_person_sees_downloads_and_deletes_the_own_face(laptop: Laptop) -> None:
    with laptop.before("obama") as page:
        sign_in(page, PERSON)
        enrol(page, PERSON[1])
        page.goto("/account/")
        page.get_by_role("link", name="See, renew, download or delete it").click()
        expect(page.get_by_text("Text 2")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        content = json.loads(Path(download.value.path()).read_text())
        assert content["person"] == PERSON[0]
        assert len(content["compared"]) > 1000
        page.get_by_role("button", name="Delete your face").click()
        expect(page.get_by_text("Nothing of it is kept.")).to_be_visible()
        expect(page.get_by_role("link", name="Set up your face")).to_be_visible()


@pytest.mark.parametrize("way", ["the button", "Escape"])
def test_who_thinks_better_of_it_closes_the_camera_and_nothing_is_kept(
    laptop: Laptop, way: str
) -> None:
    with laptop.before("obama") as page:
        sign_in(page, PERSON)
        page.goto("/account/face")
        page.check("input[name=agree]")
        page.get_by_role("button", name="Agree and go on").click()
        page.get_by_role("button", name="Open the camera").click()
        expect(page.locator(".eye[data-turn] video")).to_be_visible(timeout=LOOK_MS)
        if way == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="Close the camera").click()
        expect(page.locator(".eye video")).to_have_count(0)
        expect(page.locator(".eye-words")).to_have_text("The camera is closed.")
        expect(page.get_by_role("button", name="Look again")).to_be_focused()
        page.goto("/account/")
        expect(page.get_by_role("link", name="Set up your face")).to_be_visible()


def test_an_admin_switches_face_sign_in_off_for_everybody(laptop: Laptop) -> None:
    with laptop.before("obama") as page:
        sign_in(page, ADMIN)
        page.goto("/people/")
        page.get_by_role("button", name="Switch face sign-in off").click()
        expect(page.get_by_text("Off: nobody signs in with a look")).to_be_visible()
        sign_out(page)
        expect(page.get_by_text("Face sign-in is switched off here.")).to_be_visible()
        expect(page.get_by_role("button", name="Look to sign in")).to_have_count(0)
        sign_in(page, ADMIN)
        switch_on(page)


def switch_on(page: Page) -> None:
    page.goto("/people/")
    page.get_by_role("button", name="Switch face sign-in on").click()
    expect(page.get_by_text("On: whoever set up a face")).to_be_visible()
