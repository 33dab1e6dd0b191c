"""Requests as strangers write them: what is understood, and what is refused for being doubtful."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.kernels.proxy.heads import read_answer, read_request
from lookin.core.kernels.proxy.refusals import RefusedError, write_refusal

GET = b"GET http://a.example/x HTTP/1.1\r\n"


def head(*lines: bytes) -> bytes:
    return b"\r\n".join([*lines, b"", b""])


def test_a_tunnel_is_a_host_and_a_port() -> None:
    request = read_request(head(b"CONNECT A.example:443 HTTP/1.1", b"Host: other.example"))
    assert (request.method, request.host, request.port) == ("CONNECT", "a.example", 443)
    assert request.is_tunnel


def test_a_plain_request_goes_on_with_only_what_was_understood() -> None:
    request = read_request(
        head(
            b"POST http://A.example:8080/p?q=1 HTTP/1.1",
            b"Host: internal.example",
            b"Proxy-Authorization: secret",
            b"Connection: keep-alive, X-Hop",
            b"X-Hop: 1",
            b"Upgrade: websocket",
            b"Accept:  text/html ",
            b"Content-Length: 3",
        )
    )
    assert (request.host, request.port, request.length) == ("a.example", 8080, 3)
    lines = request.head.decode().split("\r\n")
    assert lines[:2] == ["POST /p?q=1 HTTP/1.1", "host: a.example:8080"]
    assert lines[2:4] == ["accept: text/html", "content-length: 3"]
    assert lines[4:] == ["via: 1.1 lookin", "connection: close", "", ""]


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET https://a.example/ HTTP/1.1\r\n\r\n",
        b"GET http://me:word@a.example/ HTTP/1.1\r\n\r\n",
        b"GET http://a.example/#x HTTP/1.1\r\n\r\n",
        b"GET http://a.example/\xc3\xa9 HTTP/1.1\r\n\r\n",
        b"GET  http://a.example/ HTTP/1.1\r\n\r\n",
        b"GET http://a.example/ HTTP/2.0\r\n\r\n",
        b"GET http://a.example/\tx HTTP/1.1\r\n\r\n",
        b"CONNECT a.example HTTP/1.1\r\n\r\n",
        b"CONNECT a.example:0 HTTP/1.1\r\n\r\n",
        b"CONNECT a.example:99999 HTTP/1.1\r\n\r\n",
        b"CONNECT a.example:443/x HTTP/1.1\r\n\r\n",
        b"CONNECT a.example:443 HTTP/1.1\r\nContent-Length: 4\r\n\r\n",
        b"CONNECT :443 HTTP/1.1\r\n\r\n",
        b"\r\nGET http://a.example/ HTTP/1.1\r\n\r\n",
        b"\r\n\r\n",
        GET + b"Host: a\r\nHost: b\r\n\r\n",
        GET + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
        GET + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        GET + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        GET + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        GET + b"Transfer-Encoding: \x0bchunked\r\n\r\n",
        GET + b"Content-Length: +1\r\n\r\n",
        GET + b"Content-Length: 1, 1\r\n\r\n",
        GET + b"Content-Length: 0x1\r\n\r\n",
        GET + b"Content-Length : 1\r\n\r\n",
        GET + b" folded: 1\r\n\r\n",
        GET + b"A: 1\r\n folded\r\n\r\n",
        GET + b"A: 1\nTransfer-Encoding: chunked\r\n\r\n",
        GET + b"A: 1\rB: 2\r\n\r\n",
        GET + b"A: \x00\r\n\r\n",
        GET + b": nameless\r\n\r\n",
        GET + b"no colon\r\n\r\n",
        GET.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n",
        GET + b"A: 1\r\n" * 101 + b"\r\n",
    ],
)
def test_a_doubtful_request_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError):
        read_request(data)


@given(st.binary(max_size=300), st.sampled_from((b"", b"GET http://", b"CONNECT ", GET)))
def test_no_bytes_break_the_reader(data: bytes, first: bytes) -> None:
    with contextlib.suppress(RefusedError):
        request = read_request(first + data + b"\r\n\r\n")
        assert request.head.count(b"\r\n\r\n") == (0 if request.is_tunnel else 1)


def test_an_answer_ends_the_connection_and_keeps_its_length() -> None:
    lines = (b"HTTP/1.1 200 OK", b"Connection: Y", b"Y: 1", b"X: 1", b"Content-Length: 5")
    answer = read_answer(head(*lines), "GET")
    assert (answer.status, answer.length) == (200, 5)
    kept = b"x: 1\r\ncontent-length: 5\r\nvia: 1.1 lookin\r\nconnection: close\r\n\r\n"
    assert answer.head == b"HTTP/1.1 200 OK\r\n" + kept


@pytest.mark.parametrize(
    ("lines", "method", "length"),
    [
        ((b"HTTP/1.1 200 OK", b"Content-Length: 5"), "HEAD", 0),
        ((b"HTTP/1.0 204 No", b"Content-Length: 5"), "GET", 0),
        ((b"HTTP/1.1 200",), "GET", None),
        ((b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked", b"Content-Length: 5"), "GET", None),
        ((b"HTTP/1.1 100 Continue",), "POST", 0),
    ],
)
def test_where_an_answer_ends(lines: tuple[bytes, ...], method: str, length: int | None) -> None:
    answer = read_answer(head(*lines), method)
    assert answer.length == length
    assert not (b"transfer-encoding" in answer.head and b"content-length" in answer.head)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\n\r\n",
        b"HTTP/1.1 99 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
)
def test_an_answer_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError):
        read_answer(data, "GET")


def test_a_refusal_says_in_both_languages_what_was_refused_and_whom_to_ask() -> None:
    answer = write_refusal(RefusedError("host", host="a.example", port=443)).decode()
    first, _, body = answer.partition("\r\n")
    assert first == "HTTP/1.1 403 a.example is not on the list of hosts this place allows"
    assert "Ask the person who runs this place" in body
    assert "운영하는 분에게" in body
