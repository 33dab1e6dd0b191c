"""The page that fences output with scripts: what its policy allows, whoever asks for it."""

from __future__ import annotations

from django.test import Client

from lookin.apps.notebooks.frames import POLICY


def policy() -> dict[str, str]:
    """The directives of the frame as a browser reads them."""
    response = Client().get("/frame/output")
    assert response.status_code == 200
    directives = response["Content-Security-Policy"].split("; ")
    return dict(part.partition(" ")[::2] for part in directives)


def test_the_frame_has_an_origin_of_its_own_also_when_it_is_opened_by_itself() -> None:
    assert policy()["sandbox"].split() == ["allow-scripts"]


def test_the_frame_reaches_no_network_and_no_form() -> None:
    found = policy()
    assert found["default-src"] == "'none'"
    assert found["form-action"] == "'none'"
    assert "connect-src" not in found  # so default-src holds
    for sources in found.values():
        assert "http" not in sources
        assert "*" not in sources


def test_only_our_own_pages_may_hold_the_frame() -> None:
    response = Client().get("/frame/output")
    assert policy()["frame-ancestors"] == "'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_frame_holds_nothing_of_anybody() -> None:
    response = Client().get("/frame/output")
    assert not response.cookies
    assert b"csrf" not in response.content
    assert Client().post("/frame/output").status_code in {403, 405}
    assert response["Content-Security-Policy"] == POLICY
