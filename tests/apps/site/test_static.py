"""The built front end as it is served: compressed for who takes it so, whole for everybody else."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest

from lookin.site.static import ForeverStaticFiles

SOURCE = b"export const answer = 42;\n"


class Answer:
    """What one request got."""

    def __init__(self) -> None:
        self.status, self.body = 0, b""
        self.headers: dict[str, str] = {}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        self.body += message.get("body", b"")


@pytest.fixture
def files(tmp_path: Path) -> ForeverStaticFiles:
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "view-1.js").write_bytes(SOURCE)
    (assets / "view-1.js.br").write_bytes(b"as brotli")
    (assets / "view-1.js.gz").write_bytes(b"as gzip")
    (assets / "font.woff2").write_bytes(b"a font")
    return ForeverStaticFiles(directory=tmp_path)


async def ask(files: ForeverStaticFiles, path: str, **headers: str) -> Answer:
    """GET `path`; a header's name has _ for -."""
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": lines}
    answer = Answer()

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # the browser stays
        raise AssertionError

    await files(scope, receive, answer.send)
    return answer


async def test_a_browser_gets_the_smallest_form_that_it_takes(files: ForeverStaticFiles) -> None:
    for taken, coding, body in (
        ("gzip, deflate, br, zstd", "br", b"as brotli"),
        ("gzip, deflate", "gzip", b"as gzip"),
    ):
        answer = await ask(files, "/assets/view-1.js", accept_encoding=taken)
        assert (answer.headers["content-encoding"], answer.body) == (coding, body)
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["vary"] == "Accept-Encoding"
        assert "immutable" in answer.headers["cache-control"]


async def test_who_takes_nothing_compressed_gets_the_plain_file(files: ForeverStaticFiles) -> None:
    answer = await ask(files, "/assets/view-1.js")
    assert answer.body == SOURCE
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_a_part_is_a_part_of_the_plain_file(files: ForeverStaticFiles) -> None:
    answer = await ask(files, "/assets/view-1.js", accept_encoding="br", range="bytes=0-5")
    assert (answer.status, answer.body) == (206, SOURCE[:6])


async def test_a_form_that_was_not_made_is_not_promised(files: ForeverStaticFiles) -> None:
    answer = await ask(files, "/assets/font.woff2", accept_encoding="br, gzip")
    assert answer.body == b"a font"
    assert "content-encoding" not in answer.headers


async def test_a_compressed_form_cannot_be_had_of_a_file_outside(
    files: ForeverStaticFiles, tmp_path: Path
) -> None:
    (tmp_path.parent / "secret.js").write_bytes(b"x")
    (tmp_path.parent / "secret.js.br").write_bytes(b"x")
    answer = await ask(files, "/../secret.js", accept_encoding="br")
    assert answer.status == 404
