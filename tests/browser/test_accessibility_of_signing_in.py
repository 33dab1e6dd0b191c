"""What axe-core finds on the pages of faces, passkeys and classrooms, and what is cut off there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Playwright, expect

from tests.browser.axe import CLIPPED, LANGUAGES, SCREENS, Walk, needs_axe, screen_of
from tests.browser.camera import HEIGHT, WIDTH, chromium, film, framed
from tests.browser.conftest import ADMIN, sign_in
from tests.browser.place import Place
from tests.browser.stored_faces import enrol_portrait
from tests.browser.test_passkeys import Key, add, remove

PERSON = ("sena", "a lamp above the window")
ASKED = ["look", "left", "right", "up", "nod", "closer", "tilt_left", "flash:#40e060", "wait"]

pytestmark = needs_axe


@dataclass(frozen=True)
class Seats:
    """The cookies of a device that a person trusts, of a classroom's device, and of an admin."""

    place: Place
    device: Any
    classroom: Any
    admin: Any


@pytest.fixture(scope="module")
def seats(browser: Browser, place: Place) -> Seats:
    """A person who signed in once, and a device that an admin registered."""
    place.add_person(*PERSON)
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        sign_in(context.new_page(), PERSON)
        device = _device_of(context.storage_state())
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        sign_in(context.new_page(), ADMIN)
        admin = context.storage_state()
    return Seats(place, device, _classroom_device(browser, place), admin)


def _device_of(state: Any) -> Any:
    kept = [cookie for cookie in state["cookies"] if "device" in cookie["name"]]
    return {"cookies": kept, "origins": []}


def _classroom_device(browser: Browser, place: Place) -> Any:
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        page = context.new_page()
        sign_in(page, ADMIN)
        page.goto("/people/#devices")
        page.get_by_label("What to call this device").last.fill("창가 둘째 줄 👩‍🏫")
        page.get_by_role("button", name="Register this device").click()
        expect(page.get_by_text("This device belongs to the classroom now.")).to_be_visible()
        return _device_of(context.storage_state())


@pytest.fixture(params=SCREENS, ids=" ".join)
def screen(request: pytest.FixtureRequest, seats: Seats) -> dict[str, Any]:
    """A light and a language, at this place."""
    return {"base_url": seats.place.address, **screen_of(*request.param)}


def test_a_program_finds_nothing_at_a_classroom_device(
    browser: Browser, seats: Seats, screen: dict[str, Any]
) -> None:
    with browser.new_context(**screen, storage_state=seats.classroom) as seat:
        walk = Walk(seat)
        walk.to("/login", ".door-clock")
        walk.page.locator(".signin-typing > summary").click()
        walk.look("the door with the password")
        walk.page.fill("#username", PERSON[0])
        walk.page.fill("#password", PERSON[1])
        walk.page.press("#password", "Enter")
        walk.page.wait_for_selector(".leave[data-mounted]")
        walk.page.keyboard.press("Alt+l")
        expect(walk.page.locator(".leave-hint")).not_to_be_empty()
        walk.look("a page with the way out")
    assert not walk.wrong


def test_a_program_finds_nothing_on_what_admins_see_of_a_classroom(
    browser: Browser, seats: Seats, screen: dict[str, Any]
) -> None:
    with browser.new_context(**screen, storage_state=seats.admin) as admin:
        walk = Walk(admin)
        walk.to("/people/")
        walk.page.locator(".classroom-devices summary").first.click()
        walk.look("/people/ with a device open")
        walk.to("/attendance/")
    assert not walk.wrong


@pytest.mark.parametrize(("width", "height"), [(720, 450), (320, 256)], ids=["200 %", "400 %"])
def test_nothing_of_a_classroom_is_clipped_when_it_is_enlarged(
    browser: Browser, seats: Seats, width: int, height: int
) -> None:
    for language in LANGUAGES.values():
        for state, addresses in (
            (seats.classroom, ("/login",)),
            (seats.admin, ("/people/", "/attendance/")),
        ):
            with browser.new_context(
                base_url=seats.place.address,
                viewport={"width": width, "height": height},
                locale=language,
                storage_state=state,
            ) as context:
                page = context.new_page()
                for address in addresses:
                    page.goto(address)
                    assert not page.evaluate(CLIPPED), (address, language)
                    across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    assert across <= 0, (address, language)


def test_a_program_finds_nothing_on_passkeys(
    browser: Browser, seats: Seats, screen: dict[str, Any]
) -> None:
    with browser.new_context(**{**screen, "locale": "en-GB"}) as context:
        walk = Walk(context)
        Key.of(walk.page)
        sign_in(walk.page, PERSON)
        add(walk.page)
        walk.page.locator("#passkeys summary").first.click()
        walk.look("/account/ with a passkey open")
        walk.page.reload()
        remove(walk.page)
    assert not walk.wrong


@pytest.fixture
def face(seats: Seats, browser: Browser, tmp_path: Path) -> Iterator[None]:
    """The person has a face while a test runs."""
    from tests.portraits import portraits

    portrait = framed(portraits()["obama"])
    enrol_portrait(seats.place, PERSON[0], portrait, tmp_path)
    yield
    with browser.new_context(base_url=seats.place.address, locale="en-GB") as context:
        page = context.new_page()
        sign_in(page, PERSON)
        page.goto("/account/face")
        page.get_by_role("button", name="Delete your face").click()
        expect(page.get_by_text("Nothing of it is kept.")).to_be_visible()


@pytest.mark.models
@pytest.mark.usefixtures("face")
def test_a_program_finds_nothing_on_what_is_kept_of_a_face(
    browser: Browser, seats: Seats, screen: dict[str, Any]
) -> None:
    with browser.new_context(**screen) as person:
        walk = Walk(person)
        sign_in(walk.page, PERSON)
        walk.to("/account/")
        walk.to("/account/face")
        walk.page.locator("summary.face-unfold").click()
        walk.look("/account/face with the text of the consent")
        walk.page.set_viewport_size({"width": 320, "height": 256})
        assert not walk.page.evaluate(CLIPPED)
        walk.to("/account/face?again")
        walk.page.check("input[name=agree]")
        walk.page.locator(".face-consent button").click()
        expect(walk.page.locator(".face-open")).to_be_visible()
        walk.look("before the camera opens")
    with browser.new_context(**screen, storage_state=seats.admin) as admin:
        walk.page = admin.new_page()
        walk.page.goto("/people/#faces")
        walk.page.locator("#faces summary").click()
        walk.look("/people/ with the deletion of all faces")
    assert not walk.wrong


@pytest.mark.models
@pytest.mark.parametrize("width", [320, 1280])
def test_a_program_finds_nothing_while_the_camera_looks(
    playwright: Playwright, seats: Seats, screen: dict[str, Any], width: int, tmp_path: Path
) -> None:
    """What the server would say is said here, so that each of its words is looked at."""
    wall = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB")
    lines: list[Any] = []
    with (
        chromium(playwright, film(wall, tmp_path / "wall.mjpeg")) as browser,
        browser.new_context(
            **screen, storage_state=seats.device, viewport={"width": width, "height": 720}
        ) as known,
    ):
        walk = Walk(known)
        walk.page.route_web_socket("**/ws/faces/sign-in", lambda line: lines.append(line))  # noqa: PLW0108
        walk.page.goto("/login")
        walk.page.locator(".signin-open").click()
        expect(walk.page.locator(".eye[data-state=open] video")).to_be_visible()
        for step in ASKED:
            lines[-1].send(json.dumps({"t": "guide", "step": step, "progress": 0.5, "word": None}))
            turn = step.partition(":")[0]
            expect(walk.page.locator(f".eye[data-turn={turn}]")).to_be_visible()
            walk.look(step)
            assert not walk.page.evaluate(CLIPPED), step
        lines[-1].send(json.dumps({"t": "refused", "code": "not_recognised", "values": {}}))
        expect(walk.page.locator(".eye[data-state=failed]")).to_be_visible()
        walk.look("refused")
    assert not walk.wrong


TOO_SMALL = """() => [...document.querySelectorAll("main :is(button, .button, summary, select)")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => element.getBoundingClientRect().height < 44)
  .map((element) => element.outerHTML.slice(0, 90))"""


def test_a_finger_finds_every_button(browser: Browser, seats: Seats) -> None:
    for state, addresses in (
        (seats.device, ("/login",)),
        (seats.classroom, ("/login",)),
        (seats.admin, ("/account/", "/account/face", "/people/", "/attendance/")),
    ):
        with browser.new_context(
            base_url=seats.place.address,
            viewport={"width": 360, "height": 740},
            has_touch=True,
            storage_state=state,
        ) as context:
            page = context.new_page()
            for address in addresses:
                page.goto(address)
                assert not page.evaluate(TOO_SMALL), address
