"""Strangers' picture bytes: what is refused before it costs anything. No models, no faces."""

from __future__ import annotations

import io
import struct
import time

import pytest
from PIL import Image

from lookin.core.faces.pictures import CAMERA, PictureError, read_picture


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def of_empty_scans(side: int, size: int) -> bytes:
    """A progressive JPEG of `size` bytes at most: thousands of scans that say "all is zero"."""
    blocks = ((side + 7) // 8) ** 2
    table = bytes([1] + [0] * 15)  # one code, of one bit
    head = (
        b"\xff\xd8"
        + segment(0xDB, bytes([0] + [1] * 64))
        + segment(0xC2, struct.pack(">BHHB", 8, side, side, 1) + bytes([1, 0x11, 0]))
        + segment(0xC4, b"\x00" + table + b"\x00")
        + segment(0xC4, b"\x10" + table + b"\xe0")  # "nothing in the next 16384 blocks, and n more"
        + segment(0xDA, bytes([1, 1, 0, 0, 0, 0]))
        + bytes((blocks + 7) // 8)
    )
    runs = "".join("0" + "1" * 14 for _ in range(blocks // 32767 + 1))
    runs += "1" * (-len(runs) % 8)
    bits = bytes(int(runs[at : at + 8], 2) for at in range(0, len(runs), 8))
    scan = segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + bits.replace(b"\xff", b"\xff\x00")
    return head + scan * ((size - len(head)) // len(scan)) + b"\xff\xd9"


def test_a_picture_of_thousands_of_scans_is_refused_before_it_is_decoded() -> None:
    """300 kB of this kept a core busy for ten seconds, and a camera may send 400 frames."""
    began = time.process_time()
    with pytest.raises(PictureError) as caught:
        read_picture(of_empty_scans(1600, 299_000), CAMERA)
    assert caught.value.code == "picture_too_large"
    assert time.process_time() - began < 0.5


def test_the_bomb_of_the_test_is_a_picture_that_decodes() -> None:
    with Image.open(io.BytesIO(of_empty_scans(64, 4_000))) as small:
        small.load()
        assert small.size == (64, 64)


@pytest.mark.parametrize("progressive", [False, True])
def test_frames_as_encoders_make_them_are_read(progressive: bool) -> None:
    frame = io.BytesIO()
    Image.effect_noise((400, 400), 60).convert("RGB").save(
        frame, "JPEG", quality=95, progressive=progressive
    )
    assert read_picture(frame.getvalue(), CAMERA).size == (400, 400)
