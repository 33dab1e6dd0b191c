"""Where a sign-in may lead, and which socket handshakes come from our own pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from lookin.apps.common.guard import safe_next
from lookin.apps.common.sockets import is_same_origin

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "https:///evil.example",
    "https:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\\\\evil.example",
    "evil.example/service",
    "",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_a_sign_in_never_leads_to_another_place(wanted: str) -> None:
    assert safe_next(RequestFactory().get("/login"), wanted) == "/service"


@pytest.mark.parametrize(
    "wanted", ["/service", "/notebooks/a?b=c", "/%2f%2fevil", '/home"><img src=x>'[:6]]
)
def test_a_sign_in_leads_back_to_where_one_was(wanted: str) -> None:
    assert safe_next(RequestFactory().get("/login"), wanted) == wanted


def test_a_sign_in_does_not_lead_back_to_itself() -> None:
    assert safe_next(RequestFactory().get("/login"), "/login?next=/login") == "/service"


def _scope(host: str, origin: str | None) -> dict[str, Any]:
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return {"headers": headers}


def test_a_socket_from_our_own_page_may_open() -> None:
    assert is_same_origin(_scope("localhost:8000", "http://localhost:8000"))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.example",
        "http://localhost:9000",
        "http://localhost",
        "http://localhost:8000.evil.example",
        "file://localhost:8000",
        "http://localhost:8000@evil.example",
    ],
)
def test_a_socket_from_anywhere_else_may_not(origin: str | None) -> None:
    assert not is_same_origin(_scope("localhost:8000", origin))


def test_a_socket_to_a_host_we_do_not_serve_may_not() -> None:
    assert not is_same_origin(_scope("evil.example", "http://evil.example"))
