"""Every address and every socket of the site, against everybody who may come and knock."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync

from lookin.apps.accounts import services
from lookin.apps.accounts.models import User
from lookin.apps.workspaces.models import Role
from lookin.apps.workspaces.services import set_member
from tests.apps.accounts.line import Line
from tests.apps.site.asking import FORM, Browser
from tests.apps.site.conftest import Cast
from tests.apps.site.doors import DOORS, METHODS, SOCKETS, Door, address, routes, socket_routes

FOREIGN_IDS = ("workspace_id", "notebook_id", "deleted_id", "device_id", "passkey_id")


def doors(cast: Cast, who: str, use: str) -> Iterator[tuple[str, Door]]:
    """(address, door) of those for `who` ("" is everybody) that read "r" or change "w"."""
    for route, door in DOORS.items():
        if use in door.uses and who in {"", door.who}:
            yield address(route, cast.ids), door


def state(cast: Cast) -> tuple[object, ...]:
    """What a refused request must leave as it was."""
    people = list(User.objects.order_by("pk").values_list("pk", "role", "is_active", "password"))
    rows = sorted(str(path) for path in cast.workspace.folder.rglob("*"))
    return (
        people,
        rows,
        cast.owner.trusts.count(),
        cast.owner.passkeys.count(),
        cast.workspace.deleted_files.count(),
    )


def test_every_address_and_socket_is_in_the_table() -> None:
    assert routes() == sorted(DOORS), "say in doors.py who may use the new address"
    assert socket_routes() == SOCKETS


def test_a_stranger_is_led_to_the_sign_in_or_told_401(cast: Cast) -> None:
    stranger, before = cast.browser(""), state(cast)
    for who in ("people", "teachers", "admins"):
        for path, _ in doors(cast, who, "r"):
            answer = stranger.get(path)
            if path.startswith("/ajax/"):
                assert (answer.status, answer.json()["error"]) == (401, -1), path
            else:
                assert answer.headers["location"] == f"/login?next={path}", path
        for path, _ in doors(cast, who, "w"):
            answer = stranger.post(path)
            if path.startswith("/ajax/"):
                assert (answer.status, answer.json()["error"]) == (401, -1), path
            else:
                assert (answer.status, answer.headers["location"][:7]) == (302, "/login?"), path
    assert state(cast) == before


def test_somebody_let_go_is_a_stranger_at_once(cast: Cast) -> None:
    gone = cast.browser("gone")
    assert gone.get("/service").status == 200
    services.set_active(cast.gone, active=False, origin=services.HERE)
    before = state(cast)
    for path, _ in doors(cast, "people", "r"):
        assert gone.get(path).status in {302, 401}, path
    for path, _ in doors(cast, "people", "w"):
        assert gone.post(path).status in {302, 401}, path
    assert state(cast) == before


@pytest.mark.parametrize("who", ["", "owner", "admin"])
def test_no_change_without_the_form_token(cast: Cast, who: str) -> None:
    browser, before = cast.browser(who, has_token=False), state(cast)
    for path, door in doors(cast, "", "w"):
        if path == "/login/forget":  # leads to a fresh page and forgets nothing
            assert browser.post(path).headers["location"] == "/login"
            continue
        if path == "/ajax/upload":  # checks the person before it reads anything
            assert browser.upload(path, "a.csv").status == (403 if who else 401)
            continue
        assert browser.post(path).status == 403, (path, door)
        text = browser.ask("POST", path, b'{"title": "x"}', content_type="text/plain")
        assert text.status == 403, path
    assert state(cast) == before


def test_no_change_for_a_page_of_another_origin(cast: Cast) -> None:
    owner, before = cast.browser("owner"), state(cast)
    for path, _ in doors(cast, "", "w"):
        kind = "multipart/form-data; boundary=x" if path == "/ajax/upload" else FORM
        for origin in ("http://evil.example", "null", "http://localhost:9000"):
            lies = {"origin": origin, "sec_fetch_site": "cross-site", "content_type": kind}
            answer = owner.ask("POST", path, **lies)
            assert answer.status == 403 or path == "/login/forget", path
    assert state(cast) == before


def test_every_other_method_is_405_and_says_which_would_do(cast: Cast) -> None:
    admin, before = cast.browser("admin"), state(cast)
    for route, door in DOORS.items():
        path = address(route, cast.ids)
        for method in METHODS:
            if method in door.methods:
                continue
            answer = admin.ask(method, path)
            assert answer.status == 405, (method, path)
            assert set(answer.headers["allow"].split(", ")) == set(door.methods), (method, path)
    assert state(cast) == before


def test_head_answers_as_get_and_uses_nothing_up(cast: Cast) -> None:
    secret = services.make_invite_token(cast.member)
    cast.ids["secret"] = secret
    for path, _ in doors(cast, "", "r"):
        head = cast.browser("admin").ask("HEAD", path)
        assert head.status == cast.browser("admin").get(path).status, path
    assert services.look_at_link(secret).used_at is None


@pytest.mark.parametrize("role", ["member", "teacher"])
def test_who_is_no_admin_learns_nothing_and_changes_nothing_there(cast: Cast, role: str) -> None:
    User.objects.filter(pk=cast.outsider.pk).update(role=role)
    browser, before = cast.browser("outsider"), state(cast)
    assert browser.get("/people/").status == 403
    for path, _ in doors(cast, "admins", "w"):
        answer = browser.post(path, role="admin", active="no", name="new")
        assert answer.status == 403, path
        other = path.replace(cast.ids["person_id"], str(uuid.uuid4()))
        assert browser.post(other).words == answer.words, path
    assert state(cast) == before


@pytest.mark.parametrize("who", ["outsider", "admin"])
def test_what_is_somebody_elses_answers_as_what_never_was(cast: Cast, who: str) -> None:
    browser, before = cast.browser(who), state(cast)
    for route, door in DOORS.items():
        name = next((name for name in FOREIGN_IDS if name in route), None)
        if name is None or door.who != "people":
            continue
        nobodys = address(route, {**cast.ids, name: str(uuid.uuid4())})
        for method in {"GET", "POST"} & set(door.methods):
            answer = browser.ask(method, address(route, cast.ids))
            assert answer.status == 404, (method, route)
            assert browser.ask(method, nobodys).words == answer.words, (method, route)
    assert state(cast) == before


@pytest.mark.parametrize("who", ["outsider", "admin"])
def test_somebody_elses_workspace_is_not_there_in_a_query_either(cast: Cast, who: str) -> None:
    browser, before = cast.browser(who), state(cast)
    for wanted in (cast.ids["workspace_id"], str(uuid.uuid4()), "x", "%00"):
        query = f"workspace={wanted}"
        answers = [
            browser.get(f"/service?{query}"),
            browser.get(f"/notebooks/open?{query}&path=First.ipynb"),
            browser.ask("POST", "/notebooks/new", query.encode()),
            browser.upload(f"/ajax/upload?{query}", "a.csv"),
        ]
        assert [answer.status for answer in answers] == [404] * 4, wanted
    assert state(cast) == before


def test_who_may_only_look_changes_nothing(cast: Cast) -> None:
    set_member(cast.workspace, cast.member, Role.VIEWER)
    browser, before, ids = cast.browser("member"), state(cast), cast.ids
    for route, door in DOORS.items():
        if route.endswith("/copy"):  # changes nothing here: the copy is among their own files
            continue
        if "w" in door.uses and any(name in route for name in FOREIGN_IDS[:3]):
            assert browser.post(address(route, ids), path="data.csv").status == 403, route
    assert browser.upload(f"/ajax/upload?workspace={ids['workspace_id']}", "a.csv").status == 403
    assert state(cast) == before


@pytest.mark.parametrize("who", ["", "gone", "outsider"])
def test_no_socket_opens_for_who_has_no_right_to_it(cast: Cast, who: str) -> None:
    browser = cast.browser(who)
    if who == "gone":
        services.set_active(cast.gone, active=False, origin=services.HERE)
    for route in SOCKETS:
        said = knock(browser, address(route, cast.ids))
        if who == "outsider" and "notebooks" in route:  # accepted, to tell the page by the code
            assert said == ["websocket.accept", 4004]
        else:
            assert said[0] in {4001, 4003, 4004}, route


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://localhost:x", "\x00", ""])
def test_a_handshake_with_a_broken_origin_is_refused_not_failed(cast: Cast, origin: str) -> None:
    assert knock(cast.browser("owner"), "/ws/faces/enrol", origin) == [4003]


def knock(browser: Browser, path: str, origin: str = "http://localhost") -> list[object]:
    """What a handshake came to: the refusal's code, or the acceptance and what came after it."""
    from lookin.site.asgi import application

    cookie = f"sessionid={browser.session}"
    headers = {"host": "localhost", "cookie": cookie, "origin": origin}

    async def shake() -> list[object]:
        line = Line(application, path, [(k.encode(), v.encode()) for k, v in headers.items()])
        await line.send_input({"type": "websocket.connect"})
        said: list[object] = []
        while "close" not in str(said):
            message = await line.receive_output(5)
            if message["type"] == "websocket.close":
                said.append(message.get("code", 1000))
                break
            said.append(message["type"])
        await line.send_input({"type": "websocket.disconnect", "code": 1000})
        await line.wait(5)
        return said

    return async_to_sync(shake)()
