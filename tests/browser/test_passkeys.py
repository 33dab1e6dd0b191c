"""Passkeys in Chromium, with its own authenticator in software: add, enter, prove, remove."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import CDPSession, Page, Playwright, expect

from tests.browser.camera import HEIGHT, WIDTH, chromium, film
from tests.browser.conftest import INSECURE_HOST, sign_in
from tests.browser.place import Place

PERSON = ("saebyeok", "a key under the mat")


@dataclass
class Key:
    """The authenticator of one page. `verifies`: whether it knows the finger that touches it."""

    line: CDPSession
    name: str

    @classmethod
    def of(cls, page: Page) -> Key:
        line = page.context.new_cdp_session(page)
        line.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
        }  # fmt: skip
        made = line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return cls(line, str(made["authenticatorId"]))

    def verifies(self, whether: bool) -> None:
        known = {"authenticatorId": self.name, "isUserVerified": whether}
        self.line.send("WebAuthn.setUserVerified", known)

    def held(self) -> int:
        """How many passkeys it keeps."""
        return len(
            self.line.send("WebAuthn.getCredentials", {"authenticatorId": self.name})["credentials"]
        )


@pytest.fixture(scope="module")
def person(place: Place) -> tuple[str, str]:
    place.add_person(*PERSON)
    return PERSON


@pytest.fixture
def key(page: Page, person: tuple[str, str]) -> Iterator[Key]:
    """An authenticator with a passkey of the person; the page is at the sign-in."""
    made = Key.of(page)
    sign_in(page, person)
    add(page)
    sign_out(page)
    yield made
    page.context.clear_cookies()
    sign_in(page, person)
    page.goto("/account/")
    for _ in range(page.locator("#passkeys .lines > li").count()):
        remove(page)


def add(page: Page) -> None:
    """Through the account page, with a proof that is fresh."""
    page.goto("/account/")
    before = page.locator("#passkeys .lines > li").count()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("#passkeys .lines > li")).to_have_count(before + 1)
    expect(page.get_by_text("Your passkey is ready.")).to_be_visible()


def remove(page: Page) -> None:
    page.locator("#passkeys summary").first.click()
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/account/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/login")


def enter(page: Page, address: str = "/login") -> None:
    page.goto(address)
    page.get_by_role("button", name="Use a passkey").click()


def let_the_proof_grow_old(place: Place) -> None:
    """As if the password had been typed an hour ago, in every session."""
    place.operate(
        "from django.contrib.sessions.models import Session\n"
        "from lookin.apps.accounts.sessions import CONFIRMED_AT\n"
        "from lookin.apps.accounts.sessionstore import SessionStore\n"
        "for row in Session.objects.all():\n"
        "    session = SessionStore(row.session_key); session[CONFIRMED_AT] = 0; session.save()\n"
    )


def test_a_passkey_leads_to_where_the_person_wanted_to_go(page: Page, key: Key) -> None:
    enter(page, "/login?next=/account/")
    page.wait_for_url("**/account/")
    expect(page.locator("#passkeys .line-more")).to_contain_text("used a moment ago")
    assert key.held() == 1


def test_it_works_with_keys_alone(page: Page, key: Key) -> None:
    page.goto("/login")
    button = page.get_by_role("button", name="Use a passkey")
    expect(button).to_be_enabled()
    page.focus("#password")
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
        if button.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/service")


def test_a_finger_that_the_device_does_not_know_opens_nothing(page: Page, key: Key) -> None:
    key.verifies(False)
    enter(page)
    expect(page.locator(".passkey-words")).to_contain_text("Nothing has changed.")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_focused()
    expect(page).to_have_url(re.compile("/login$"))
    key.verifies(True)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/service")


def test_one_that_was_removed_says_so_and_the_password_still_works(
    page: Page, key: Key, person: tuple[str, str]
) -> None:
    sign_in(page, person)
    page.goto("/account/")
    remove(page)
    sign_out(page)
    enter(page)
    expect(page.locator(".passkey-words")).to_contain_text("does not open anything here")
    sign_in(page, person)


def test_a_device_keeps_one_for_each_person_and_says_so(
    page: Page, key: Key, person: tuple[str, str]
) -> None:
    sign_in(page, person)
    page.goto("/account/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".passkey-adding > .passkey-words")).to_contain_text("of yours already")
    assert key.held() == 1


def test_it_stands_in_for_the_password_that_is_asked_for_again(
    page: Page, key: Key, person: tuple[str, str], place: Place
) -> None:
    sign_in(page, person)
    let_the_proof_grow_old(place)
    page.goto("/account/")
    page.locator("#passkeys summary").first.click()
    expect(page.locator("#passkeys .lines input[name=password]")).to_be_visible()
    page.locator("#passkeys .lines").get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()


def test_a_wrong_password_adds_nothing_and_the_right_one_does(
    page: Page, person: tuple[str, str], place: Place
) -> None:
    key = Key.of(page)
    sign_in(page, person)
    let_the_proof_grow_old(place)
    page.goto("/account/")
    page.fill("#passkey-password", "not this one")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".passkey-adding > .passkey-words")).to_contain_text(
        "do not belong together"
    )
    expect(page.locator("#passkey-password")).to_be_focused()
    assert key.held() == 0
    page.fill("#passkey-password", person[1])
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("#passkeys .lines > li")).to_have_count(1)
    page.locator("#passkeys summary").click()
    page.locator("#passkeys [name=label]").fill("My laptop")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("#passkeys .line-name")).to_contain_text("My laptop")
    remove(page)


@pytest.mark.models
def test_a_passkey_may_be_used_while_the_camera_looks(
    playwright: Playwright, place: Place, person: tuple[str, str], tmp_path: Path
) -> None:
    wall = film(
        Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB"), tmp_path / "wall.mjpeg"
    )
    with chromium(playwright, wall) as browser:
        page = browser.new_page(base_url=place.address, locale="en-GB")
        Key.of(page)
        sign_in(page, person)  # the device is trusted from now on
        add(page)
        sign_out(page)
        page.get_by_role("button", name="Look to sign in").click()
        expect(page.locator(".eye[data-state=open]")).to_be_visible()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/service")
        page.goto("/account/")
        remove(page)


def test_a_browser_without_passkeys_shows_no_button_and_says_why_in_the_account(
    page: Page, person: tuple[str, str]
) -> None:
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/login")
    expect(page.locator("[data-module=signin][data-mounted]")).to_be_attached()
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    sign_in(page, person)
    page.goto("/account/")
    expect(page.locator("#passkeys")).to_contain_text("This browser has no passkeys.")
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)


def test_without_https_there_is_no_button_and_the_account_says_why(
    playwright: Playwright, place: Place, person: tuple[str, str]
) -> None:
    mapped = f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1"
    with chromium(playwright, None, mapped) as browser:
        address = place.address.replace("localhost", INSECURE_HOST)
        page = browser.new_page(base_url=address, locale="en-GB")
        page.goto("/login")
        expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
        sign_in(page, person)
        page.goto("/account/")
        expect(page.locator("#passkeys")).to_contain_text("only over HTTPS")
