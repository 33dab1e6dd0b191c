"""How large a picture is, read from its first bytes, so that a page can keep its place. Pure.

Not a decoder: a damaged picture has no size here, and the browser says the rest.
Sources: PNG (ISO 15948) §11.2.2, JPEG (T.81) B.2.2, GIF89a §18, WebP container (RFC 9649).
"""

from __future__ import annotations

import struct

Size = tuple[int, int]
MOST_PIXELS = 65_535  # of one side; more is no picture that a page shows
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # JPEG: those that begin a frame
_BARE = {0x01, *range(0xD0, 0xD9)}  # JPEG: markers without a length


def picture_size(data: bytes) -> Size | None:
    """(width, height) in pixels of a PNG, JPEG, GIF or WebP; None when it does not say."""
    try:
        found = _size(data)
    except (struct.error, IndexError):
        return None
    return found if found and all(0 < side <= MOST_PIXELS for side in found) else None


def _size(data: bytes) -> Size | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return struct.unpack_from(">II", data, 16)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return struct.unpack_from("<HH", data, 6)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _jpeg(data: bytes) -> Size | None:
    at = 2
    while at < len(data) - 9:
        if data[at] != 0xFF:
            return None
        kind = data[at + 1]
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 1 if kind == 0xFF else 2
        if kind not in _BARE and kind != 0xFF:
            at += struct.unpack_from(">H", data, at)[0]
    return None


def _webp(data: bytes) -> Size | None:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    return None
