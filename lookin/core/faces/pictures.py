"""Strangers' picture bytes as an upright RGB image of bounded size, or the reason why not.

Not for finding faces. Nothing is written to disk.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps


@dataclass(frozen=True)
class PictureLimits:
    """Refused above `pixels` or `max_bytes`; scaled down so that no side is longer than `side`.

    A JPEG is decoded coarsely while its longer side still has at least `enough` pixels, and
    refused when it comes in more than `scans`.
    """

    pixels: int
    max_bytes: int
    side: int = 1600
    enough: int = 900
    formats: tuple[str, ...] = ("JPEG", "PNG", "WEBP")
    scans: int | None = None


# Our page sends JPEG, the one format that can be decoded coarsely: a few bytes of PNG can hold so
# many pixels that decoding them is work worth a stranger's while. So can a JPEG of thousands of
# empty scans, each of which goes over all pixels; encoders make ten.
CAMERA = PictureLimits(pixels=24_000_000, max_bytes=16 * 1024 * 1024, formats=("JPEG",), scans=20)
_START_OF_SCAN = b"\xff\xda"  # in a JPEG's pixels, FF is always followed by 00
FILES = PictureLimits(pixels=50_000_000, max_bytes=64 * 1024 * 1024)


class PictureError(Exception):
    """The picture cannot be used; `code` is `unreadable_picture` or `picture_too_large`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_picture(data: bytes, limits: PictureLimits) -> Image.Image:
    """The picture in `data`, RGB, turned upright by its EXIF orientation.

    Format and size are read from the header and refused before a pixel is decoded. Raises
    PictureError.
    """
    if len(data) > limits.max_bytes:
        raise PictureError("picture_too_large")
    if limits.scans is not None and data.count(_START_OF_SCAN) > limits.scans:
        raise PictureError("picture_too_large")
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=limits.formats)
        if image.width * image.height > limits.pixels:
            raise PictureError("picture_too_large")
        if min(image.size) < 16:
            raise PictureError("unreadable_picture")
        # A JPEG can be decoded at 1/2, 1/4 or 1/8 for a fraction of the time and memory.
        part = max(1, max(image.size) // limits.enough)
        image.draft("RGB", (image.width // part, image.height // part))
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        image = image if image.mode == "RGB" else image.convert("RGB")
        image.thumbnail((limits.side, limits.side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise PictureError("picture_too_large") from error
    except Exception as error:  # decoders raise anything on damaged bytes
        raise PictureError("unreadable_picture") from error
    return image
