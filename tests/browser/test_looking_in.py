"""Looking in where liveness is asked: a picture does not get in, and the password is always near.

Who gets in, and how it goes on from there: test_main_job.py.
"""

from __future__ import annotations

import os
import re
import signal
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.camera import held_film
from tests.browser.conftest import sign_in
from tests.browser.laptop import LOOK_MS, Laptop, enrol, look_in, sign_out
from tests.browser.place import Place
from tests.browser.test_bad_input import web_process

pytestmark = pytest.mark.models

PERSON = ("baraka", "a bench below the maple")
MOVEMENTS = re.compile("left|right|up|nod|closer|tilt")
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def kept(playwright: Playwright, place: Place, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The cookies of a device on which a person enrolled with a portrait, and its films."""
    place.add_person(*PERSON)
    laptop = Laptop(playwright, place, tmp_path_factory.mktemp("films"))
    with laptop.before("obama") as page:
        sign_in(page, PERSON)
        enrol(page, PERSON[1])
        sign_out(page)
    return laptop


@pytest.fixture
def laptop(kept: Laptop, playwright: Playwright) -> Laptop:
    """That device, as it was after enrolment."""
    return Laptop(playwright, kept.place, kept.folder, dict(kept.kept))


def is_asked_to_move(page: Page) -> None:
    """The look is over, and a movement is asked for, in words and by the ring's arrow."""
    expect(page.locator(".eye")).to_have_attribute("data-turn", MOVEMENTS, timeout=LOOK_MS)


def test_a_still_picture_of_the_right_person_is_asked_to_move_and_never_gets_in(
    laptop: Laptop,
) -> None:
    with laptop.before("obama", held_film) as page:
        for button in ("Look to sign in", "Look again"):
            page.goto("/login") if button == "Look to sign in" else None
            page.get_by_role("button", name=button).click()
            is_asked_to_move(page)
            expect(page.locator(".eye[data-state=failed]")).to_be_visible(timeout=LOOK_MS)
            expect(page.locator(".eye-words")).to_contain_text("We did not recognise you.")
        expect(page.locator("#password")).to_be_focused()  # after the second try
        assert page.request.get("/service", max_redirects=0).status == 302


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE])
def test_while_the_camera_looks_the_password_is_one_click_away(
    laptop: Laptop, viewport: dict[str, int]
) -> None:
    with laptop.before("obama", held_film, viewport=viewport) as page:
        look_in(page, PERSON[0])
        is_asked_to_move(page)
        if viewport == PHONE:
            page.get_by_role("link", name="Use your password").click()
            expect(page.locator("#password")).to_be_focused()
        page.locator("#password").press_sequentially(PERSON[1])
        expect(page.locator(".eye video")).to_have_count(0)  # who types has turned away from it
        page.press("#password", "Enter")
        page.wait_for_url("**/service")


def where_things_stand(page: Page) -> dict[str, list[float]]:
    """The places on the page, wherever it is scrolled to."""
    places: dict[str, list[float]] = page.evaluate("""() => Object.fromEntries(
        [".eye", ".eye-words", ".signin-open", ".signin-form", "#password"].map((name) => {
            const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
            const sized = name === ".eye-words" ? [height] : [x, width, height];
            return [name, [y + scrollY, ...sized]];
        }))""")
    return places


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE])
def test_nothing_jumps_from_the_first_paint_to_the_refusal(
    laptop: Laptop, viewport: dict[str, int]
) -> None:
    with laptop.before("obama", held_film, viewport=viewport) as page:
        page.route("**/static/**/*.js", lambda route: route.abort())
        page.goto("/login")
        places = [where_things_stand(page)]
        page.unroute("**/static/**/*.js")
        look_in(page, None)
        for state in ("open", "failed"):
            expect(page.locator(f".eye[data-state={state}]")).to_be_visible(timeout=LOOK_MS)
            places.append(where_things_stand(page))
        assert places[0] == places[1] == places[2]


def test_the_camera_closes_when_the_page_is_hidden_and_a_press_opens_it_again(
    laptop: Laptop,
) -> None:
    with laptop.before("obama", held_film) as page:
        look_in(page, None)
        expect(page.locator(".eye[data-state=open] video")).to_be_visible(timeout=LOOK_MS)
        page.evaluate("""() => {
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""")
        expect(page.locator(".eye video")).to_have_count(0)
        expect(page.locator(".eye-words")).to_have_text("The camera is closed.")
        page.evaluate("delete document.hidden")
        page.get_by_role("button", name="Look to sign in").click()
        expect(page.locator(".eye[data-state=open] video")).to_be_visible(timeout=LOOK_MS)


def test_a_camera_that_is_unplugged_is_named_and_does_not_stop_the_password(
    laptop: Laptop,
) -> None:
    with laptop.before("obama", held_film) as page:
        look_in(page, PERSON[0])
        is_asked_to_move(page)
        page.evaluate("""() => document.querySelector(".eye video").srcObject
            .getVideoTracks()[0].dispatchEvent(new Event("ended"))""")
        expect(page.locator(".eye-words")).to_contain_text("The camera is gone.")
        page.fill("#password", PERSON[1])
        page.press("#password", "Enter")
        page.wait_for_url("**/service")


def test_a_second_page_that_looks_closes_the_camera_of_the_first(laptop: Laptop) -> None:
    with laptop.before("obama", held_film) as page:
        look_in(page, None)
        expect(page.locator(".eye[data-state=open] video")).to_be_visible(timeout=LOOK_MS)
        other = page.context.new_page()
        look_in(other, None)
        expect(other.locator(".eye[data-state=open] video")).to_be_visible(timeout=LOOK_MS)
        expect(page.locator(".eye video")).to_have_count(0)


def test_a_killed_web_process_lets_the_look_begin_anew_with_the_camera_open(
    laptop: Laptop,
) -> None:
    with laptop.before("obama", held_film) as page:
        look_in(page, None)
        is_asked_to_move(page)
        os.kill(web_process(laptop.place), signal.SIGKILL)
        expect(page.locator(".eye-words")).to_have_text(
            "The line broke for a moment. We begin again."
        )
        expect(page.locator(".eye[data-state=open] video")).to_be_visible()
        is_asked_to_move(page)


def test_who_listens_hears_one_voice_that_does_not_repeat_itself(laptop: Laptop) -> None:
    with laptop.before("obama", held_film) as page:
        page.goto("/login")
        expect(page.locator(".eye-voice")).to_be_attached()
        page.evaluate("""() => {
            window.heard = [];
            const voice = document.querySelector(".eye-voice");
            new MutationObserver(() => heard.push(voice.textContent))
                .observe(voice, { childList: true, characterData: true, subtree: true });
        }""")
        page.get_by_role("button", name="Look to sign in").click()
        expect(page.locator(".eye[data-state=failed]")).to_be_visible(timeout=LOOK_MS)
        expect(page.locator(".eye-voice")).to_contain_text("We did not recognise you.")
        heard = page.evaluate("heard")
        assert heard[0] == "Opening the camera…"
        assert "We did not recognise you." in heard[-1]
        assert len(heard) <= 8, heard
        assert all(one != two for one, two in pairwise(heard))
        live = page.locator(".signin-look > :is([role=status], [aria-live])")
        expect(live).to_have_count(1)


def test_a_person_who_asked_for_calm_sees_no_motion(laptop: Laptop) -> None:
    with laptop.before("obama", held_film, reduced_motion="reduce") as page:
        look_in(page, None)
        is_asked_to_move(page)
        moving = page.evaluate(
            "document.querySelector('.signin-look').getAnimations({subtree: true}).length"
        )
        assert moving == 0
