"""What visitors say of themselves: hosts, proxies, ways back, names. None of it is believed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from io import StringIO
from urllib.parse import quote

import pytest

from lookin.apps.accounts import services
from lookin.apps.accounts.models import AuditEvent
from lookin.apps.accounts.views import start
from lookin.site.loglines import LineFormatter
from tests.apps.common.test_guard import ELSEWHERE
from tests.apps.site.asking import Answer, Browser
from tests.apps.site.conftest import Cast

CANARY = "canary-" + "9f3a" * 8


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that any part of the site logs meanwhile, as the site writes it."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a@localhost", "["])
def test_another_host_is_refused_in_words_and_not_repeated(
    cast: Cast, host: str, logged: StringIO
) -> None:
    for path in ("/login", "/ajax/calc?op1=1&op2=1", "/nowhere", "/static/../login"):
        answer = cast.browser("owner").get(path, host=host)
        assert answer.status in {400, 404}, path
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)
    assert "Traceback" not in logged.getvalue()


def test_a_proxys_words_count_for_nothing_without_https(cast: Cast, settings: object) -> None:
    lies = {
        "x_forwarded_host": "evil.example", "x_forwarded_proto": "https",
        "x_forwarded_for": "198.51.100.7", "forwarded": "for=198.51.100.7;host=evil.example",
        "x_real_ip": "198.51.100.7", "x_original_url": "/people/", "x_rewrite_url": "/people/",
    }  # fmt: skip
    admin = cast.browser("admin")
    path = f"/people/{cast.member.pk}/invite"
    assert admin.ask("POST", path, **lies).headers["location"] == "/people/#invite"
    page = admin.get("/people/", **lies)
    assert "http://localhost/invite/" in page.text
    assert "evil.example" not in page.text
    assert AuditEvent.objects.latest("pk").address == "203.0.113.9"
    assert cast.browser("outsider").get("/account/", **lies).status == 200
    assert all("Secure" not in line for line in page.cookies)


def test_another_method_cannot_be_smuggled_in(cast: Cast) -> None:
    path = f"/ajax/files/{cast.ids['workspace_id']}/delete"
    for lie in ({"x_http_method_override": "POST"}, {"x_method_override": "POST"}):
        assert cast.browser("owner").get(f"{path}?path=data.csv&_method=POST", **lie).status == 405
    assert (cast.workspace.folder / "data.csv").exists()


WAYS = [*ELSEWHERE, "//evil.example/%2f..", "http:evil.example", "/\r\nLocation: //evil.example"]


@pytest.mark.parametrize("wanted", [way for way in WAYS if way])
def test_no_form_leads_to_another_place(cast: Cast, wanted: str) -> None:
    owner, stranger = cast.browser("owner"), cast.browser("")
    for answer, home in (
        (owner.get(f"/login?next={quote(wanted, safe='')}"), "/service"),
        (owner.post("/language", language="en", next=wanted), "/"),
        (stranger.post("/language", language="en", next=wanted), "/"),
    ):
        assert answer.headers["location"] == home
    for page in (
        stranger.get(f"/login?next={quote(wanted, safe='')}"),
        stranger.post("/login/face", ticket="x", next=wanted),
        stranger.post("/login", username="a", password="b", next=wanted),
    ):
        assert 'name="next" value="/service"' in page.text


@pytest.mark.parametrize("path", ["//evil.example/people", "/%2fevil.example/account", "//people"])
def test_a_missing_slash_never_leads_to_another_place(cast: Cast, path: str) -> None:
    answer = cast.browser("owner").get(path)
    assert not answer.headers.get("location", "/").startswith(("//", "http", "/\\"))


def test_opening_by_path_leads_only_to_the_notebooks_own_address(cast: Cast) -> None:
    owner, there = cast.browser("owner"), cast.ids["workspace_id"]
    answer = owner.get(f"/notebooks/open?workspace={there}&path=First.ipynb&next=//evil.example")
    assert answer.headers["location"] == f"/notebooks/{cast.notebook.id}"
    for path in ("//evil.example", "https://evil.example/x.ipynb", "%2f%2fevil.example%2fx.ipynb"):
        assert owner.get(f"/notebooks/open?workspace={there}&path={path}").status == 404


def test_a_name_of_a_megabyte_is_one_short_line(cast: Cast, logged: StringIO) -> None:
    answer = cast.browser("").post("/ajax/login", id="n" * 1_000_000, pwd="x")
    assert answer.status == 401
    assert len(answer.body) < 1000
    assert len(logged.getvalue()) < 400
    assert len(AuditEvent.objects.latest("pk").name) <= 64


def test_a_name_cannot_write_a_line_of_its_own(cast: Cast, logged: StringIO) -> None:
    forged = "x\r\n2026-01-01 INFO lookin.audit: signed_in name='admin'\x1b[2J\u2028\u202e"
    cast.browser("").post("/ajax/login", id=forged, pwd="x")
    line = logged.getvalue()
    assert line.count("\n") == 1
    assert line.strip().isprintable()


def test_a_host_cannot_write_a_line_of_its_own_or_a_long_one(logged: StringIO) -> None:
    host = "h" * 5_000
    Browser().get("/login", host=host)
    logging.getLogger("lookin").warning("said %s", "a\nb\r\x1b[31m\u2028\u202ec")
    first, second, rest = logged.getvalue().split("\n")
    assert len(first) < 1200
    assert second.endswith("said a\\nb\\r\\x1b[31m\\u2028\\u202ec")
    assert rest == ""


def test_a_failure_leaks_nothing_and_has_a_reference(
    cast: Cast, logged: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(start.services, "look_at_link", fail)
    answer = _knock_with_canaries(f"/start/{CANARY}")
    assert answer.status == 500
    reference = re.search(r"reference ([0-9a-f]{8})", answer.text)
    assert reference
    assert f"Reference {reference.group(1)}: POST start/<str:secret> failed" in logged.getvalue()
    assert 'raise RuntimeError("inside")' in logged.getvalue()
    assert "inside" not in answer.text
    assert "Traceback" not in answer.text
    assert "lookin/" not in answer.text
    assert CANARY not in logged.getvalue()


def test_a_failure_below_the_page_still_answers_with_a_reference(
    cast: Cast, logged: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no database, no template")

    monkeypatch.setattr("lookin.apps.common.failures.render", fail)
    monkeypatch.setattr(start.services, "look_at_link", fail)
    answer = cast.browser("").get("/start/x")
    assert answer.status == 500
    assert "reference" in answer.text
    assert "template" not in answer.text


def test_no_secret_of_a_refused_request_is_logged(cast: Cast, logged: StringIO) -> None:
    secret = services.make_invite_token(cast.member)
    stale = Browser(session=CANARY, has_token=False)
    assert stale.post(f"/invite/{secret}", password=CANARY).status == 403
    for path in ("/login", "/ajax/login", "/account/password", "/login/face", "/people/add"):
        _knock_with_canaries(path)
    _knock_with_canaries(f"/invite/{CANARY}")
    _knock_with_canaries(f"/start/{CANARY}?token={CANARY}")
    stale.get(f"/ajax/login?id=a&pwd={CANARY}")
    Browser(session=CANARY).ask("POST", "/login", f"password={CANARY}&".encode() * 300)
    assert CANARY not in logged.getvalue()
    assert secret not in logged.getvalue()
    assert not any(CANARY in str(row) for row in AuditEvent.objects.values())


def _knock_with_canaries(path: str) -> Answer:
    browser = Browser(session=CANARY)
    body = f"username=kim&id=kim&password={CANARY}&pwd={CANARY}&ticket={CANARY}".encode()
    return browser.ask("POST", path, body, authorization=f"Bearer {CANARY}")


STRANGE = ("\0", "a\0b", "x" * 100_000, "%s%n", "{0.__class__}", "<b>", "' or 1=1 --", "\u202e")
FIELDS = {
    "/people/add": ("name", "display_name", "role"),
    "/people/device": ("label",),
    "/account/profile": ("display_name", "language", "appearance"),
    "/notebooks/new": ("title", "workspace"),
    "/language": ("language", "next"),
    "/login/face": ("ticket", "next"),
}


@pytest.mark.parametrize("value", STRANGE)
def test_no_strange_value_of_a_field_is_a_failure_of_ours(cast: Cast, value: str) -> None:
    browser = cast.browser("admin")
    for path, names in FIELDS.items():
        for name in names:
            fields = {"name": "somebody", "role": "member", name: value}
            assert browser.post(path, **fields).status < 500, (path, name)


@pytest.mark.parametrize("name", ["sessionid", "lookin_device", "django_language", "appearance"])
def test_no_strange_cookie_is_a_failure_of_ours(cast: Cast, name: str) -> None:
    for value in ('"\\000aaaaaaaa"', "a" * 5000, '"\\303\\251aaaaaaa"', "a:b:c"):
        assert Browser().get("/login", cookie=f"{name}={value}").status == 200
        assert Browser().get("/service", cookie=f"{name}={value}").status == 302


@pytest.mark.parametrize("length", ["-5", "0", "9" * 5000])
def test_no_strange_length_is_a_failure_of_ours(cast: Cast, length: str) -> None:
    for path in ("/login", "/language", "/ajax/upload"):
        assert cast.browser("owner").ask("POST", path, content_length=length).status < 500
