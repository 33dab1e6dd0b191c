"""The headers of every kind of answer: nothing is sniffed, framed, run or read from elsewhere."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from lookin.apps.accounts.views import start
from lookin.site.env import ROOT
from tests.apps.site.asking import Answer
from tests.apps.site.conftest import Cast

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on").decode()


def answers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """One answer of every kind, by what it is."""
    cell = {"cell_type": "code", "outputs": [{"data": {"image/png": PNG}}]}
    (cast.workspace.folder / "p.ipynb").write_text(json.dumps({"cells": [cell]}))
    owner, stranger = cast.browser("owner"), cast.browser("")
    files = cast.ids["workspace_id"]
    found = {
        "page": owner.get("/service"),
        "notebook": owner.get(f"/notebooks/{cast.notebook.id}"),
        "sign-in": stranger.get("/login"),
        "json": owner.get(f"/ajax/files/{files}"),
        "download": owner.get(f"/files/{files}/data.csv"),
        "picture": owner.get(f"/ajax/files/{files}/picture?path=p.ipynb"),
        "redirect": stranger.get("/service"),
        "lesson": stranger.get("/ajax/lessons/calculator.js"),
        "bad host": stranger.get("/login", host="evil.example"),
        "bad form": owner.ask("POST", "/language", b"a=1&" * 300),
        "no token": cast.browser("owner", has_token=False).post("/language"),
        "not there": stranger.get("/nowhere"),
        "wrong method": owner.ask("PUT", "/service"),
        "too large": stranger.ask("POST", "/login", content_length="9000000"),
        "too large upload": owner.ask("POST", "/ajax/upload", content_length="9000000000"),
        "static": stranger.get(_script_in(stranger.get("/login"))),
        "static not there": stranger.get("/static/nothing.js"),
        "static wrong method": stranger.ask("POST", "/static/nothing.js"),
    }
    monkeypatch.setattr(start.services, "look_at_link", _fail)
    found["failure"] = stranger.get("/start/secret")
    return found


def _script_in(page: Answer) -> str:
    found = re.search(r'src="(/static/[^"]+)"', page.text)
    assert found
    return found.group(1)


def _fail(_: str) -> None:
    raise RuntimeError("made to fail")


EXPECTED = {
    "bad host": 400, "bad form": 400, "no token": 403, "not there": 404, "wrong method": 405,
    "too large": 413, "too large upload": 413, "static not there": 404, "static wrong method": 405,
    "failure": 500, "redirect": 302,
}  # fmt: skip


def test_no_kind_of_answer_lacks_a_guard(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, answer in answers(cast, monkeypatch).items():
        headers = answer.headers
        assert answer.status == EXPECTED.get(kind, 200), kind
        assert headers["x-content-type-options"] == "nosniff", kind
        assert headers["referrer-policy"] in {"same-origin", "no-referrer"}, kind
        assert "default-src 'none'" in headers["content-security-policy"], kind
        assert headers["x-frame-options"] == "DENY", kind
        assert headers.get("access-control-allow-origin") is None, kind
        assert not any(word in headers.get("server", "") for word in ("uvicorn", "Python")), kind
        shared = kind.startswith("static")  # frames without an origin load these
        assert shared or headers["cross-origin-resource-policy"] == "same-origin", kind


def test_files_of_people_are_of_no_use_to_another_site(cast: Cast) -> None:
    (cast.workspace.folder / "x.svg").write_text("<svg><script>alert(1)</script></svg>")
    (cast.workspace.folder / "x.html").write_text("<script>alert(1)</script>")
    owner = cast.browser("owner")
    for name in ("x.svg", "x.html", "First.ipynb"):
        path = f"/files/{cast.ids['workspace_id']}/{name}"
        for asked in ("image", "script", "document", "iframe"):
            answer = owner.get(path, sec_fetch_site="cross-site", sec_fetch_dest=asked)
            headers = answer.headers
            assert headers["content-type"] == "application/octet-stream"
            assert headers["content-disposition"].startswith("attachment")
            assert headers["content-security-policy"].startswith("sandbox;")
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert headers["cache-control"].startswith("private")


def test_what_a_person_reads_is_kept_by_no_shared_cache(cast: Cast) -> None:
    owner, ids = cast.browser("owner"), cast.ids
    for path in (
        "/service",
        f"/notebooks/{ids['notebook_id']}",
        f"/ajax/files/{ids['workspace_id']}",
    ):
        kept = owner.get(path).headers["cache-control"]
        assert "private" in kept or "no-store" in kept, path


def test_the_page_may_play_sound_that_an_output_holds(cast: Cast) -> None:
    policy = cast.browser("owner").get("/service").headers["content-security-policy"]
    media = next(part for part in policy.split(";") if "media-src" in part)
    assert media.split()[1:] == ["'self'", "data:", "blob:"]
    scripts = next(part for part in policy.split(";") if "script-src" in part)
    assert "unsafe" not in scripts


def test_the_frame_of_outputs_may_be_framed_by_us_alone(cast: Cast) -> None:
    headers = cast.browser("").get("/frame/output").headers
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["content-security-policy"].startswith("sandbox allow-scripts;")
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["..%2f..%2fpackage.json", "../../package.json", "%00", "a" * 5000, "%2e%2e/x", "a%0d%0ab"],
)
def test_no_static_address_leads_out_or_fails(cast: Cast, path: str) -> None:
    assert cast.browser("").get(f"/static/{path}").status == 404


_BEHIND_HTTPS = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from lookin.apps.accounts.services import add_person
from tests.apps.site.asking import TOKEN, Browser
add_person("kim", password="a window seat by noon")
cookie = f"__Host-csrftoken={TOKEN}"
https = {"cookie": cookie, "x_forwarded_proto": "https", "origin": "https://localhost"}
browser = Browser()
form = b"username=kim&password=a+window+seat+by+noon&remember=on"
found = [
    browser.ask("POST", "/login", form, **https),
    browser.ask("POST", "/language", b"language=ko", **https),
    browser.get("/login", **{**https, "cookie": ""}),
    browser.get("/static/nothing.js", **https),
    browser.get("/nowhere", **https),
    browser.ask("POST", "/login", **{**https, "content_length": "9000000"}),
    browser.ask("POST", "/login", form, **{**https, "origin": "http://localhost"}),
]
print(json.dumps([[a.status, a.headers, a.cookies] for a in found]))
"""


@pytest.fixture(scope="module")
def https_answers(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """[status, headers, cookies] of a few answers of a place behind HTTPS."""
    home = tmp_path_factory.mktemp("https")
    settings = {"DJANGO_SETTINGS_MODULE": "lookin.site.settings", "DATABASE_URL": ""}
    places = {"LOOKIN_HOME": str(home), "LOOKIN_RUNTIME_DIR": "/tmp/lk-https"}
    done = subprocess.run(
        [sys.executable, "-c", _BEHIND_HTTPS],
        env={**os.environ, **settings, **places, "LOOKIN_HTTPS": "yes"},
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def test_behind_https_every_answer_asks_for_https_from_now_on(https_answers: list[Any]) -> None:
    assert [status for status, _, _ in https_answers] == [303, 303, 200, 404, 404, 413, 403]
    for _, headers, _ in https_answers:
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_behind_https_no_cookie_leaves_it_or_comes_from_a_sibling(https_answers: list[Any]) -> None:
    cookies = {line.split("=")[0]: line for _, _, lines in https_answers for line in lines}
    assert {"__Host-sessionid", "__Host-csrftoken", "__Host-lookin_device"} <= set(cookies)
    for name, line in cookies.items():
        assert "Secure" in line, name
        assert "SameSite=Lax" in line, name
        assert "Path=/" in line, name
        assert "Domain" not in line, name
        assert "HttpOnly" in line or name == "__Host-csrftoken", name
