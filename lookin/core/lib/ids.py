"""Identifiers: random, unguessable, and safe in an address, a file name and a CSS selector."""

from __future__ import annotations

import re
import secrets
import uuid

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# nbformat 4.5: 1 to 64 of these.
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def new_uuid() -> str:
    """A random UUID in its 36-character lower-case form."""
    return str(uuid.uuid4())


def is_uuid(text: object) -> bool:
    """Whether `text` is a lower-case UUID and nothing else."""
    return isinstance(text, str) and _UUID.fullmatch(text) is not None


def new_cell_id() -> str:
    """A random cell id of 12 hexadecimal characters (nbformat 4.5 allows 1–64 of [a-zA-Z0-9_-])."""
    return secrets.token_hex(6)


def is_cell_id(text: object) -> bool:
    """Whether `text` is a valid nbformat 4.5 cell id."""
    return isinstance(text, str) and _CELL_ID.fullmatch(text) is not None


def new_token() -> str:
    """A secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)
