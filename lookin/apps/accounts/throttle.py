"""Counts what was tried in vain and says how long to wait. Never locks anybody out for good.

After OWASP's device cookies: a trusted device has its own count, so that a stranger who tries
somebody's name slows down strangers only. Counts live in the database, shared by every process.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from lookin.apps.accounts.models import Attempts
from lookin.core.lib.errors import LookinError

KEPT = timedelta(days=2)
_RACES = 50  # how often one claim may lose against another at the same moment


@dataclass(frozen=True)
class Rule:
    """One kind of bucket. `delay(n)`: seconds of waiting after the n-th failure in a row.

    A count starts again when nothing happened for `window`. At `cap()` the bucket is closed until
    `clear` (used for faces only, where the password always remains).
    """

    name: str
    window: timedelta
    delay: Callable[[int], float]
    cap: Callable[[], int] | None = None

    def is_used_up(self, count: int) -> bool:
        """Whether so many failures close the bucket."""
        return self.cap is not None and count >= self.cap()


def _growing(free: int, longest: float) -> Callable[[int], float]:
    return lambda n: 0.0 if n < free else min(longest, 2.0 ** min(n - free, 10))


# Ten tries an hour on a device that the person trusts; after that a try a minute.
ON_TRUSTED_DEVICE = Rule("trusted-device", timedelta(hours=1), _growing(10, 60))
# Every other device shares one count per name: a few quick tries, then 1, 2, 4 … 60 s.
ON_OTHER_DEVICES = Rule("name", timedelta(days=1), _growing(5, 60))
# A classroom sits behind one address: 300 failures in ten minutes, then slower, never refused long.
FROM_ADDRESS = Rule("address", timedelta(minutes=10), lambda n: 0.0 if n < 300 else 2.0)
# Questions for a passkey, of which each keeps a row and a session before anything is proved.
ASKED_BY_ADDRESS = Rule("asked", timedelta(minutes=10), lambda n: 0.0 if n < 1000 else 1.0)


def _face_delay(failures: int) -> float:
    free = settings.FACE_TRIES * _liveness_factor()
    return 0.0 if failures < free else float(settings.FACE_WAIT_SECONDS)


def _face_cap() -> int:
    return int(settings.FACE_TRIES_IN_ALL * _liveness_factor())


def _liveness_factor() -> int:
    return 2 if settings.FACE_LIVENESS else 1


# NIST SP 800-63B-4 §3.2.3: 5 failures, then 30 s between tries; 50, then another way in; with
# liveness 10 and 100. They are options, and can only be made stricter.
OF_FACE = Rule("face", timedelta(days=3650), _face_delay, _face_cap)
OF_DEVICE_FACES = Rule("device-faces", timedelta(days=3650), _face_delay, _face_cap)
# Looks that were broken off after their movements were drawn: nobody may draw until they are easy.
OF_ABANDONED_LOOKS = Rule(
    "abandoned-looks",
    timedelta(hours=1),
    lambda n: 0.0 if n < 20 else float(settings.FACE_WAIT_SECONDS),
)
# Failed looks without a name, by device and day. Nobody's success clears them, since who shares a
# device could clear their own tries to be taken for another: after that many, a name is needed.
OF_NAMELESS_LOOKS = Rule("nameless-looks", timedelta(days=1), lambda _: 0.0, _face_cap)
_PASSING = (
    *(ON_TRUSTED_DEVICE, ON_OTHER_DEVICES, FROM_ADDRESS, ASKED_BY_ADDRESS),
    *(OF_ABANDONED_LOOKS, OF_NAMELESS_LOOKS),
)


def claim_attempt(rule: Rule, key: str, *, now: datetime) -> None:
    """Count one try before it is made, so that many at once cannot slip through.

    Whoever succeeds calls `clear` (or `forgive`). Raises LookinError: `too_many_attempts` (429,
    with `seconds` in its values) or `attempts_used_up` (429).
    """
    bucket = _bucket(key)
    for _ in range(_RACES):
        row = _row(rule, bucket, now)
        stale = row.last_at < now - rule.window
        count = 0 if stale else row.count
        if rule.is_used_up(count):
            raise used_up()
        if row.free_at > now:
            raise too_soon((row.free_at - now).total_seconds())
        delay = rule.delay(count + 1)
        # Without a wait it stays as it was: of a whole class in one moment, who read the clock a
        # little before the one who counted first must not have to wait.
        free_at = now + timedelta(seconds=delay) if delay else row.free_at
        same = Attempts.objects.filter(pk=row.pk, count=row.count, free_at=row.free_at)
        new_count = 1 if stale else F("count") + 1
        if same.update(count=new_count, last_at=now, free_at=free_at):
            return
    raise too_soon(1)


def check_attempts(rule: Rule, key: str, *, now: datetime) -> None:
    """Raise what `claim_attempt` would raise, and count nothing."""
    row = Attempts.objects.filter(rule=rule.name, key=_bucket(key)).first()
    if row is None or row.last_at < now - rule.window:
        return
    if rule.is_used_up(row.count):
        raise used_up()
    if row.free_at > now:
        raise too_soon((row.free_at - now).total_seconds())


def clear_attempts(rule: Rule, key: str) -> None:
    """Forget the failures of a bucket: its owner succeeded."""
    Attempts.objects.filter(rule=rule.name, key=_bucket(key)).delete()


def forgive_attempt(rule: Rule, key: str) -> None:
    """Take back one claim in a bucket that others share: this one succeeded."""
    Attempts.objects.filter(rule=rule.name, key=_bucket(key), count__gt=0).update(
        count=F("count") - 1
    )


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def too_soon(seconds: float) -> LookinError:
    """The refusal that says how long to wait, in whole seconds, at least one."""
    return LookinError(
        "There were too many attempts that did not work.",
        "Wait {seconds} seconds, then try again.",
        code="too_many_attempts",
        status=429,
        values={"seconds": max(1, math.ceil(seconds))},
    )


def used_up() -> LookinError:
    """The refusal after which only another factor helps."""
    return LookinError(
        "Face sign-in did not work too often, so it is switched off for now.",
        "Sign in with your password or a passkey once, and it works again.",
        code="attempts_used_up",
        status=429,
    )


def _bucket(key: str) -> str:
    # Hashed, so that the table of strangers' guesses holds no names and no addresses.
    return hashlib.sha256(key.encode()).hexdigest()


def _row(rule: Rule, bucket: str, now: datetime) -> Attempts:
    row = Attempts.objects.filter(rule=rule.name, key=bucket).first()
    if row is not None:
        return row
    # Faces keep their count for years: only a success or another factor clears it.
    passing = [rule.name for rule in _PASSING]
    Attempts.objects.filter(rule__in=passing, last_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            return Attempts.objects.create(
                rule=rule.name, key=bucket, last_at=now, free_at=now - timedelta(days=1)
            )
    except IntegrityError:
        return Attempts.objects.get(rule=rule.name, key=bucket)
