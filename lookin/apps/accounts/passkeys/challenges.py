"""What a passkey must sign: a secret for one use, one session and one purpose, good once.

The secret is a one-time token's, so that of two answers that come at once, one is taken.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.contrib.sessions.backends.base import SessionBase

from lookin.apps.accounts.models import User
from lookin.apps.accounts.tokens import Purpose, hash_secret, make_token, use_token
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from lookin.core.lib.ids import new_token

Use = Literal["sign-in", "add", "confirm"]
LASTS = timedelta(minutes=5)
_NONCE = "passkey_nonce"  # stays when the session's key changes, and ends with the session


def make_challenge(session: SessionBase, use: Use, person: User | None = None) -> str:
    """A fresh challenge, 32 bytes as unpadded base64url, that only this session may answer."""
    if _NONCE not in session:
        session[_NONCE] = new_token()
    bound_to = _bound(session, use, person)
    return make_token(Purpose.PASSKEY, now=now(), life=LASTS, person=person, bound_to=bound_to)


def spend_challenge(
    challenge: str, session: SessionBase, use: Use, person: User | None = None
) -> None:
    """Use the challenge up. Raises LookinError (code `passkey_over`, 410): it is late, used
    before, not ours, of another session or for something else."""
    try:
        if _NONCE not in session:
            raise _over()
        bound_to = _bound(session, use, person)
        use_token(challenge, {Purpose.PASSKEY}, now=now(), bound_to=bound_to)
    except LookinError as error:
        raise _over() from error


def _bound(session: SessionBase, use: Use, person: User | None) -> str:
    return hash_secret(f"{session[_NONCE]} {use} {person.pk if person else ''}")


def _over() -> LookinError:
    return LookinError(
        "That took too long, or it was answered already.",
        "Press the button once more.",
        code="passkey_over",
        status=410,
    )
