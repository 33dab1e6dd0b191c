"""Seals face templates for the database and opens them again. AES-256-GCM, bound to the person.

The key is derived (HKDF-SHA256, RFC 5869) from the master secret file. A row that is moved to
another person, changed, or read without the secret does not open.
"""

from __future__ import annotations

import os
import uuid
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lookin.core.lib.errors import LookinError

_VERSION = b"\x01"
_NONCE = 12  # bytes; NIST SP 800-38D §8.2.2: random is fine far below 2**32 seals with one key


def seal(plain: bytes, person: uuid.UUID, secret: bytes) -> bytes:
    """Version byte, nonce, ciphertext with tag. `secret`: the master secret, 32 bytes or more."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _cipher(secret).encrypt(nonce, plain, _bound(person))


def unseal(sealed: bytes, person: uuid.UUID, secret: bytes) -> bytes:
    """The plain bytes. Raises LookinError (code `face_sealed`) when they do not open."""
    nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        if sealed[:1] != _VERSION:
            raise InvalidTag
        return _cipher(secret).decrypt(nonce, rest, _bound(person))
    except (InvalidTag, ValueError) as error:
        raise LookinError(
            "Your stored face cannot be opened with this server's key.",
            "Sign in with your password, then set your face up again.",
            code="face_sealed",
            status=409,
        ) from error


@lru_cache(maxsize=4)  # the secret is in memory anyway; deriving it again costs more than opening
def _cipher(secret: bytes) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lookin face templates 1")
    return AESGCM(derived.derive(secret))


def _bound(person: uuid.UUID) -> bytes:
    return b"lookin face 1 " + person.bytes
