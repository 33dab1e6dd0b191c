"""A device that keeps passkeys, in software: real keys, real signatures, and lies on request.

Written from W3C Web Authentication Level 3 §6.1 and §6.5, so that it agrees with no library.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
SYNCED = UP | UV | BE | BS
ORIGIN = "http://localhost"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One key. `flags`, `origin`, `host` and `count` are what it will say of the next ceremony."""

    origin: str = ORIGIN
    host: str = "localhost"
    flags: int = SYNCED
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes = b""
    client_data: dict[str, Any] = field(default_factory=dict)  # instead of what is true

    def create(self, options: dict[str, Any], *, cose: bytes | None = None) -> dict[str, Any]:
        """What navigator.credentials.create answers, as JSON."""
        self.handle = unb64(options["user"]["id"])
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self.data(self.flags | AT) + attested + (self.cose() if cose is None else cose)
        name = [b"\x63fmt\x64none", b"\x67attStmt\xa0", b"\x68authData" + _cbor_bytes(data)]
        return self._answer(
            clientDataJSON=b64(self.said("webauthn.create", options)),
            attestationObject=b64(b"\xa3" + b"".join(name)),
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.get answers, as JSON."""
        said, data = self.said("webauthn.get", options), self.data(self.flags)
        signed = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=b64(said),
            authenticatorData=b64(data),
            signature=b64(signed),
            userHandle=b64(self.handle),
        )

    def data(self, flags: int) -> bytes:
        """authenticatorData without a key (§6.1)."""
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def said(self, kind: str, options: dict[str, Any]) -> bytes:
        """clientDataJSON (§5.8.1)."""
        true = {
            "type": kind, "challenge": options["challenge"], "origin": self.origin,
            "crossOrigin": False,
        }  # fmt: skip
        return json.dumps({**true, **self.client_data}).encode()

    def cose(self) -> bytes:
        """The public key as a COSE map: EC2, ES256, P-256."""
        numbers = self.key.public_key().public_numbers()
        x, y = (_cbor_bytes(n.to_bytes(32)) for n in (numbers.x, numbers.y))
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21" + x + b"\x22" + y

    def _answer(self, **response: str) -> dict[str, Any]:
        name = b64(self.credential_id)
        return {
            "id": name, "rawId": name, "type": "public-key", "response": response,
            "clientExtensionResults": {}, "authenticatorAttachment": "platform",
        }  # fmt: skip


def _cbor_bytes(data: bytes) -> bytes:
    return b"\x59" + struct.pack(">H", len(data)) + data
