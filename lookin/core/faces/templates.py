"""A template as bytes and back: one version byte, the count, then float32, little-endian.

Pure. Not for encryption, which belongs to who stores it: a template is as private as a photograph.
"""

from __future__ import annotations

import struct

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.lib.errors import LookinError

# Raise it when an embedding stops being comparable with older ones (another network or alignment).
VERSION = 1
_HEADER = struct.Struct("<BH")
_SIZE = 128


class TemplateError(LookinError):
    """The stored bytes are not a template of this version."""

    code = "template_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "The stored face cannot be used with this version of Lookin.",
            "Sign in with your password and set up your face again.",
        )


def to_bytes(template: Floats) -> bytes:
    """The bytes of a template (128,). Raises ValueError for another shape or no number."""
    if template.shape != (_SIZE,) or not np.isfinite(template).all():
        raise ValueError("not a template of 128 finite numbers")
    return _HEADER.pack(VERSION, _SIZE) + template.astype("<f4").tobytes()


def from_bytes(data: bytes) -> Floats:
    """The template (128,) float32 in `data`. Raises TemplateError."""
    if len(data) != _HEADER.size + 4 * _SIZE or _HEADER.unpack_from(data) != (VERSION, _SIZE):
        raise TemplateError
    template = np.frombuffer(data, "<f4", _SIZE, _HEADER.size).astype(np.float32)
    if not np.isfinite(template).all():
        raise TemplateError
    return template
