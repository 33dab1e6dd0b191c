"""Pictures and long values by address: taken out, counted, and put back as they were."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.blobs import (
    INLINE_CHARS,
    addresses_of,
    digest_of,
    is_digest,
    restored,
    stowed,
    stowed_document,
    value_chars,
    without_addresses,
)
from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.pictures import picture_size


class Store:
    """Blobs in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def keep(self, content: bytes) -> str:
        digest = digest_of(content)
        self.held[digest] = content
        return digest


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG, which is all that tells its size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + check


def rich(**data: Any) -> dict[str, Any]:
    named = {name.replace("_", "/", 1): value for name, value in data.items()}
    return {"output_type": "display_data", "data": named, "metadata": {}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
)


@given(
    st.sampled_from(["text/plain", "text/html", "image/png", "image/svg+xml", "application/json"]),
    st.one_of(
        JSON, st.text(), st.just("long" * (INLINE_CHARS // 4 + 1)), st.just({"a": ["x" * 20_000]})
    ),
)
def test_whatever_is_stowed_comes_back_the_same(mime: str, value: object) -> None:
    store, output = Store(), {"output_type": "display_data", "data": {mime: value}, "metadata": {}}
    back = restored(stowed(output, store.keep), store.held.get)
    if mime == "image/png" and isinstance(value, str):
        assert back["data"][mime].split() == value.split()  # base64 may lose its blanks
    else:
        assert back == output


@pytest.mark.parametrize("end", ["", "\n"])
def test_base64_keeps_the_way_it_was_written(end: str) -> None:
    store, value = Store(), base64.b64encode(png(640, 480)).decode() + end
    address = stowed(rich(image_png=value), store.keep)
    about = address["data"]["image/png"]["lookin"]
    assert (about["width"], about["height"]) == (640, 480)
    assert store.held[about["blob"]] == png(640, 480)
    assert restored(address, store.held.get) == rich(image_png=value)


def test_base64_in_lines_comes_back_in_lines() -> None:
    store, value = Store(), base64.encodebytes(bytes(300)).decode()
    assert restored(stowed(rich(image_png=value), store.keep), store.held.get) == rich(
        image_png=value
    )


def test_a_short_text_stands_where_it_stood() -> None:
    output = rich(text_html="<b>x</b>")
    assert stowed(output, Store().keep) is output


def test_an_address_counts_what_the_file_will_hold() -> None:
    store = Store()
    address = stowed(rich(image_png=base64.b64encode(bytes(3000)).decode()), store.keep)
    assert value_chars(address["data"]["image/png"]) == 4000
    assert value_chars("text") is None


def test_content_that_is_gone_leaves_a_sentence_and_other_forms() -> None:
    store = Store()
    address = stowed(rich(image_png=base64.b64encode(png(1, 1)).decode()), store.keep)
    assert "not there any more" in restored(address, lambda _: None)["data"]["text/plain"]
    address["data"]["text/plain"] = "<Figure>"
    assert restored(address, lambda _: None)["data"] == {"text/plain": "<Figure>"}


@pytest.mark.parametrize("lie", ["../../etc/passwd", "A" * 64, "0" * 63, 5, None, "0" * 64 + "\n"])
def test_nothing_else_passes_for_a_digest(lie: object) -> None:
    assert not is_digest(lie)
    forged = rich(image_png={"lookin": {"blob": lie, "bytes": 1}})
    asked: list[str] = []
    restored(forged, asked.append)
    assert not asked


def test_a_document_says_what_it_needs() -> None:
    store = Store()
    output = rich(image_png=base64.b64encode(png(2, 2)).decode())
    document = stowed_document(document_of([Cell("a", "code", outputs=(output,))], {}), store.keep)
    assert addresses_of(document) == set(store.held)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(7, 9), (7, 9)),
        (b"GIF89a" + struct.pack("<HH", 3, 4) + b"\0" * 9, (3, 4)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x06\x03" + b"\0" * 9, (6, 5)),
        (b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x09\0\0\x13\0\0", (10, 20)),
        (png(0, 9), None),
        (b"\xff\xd8" + b"\xff" * 40, None),
        (b"<svg>", None),
        (b"", None),
    ],
)
def test_a_picture_tells_its_size_from_its_first_bytes(
    data: bytes, size: tuple[int, int] | None
) -> None:
    assert picture_size(data) == size


@given(st.binary(max_size=60))
def test_no_bytes_make_a_size_that_is_none(data: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF0000WEBP", b"GIF89a"):
        size = picture_size(start + data)
        assert size is None or all(0 < side <= 65_535 for side in size)


def test_an_address_that_a_kernel_forges_is_content_like_any_other() -> None:
    store = Store()
    large = store.keep(bytes(50_000))
    lie = {"lookin": {"blob": large, "bytes": 0, "form": "base64"}}
    held = stowed(rich(image_png=lie, application_json=lie), store.keep)
    assert large not in addresses_of([Cell("a", "code", outputs=(held,))])
    assert (value_chars(held["data"]["image/png"]) or 0) > 64
    assert restored(held, store.held.get) == rich(image_png=lie, application_json=lie)


def test_where_nothing_can_be_kept_a_forged_address_goes() -> None:
    lie = {"lookin": {"blob": digest_of(b""), "bytes": 0, "form": "text"}}
    assert without_addresses(rich(image_png=lie, text_plain="a")) == rich(text_plain="a")
    assert "lookin" not in str(without_addresses(rich(image_png=lie)))
    honest = rich(application_json={"lookin": 1})
    assert without_addresses(honest) is honest
