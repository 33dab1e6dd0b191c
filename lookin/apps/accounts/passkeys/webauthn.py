"""The WebAuthn protocol: what a browser is asked for, and whether its answer is a good one.

After W3C Web Authentication Level 3, §7.1 and §7.2. The only file that knows the package fido2,
and it knows neither Django nor rows: whose key it is, keys.py says.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

ANSWER_LENGTH = 16_000  # characters; with the certificates of a TPM some 8,000
TIMEOUT_MS = 300_000
_KEY_BYTES = 2_000
_ID_BYTES = range(16, 1024)
_RSA_BITS = range(2048, 4097)
# What the Level 3 text asks every site to take; browsers and authenticators know nothing else.
_ALGORITHMS = (ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM)
_FLAG = AuthenticatorData.FLAG
# Everything that bytes made by an enemy can do to a parser; a test looks for more.
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
    RecursionError, TypeError, ValueError, struct.error, InvalidSignature, UnsupportedAlgorithm,
)  # fmt: skip

# What fido2 says of a check that failed. Its other sentences may quote the visitor.
_CHECKS = frozenset(
    {
        "Incorrect type in CollectedClientData.",
        "Invalid origin in CollectedClientData.",
        "Wrong challenge in response.",
        "Wrong RP ID hash in response.",
        "User Present flag not set.",
        "User verification required, but User Verified flag not set.",
        "User verification required, but user verified flag not set.",
        "Invalid signature.",
        "Unknown credential ID.",
    }
)


class BadAnswerError(Exception):
    """The answer proves nothing. The text is for the log, in a few words of ours."""


@dataclass(frozen=True)
class Place:
    """Where a ceremony happens. `host` is the RP id; `origin` the only page it may come from."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Holder:
    """Whom a new key is for. `handle`: up to 64 bytes that say nothing about the person."""

    handle: bytes
    name: str
    shown_name: str


@dataclass(frozen=True)
class Key:
    """The public half of a key: `public_key` is COSE, `sign_count` what it said last."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Answer:
    """What a browser sent, read but not believed. `challenge` is unpadded base64url."""

    fields: Mapping[str, Any]
    challenge: str
    credential_id: bytes
    handle: bytes


def creation_options(
    place: Place, challenge: str, holder: Holder, known: Sequence[bytes]
) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptionsJSON. `known` are the credential ids to keep out.

    Asks for a key that its device finds by itself, and for the person's finger, face or code.
    """
    options, _ = _server(place).register_begin(
        PublicKeyCredentialUserEntity(
            id=holder.handle, name=holder.name, display_name=holder.shown_name
        ),
        [
            PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=one)
            for one in known
        ],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=websafe_decode(challenge),
    )
    return _as_json(options)


def request_options(place: Place, challenge: str) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON. Names no key, so that it says nothing of anybody."""
    options, _ = _server(place).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED, challenge=websafe_decode(challenge)
    )
    return _as_json(options)


def read_answer(text: str) -> Answer:
    """The JSON that a browser made of its credential. Raises BadAnswerError."""
    if len(text) > ANSWER_LENGTH:
        raise BadAnswerError("too long")
    try:
        fields = json.loads(text)
        response = fields["response"]
        client_data = CollectedClientData(websafe_decode(response["clientDataJSON"]))
        handle = response.get("userHandle") or ""
        raw_id, handle = websafe_decode(fields["rawId"]), websafe_decode(handle)
        return Answer(fields, websafe_encode(client_data.challenge), raw_id, handle)
    except _BROKEN as error:
        raise BadAnswerError("unreadable") from error


def check_creation(place: Place, challenge: str, answer: Answer) -> Key:
    """The new key (§7.1). Raises BadAnswerError."""
    try:
        response = RegistrationResponse.from_dict(answer.fields)
        _check_frame(response.response.client_data)
        data = _server(place).register_complete(_state(challenge), response)
        made = data.credential_data
        if made is None or made.credential_id != answer.credential_id:
            raise BadAnswerError("no key in it")
        _check_flags(data)
        _check_key(made)
    except _BROKEN as error:
        raise BadAnswerError(_words(error)) from error
    return Key(made.credential_id, cbor.encode(made.public_key), data.counter)


def check_assertion(place: Place, challenge: str, answer: Answer, key: Key) -> int:
    """The signature counter of a good answer by `key` (§7.2). Raises BadAnswerError."""
    try:
        response = AuthenticationResponse.from_dict(answer.fields)
        _check_frame(response.response.client_data)
        public_key = CoseKey.parse(cbor.decode(key.public_key))  # type: ignore[arg-type]
        ours = AttestedCredentialData.create(Aaguid.NONE, key.credential_id, public_key)
        _server(place).authenticate_complete(_state(challenge), [ours], response)
        data = response.response.authenticator_data
        _check_flags(data)
    except _BROKEN as error:
        raise BadAnswerError(_words(error)) from error
    # §7.2 step 22: a counter that does not grow belongs to a copy. Those that count nothing say 0.
    if (data.counter or key.sign_count) and data.counter <= key.sign_count:
        raise BadAnswerError("its counter went back")
    return int(data.counter)


def _server(place: Place) -> Fido2Server:
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=place.host, name=place.name),
        AttestationConveyancePreference.NONE,
        # fido2 alone would take every subdomain of the host, and any port.
        verify_origin=lambda origin: origin == place.origin,
    )
    server.timeout = TIMEOUT_MS  # type: ignore[assignment]
    server.allowed_algorithms = [
        known for known in server.allowed_algorithms if known.alg in _ALGORITHMS
    ]
    return server


def _state(challenge: str) -> dict[str, Any]:
    return {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}


def _as_json(options: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(dict(options.public_key), default=dict))
    return plain


def _check_frame(client_data: CollectedClientData) -> None:
    if client_data.cross_origin is not False:
        raise BadAnswerError("from inside another site's page")


def _check_flags(data: AuthenticatorData) -> None:
    # fido2 looks at this one too; it is what makes a passkey two factors, so it is looked at here.
    if not data.flags & _FLAG.UV:
        raise BadAnswerError("the person was not verified")
    if data.flags & _FLAG.BS and not data.flags & _FLAG.BE:
        raise BadAnswerError("its flags contradict each other")


def _check_key(made: AttestedCredentialData) -> None:
    key = made.public_key
    if key.ALGORITHM not in _ALGORITHMS or len(cbor.encode(key)) > _KEY_BYTES:
        raise BadAnswerError("a kind of key that was not asked for")
    if len(made.credential_id) not in _ID_BYTES:
        raise BadAnswerError("an id of a wrong length")
    if isinstance(key, RS256) and int.from_bytes(key[-1]).bit_length() not in _RSA_BITS:
        raise BadAnswerError("a weak key")
    try:
        key.verify(b"", b"")  # only a key that can be asked may be kept
    except InvalidSignature:
        return


def _words(error: BaseException) -> str:
    if isinstance(error, InvalidSignature):
        return "Invalid signature."
    return str(error) if str(error) in _CHECKS else "unreadable"
