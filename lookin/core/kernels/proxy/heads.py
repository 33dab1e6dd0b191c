"""A request's head, read strictly: CONNECT host:port, or METHOD http://host/… . Pure.

Whatever two readers could understand differently (RFC 9112, section 11) is refused, and the head
that goes on is written anew from what was understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lookin.core.kernels.proxy.refusals import RefusedError
from lookin.core.kernels.proxy.rules import BadHostError, normal_host, split_port

MOST_HEADERS = 100
END = b"\r\n\r\n"
# RFC 9110, 7.6.1, and what belongs to the way to a proxy only.
_HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "upgrade", "transfer-encoding"} | {
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-authentication-info",
}
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_FIRST = re.compile(rb"(" + _TOKEN + rb") ([^\x00-\x20\x7f]+) HTTP/1\.([01])")
_HEADER = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*")
_ABSOLUTE = re.compile(r"http://([^/?#]*)(/[^?#]*)?(\?[^#]*)?", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])( [^\x00-\x08\x0a-\x1f\x7f]*)?")
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """`length` bytes of body follow, or chunks when it is None. `head` goes on; b"" for CONNECT."""

    method: str
    host: str
    port: int
    length: int | None
    head: bytes

    @property
    def is_tunnel(self) -> bool:
        """CONNECT: bytes both ways, nothing of them is read."""
        return self.method == "CONNECT"


@dataclass(frozen=True, slots=True)
class Answer:
    """`length` bytes of body follow, or all until the end when it is None."""

    status: int
    length: int | None
    head: bytes


def read_request(data: bytes) -> Request:
    """The request in a head that ends with an empty line. Raises RefusedError."""
    lines = _lines(data)
    first = _FIRST.fullmatch(lines[0])
    if first is None:
        raise RefusedError("not_for_a_proxy")
    method, version = first[1].decode(), int(first[3])
    headers = _headers(lines[1:])
    length = _body_length(headers, version)
    try:
        target = first[2].decode()
        if method == "CONNECT":
            return _tunnel(target, length)
        return _plain(method, target, headers, length)
    except (UnicodeDecodeError, BadHostError) as error:
        raise RefusedError("bad_host") from error


def _lines(data: bytes) -> list[bytes]:
    lines = data.removesuffix(END).split(b"\r\n")
    if any(set(line) & {0, 10, 13} for line in lines):
        raise RefusedError("bad_request")
    return lines


def _headers(lines: list[bytes]) -> Headers:
    if len(lines) > MOST_HEADERS:
        raise RefusedError("head_too_large")
    found: Headers = []
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise RefusedError("bad_request")
        found.append((header[1].decode().lower(), header[2].decode("latin-1")))
    return found


def _body_length(headers: Headers, version: int) -> int | None:
    """RFC 9112, 6.3, without its leniencies."""
    lengths = [value for name, value in headers if name == "content-length"]
    codings = [value.lower() for name, value in headers if name == "transfer-encoding"]
    hosts = [name for name, _ in headers if name == "host"]
    if len(hosts) > 1 or len(lengths) + len(codings) > 1:
        raise RefusedError("bad_request")
    if codings:
        if codings != ["chunked"] or version == 0:
            raise RefusedError("bad_request")
        return None
    if not lengths:
        return 0
    if not re.fullmatch(r"[0-9]{1,15}", lengths[0]):
        raise RefusedError("bad_request")
    return int(lengths[0])


def _tunnel(target: str, length: int | None) -> Request:
    host, port = split_port(target)
    if port is None or length != 0:
        raise RefusedError("bad_request")
    return Request("CONNECT", normal_host(host), port, 0, b"")


def _plain(method: str, target: str, headers: Headers, length: int | None) -> Request:
    url = _ABSOLUTE.fullmatch(target)
    if url is None or "@" in url[1]:
        raise RefusedError("not_for_a_proxy")
    name, port = split_port(url[1])
    host = normal_host(name)
    path = (url[2] or "/") + (url[3] or "")
    if not path.isascii():
        raise RefusedError("bad_request")
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port in (None, 80) else f"{shown}:{port}"
    kept = _end_to_end(headers)
    kept += [("transfer-encoding", "chunked")] if length is None else []
    head = _written(f"{method} {path} HTTP/1.1", [("host", authority), *kept])
    return Request(method, host, port or 80, length, head)


def _end_to_end(headers: Headers) -> Headers:
    named = {
        word.strip().lower()
        for name, value in headers
        if name in ("connection", "proxy-connection")
        for word in value.split(",")
    } - {"content-length"}  # it says where the body ends
    dropped = _HOP_BY_HOP | named | {"host"}
    return [(name, value) for name, value in headers if name not in dropped]


def _written(first: str, headers: Headers) -> bytes:
    rows = [*headers, ("via", "1.1 lookin"), ("connection", "close")]
    text = "".join(f"{name}: {value}\r\n" for name, value in rows)
    return f"{first}\r\n{text}\r\n".encode("latin-1")


def read_answer(data: bytes, method: str) -> Answer:
    """The other side's head, for one answer on a connection that closes. Raises RefusedError."""
    lines = _lines(data)
    first = _STATUS.fullmatch(lines[0])
    if first is None or first[1] == b"101":  # an upgrade was never asked for
        raise RefusedError("bad_answer")
    status, headers = int(first[1]), _headers(lines[1:])
    coding = [value for name, value in headers if name == "transfer-encoding"]
    length = _answer_length(status, method, headers) if not coding else None
    kept = _end_to_end(headers)
    if coding:  # then a length would be for nobody (RFC 9112, 6.3)
        kept = [row for row in kept if row[0] != "content-length"]
        kept += [("transfer-encoding", value) for value in coding]
    head = _written(lines[0].decode("latin-1"), kept)
    if status < 200:  # an interim answer closes nothing
        head = lines[0] + END
    return Answer(status, length, head)


def _answer_length(status: int, method: str, headers: Headers) -> int | None:
    if method == "HEAD" or status in (204, 304) or status < 200:
        return 0
    lengths = {value for name, value in headers if name == "content-length"}
    if not lengths:
        return None
    text = lengths.pop()
    if lengths or not re.fullmatch(r"[0-9]{1,15}", text):
        raise RefusedError("bad_answer")
    return int(text)
