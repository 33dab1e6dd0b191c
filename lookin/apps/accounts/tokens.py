"""Secrets that work once: links, face tickets, passkey challenges. Only hashes are kept."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import Q

from lookin.apps.accounts.models import OneTimeToken, User
from lookin.core.lib.errors import LookinError
from lookin.core.lib.ids import new_token

Purpose = OneTimeToken.Purpose
# Live for seconds or minutes; one person may have several at once.
SHORT_LIVED = (Purpose.FACE, Purpose.PASSKEY)
KEPT_DAYS = 30  # used and expired rows go after this, so that the table stays small


def hash_secret(secret: str) -> str:
    """SHA-256 in hexadecimal: enough for 256 random bits; passwords have their own slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_token(
    purpose: str,
    *,
    now: datetime,
    life: timedelta,
    person: User | None = None,
    bound_to: str = "",
    sealed: bytes = b"",
) -> str:
    """A fresh secret for `purpose`; `sealed` is kept with it until it is used or over. Earlier ones
    for the same purpose and person stop working, but for those that are short-lived."""
    forget_over(now)
    if purpose not in SHORT_LIVED:
        OneTimeToken.objects.filter(purpose=purpose, person=person, used_at=None).update(
            used_at=now
        )
    secret = new_token()
    OneTimeToken.objects.create(
        token_hash=hash_secret(secret),
        purpose=purpose,
        person=person,
        bound_to=bound_to,
        sealed=sealed,
        expires_at=now + life,
    )
    return secret


def forget_over(now: datetime) -> None:
    """Delete what is over: with a face ticket goes what a camera saw."""
    OneTimeToken.objects.filter(
        Q(expires_at__lt=now - timedelta(days=KEPT_DAYS))
        | Q(purpose__in=SHORT_LIVED, expires_at__lt=now)
    ).delete()


def live_token(secret: str, purposes: set[str], *, now: datetime) -> OneTimeToken:
    """The token's row, not used up by looking. Raises LookinError (code `link_used`, 410)."""
    row = (
        OneTimeToken.objects.select_related("person")
        .filter(token_hash=hash_secret(secret), purpose__in=purposes)
        .first()
    )
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise LookinError(
            "This link does not work any more: it was used already, or its time is over.",
            "Sign in as usual, or ask the person who runs this place for a new link.",
            code="link_used",
            status=410,
        )
    return row


def use_token(
    secret: str, purposes: set[str], *, now: datetime, bound_to: str = ""
) -> OneTimeToken:
    """Use the token up, and give its row. Of two who come at once, one gets it.

    Raises LookinError (code `link_used`, 410).
    """
    row = live_token(secret, purposes, now=now)
    # One UPDATE that asks for everything again: the only place where a token is spent.
    spent = OneTimeToken.objects.filter(
        pk=row.pk, bound_to=bound_to, used_at=None, expires_at__gt=now
    ).update(used_at=now, sealed=b"")
    if not spent:
        return live_token("", set(), now=now)
    return row
