"""Uploads on the wire, through a real web process: flat memory, and nothing left when cut off."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable

from tests.apps.uploads.conftest import Server

MEGABYTE = 1_000_000
TOKEN = "a" * 32
TAIL = b"\r\n--x--\r\n"


def head(server: Server, name: str, size: int, *, session: str | None = None) -> bytes:
    """Request line, headers, and the form's beginning, for a file of `size` bytes."""
    part = f'--x\r\nContent-Disposition: form-data; name="file1"; filename="{name}"\r\n\r\n'
    lines = (
        "POST /ajax/upload HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Cookie: sessionid={server.session if session is None else session}; csrftoken={TOKEN}",
        f"X-CSRFToken: {TOKEN}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {len(part.encode()) + size + len(TAIL)}",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n" + part).encode()


def answer_of(line: socket.socket) -> tuple[int, dict[str, object]]:
    """(status, JSON) of the answer on `line`."""
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer.status, json.loads(answer.read())


def until(is_so: Callable[[], bool]) -> bool:
    """Whether it became so within ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def names(server: Server) -> set[str]:
    return {p.name for p in server.folder.iterdir() if not p.name.endswith(".ipynb")}


def hidden_bytes(server: Server) -> int:
    """How much of unfinished files is on the disk."""
    return sum(p.stat().st_size for p in server.folder.glob(".incoming-*"))


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def test_forty_megabytes_pass_through_flat_memory(server: Server) -> None:
    with connect(server) as line:
        line.sendall(head(server, "small", 4) + b"data" + TAIL)
        assert answer_of(line)[0] == 200
    before = server.peak_bytes()
    with connect(server) as line:
        line.sendall(head(server, "large.bin", 40 * MEGABYTE))
        for _ in range(40):
            line.sendall(b"x" * MEGABYTE)
        line.sendall(TAIL)
        assert answer_of(line) == (
            200,
            {"error": 0, "name": "large.bin", "size": 40 * MEGABYTE},
        )
    grown = server.peak_bytes() - before
    assert grown < 6 * MEGABYTE, f"memory grew by {grown} bytes"
    assert (server.folder / "large.bin").stat().st_size == 40 * MEGABYTE


def test_bytes_reach_the_disk_while_the_rest_is_still_coming(server: Server) -> None:
    with connect(server) as line:
        line.sendall(head(server, "slow", 2 * MEGABYTE) + b"x" * MEGABYTE)
        assert until(lambda: hidden_bytes(server) > 500_000)
        assert "slow" not in names(server)
        line.sendall(b"x" * MEGABYTE + TAIL)
        assert answer_of(line)[0] == 200
    assert "slow" in names(server)


def test_a_connection_that_breaks_leaves_nothing(server: Server) -> None:
    before = names(server)
    with connect(server) as line:
        line.sendall(head(server, "gone", 2 * MEGABYTE) + b"x" * MEGABYTE)
        assert until(lambda: any(n.startswith(".incoming-") for n in names(server)))
    assert until(lambda: names(server) == before)


def test_a_stranger_is_answered_before_a_byte_is_written(server: Server) -> None:
    before = names(server)
    with connect(server) as line:
        line.sendall(head(server, "x", 2 * MEGABYTE, session="0" * 32) + b"x" * 1000)
        assert answer_of(line)[0] == 401
    assert names(server) == before


def test_a_file_announced_over_the_limit_is_refused_at_once(server: Server) -> None:
    with connect(server) as line:
        line.sendall(head(server, "huge", 80 * MEGABYTE))
        assert answer_of(line)[0] == 413
    assert not list(server.folder.glob(".incoming-*"))


def test_a_file_over_the_limit_by_a_byte_is_a_sentence(server: Server) -> None:
    size = 50 * MEGABYTE + 1
    with connect(server) as line:
        line.sendall(head(server, "large", size))
        for _ in range(50):
            line.sendall(b"x" * MEGABYTE)
        line.sendall(b"x" + TAIL)
        status, said = answer_of(line)
    assert (status, said["code"]) == (413, "too_large")
    assert not list(server.folder.glob(".incoming-*"))


def test_a_fifth_upload_at_once_waits_its_turn(server: Server) -> None:
    lines = [connect(server) for _ in range(4)]
    for number, line in enumerate(lines):
        line.sendall(head(server, f"part{number}", MEGABYTE) + b"x" * 1000)
    assert until(lambda: len(list(server.folder.glob(".incoming-*"))) == 4)
    with connect(server) as fifth:
        fifth.sendall(head(server, "fifth", 4) + b"data" + TAIL)
        assert answer_of(fifth)[0] == 429
    for line in lines:
        line.close()
    assert until(lambda: not list(server.folder.glob(".incoming-*")))
    with connect(server) as again:
        again.sendall(head(server, "fifth", 4) + b"data" + TAIL)
        assert answer_of(again)[0] == 200
