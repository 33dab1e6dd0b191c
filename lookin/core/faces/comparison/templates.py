"""A template as bytes and back: version, the recogniser's name, the count, float32 little-endian.

Pure. Not for encryption, which belongs to who stores it: a template is as private as a photograph.
"""

from __future__ import annotations

import struct

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.recognisers.embeddings import FUSED, is_embedding
from lookin.core.lib.errors import LookinError

# Raise it when this layout changes; another network or alignment changes the recogniser's name.
VERSION = 2
_HEADER = struct.Struct("<BBH")  # version, length of the name, count of the numbers
NAME_BYTES = 100


class TemplateError(LookinError):
    """The stored bytes are not a template of this version and recogniser."""

    code = "template_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "The stored face cannot be used with this version of Lookin.",
            "Sign in with your password and set up your face again.",
        )


def to_bytes(template: Floats, recogniser: str = FUSED) -> bytes:
    """The bytes of a template that `recogniser` made.

    Raises ValueError for what is no embedding, or a name of more than 100 bytes.
    """
    if not is_embedding(template):
        raise ValueError(f"not a template of {template.size} finite numbers")
    name = recogniser.encode()
    if not 0 < len(name) <= NAME_BYTES:
        raise ValueError("not the name of a recogniser")
    return _HEADER.pack(VERSION, len(name), template.size) + name + template.astype("<f4").tobytes()


def from_bytes(data: bytes, recogniser: str = FUSED) -> Floats:
    """The template float32 in `data`. Raises TemplateError when another recogniser made it."""
    if len(data) < _HEADER.size or data[0] != VERSION:
        raise TemplateError
    _, length, count = _HEADER.unpack_from(data)
    start = _HEADER.size + length
    if len(data) != start + 4 * count or data[_HEADER.size : start] != recogniser.encode():
        raise TemplateError
    template = np.frombuffer(data, "<f4", count, start).astype(np.float32)
    if not is_embedding(template):
        raise TemplateError
    return template
