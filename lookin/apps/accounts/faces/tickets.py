"""What a recognised face earns: a ticket for this very browser, good once and for a minute.

For an admin, and for who chose so, it is half of a sign-in: it waits in the session for a password
or a passkey, and only then the stored face follows what was seen.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest

from lookin.apps.accounts.audit import log_only, origin_of
from lookin.apps.accounts.devices import device_of
from lookin.apps.accounts.faces import store
from lookin.apps.accounts.faces.looks import Look, faces_here
from lookin.apps.accounts.faces.sealed import open_probe, seal_probe
from lookin.apps.accounts.faces.switch import faces_are_off, refuse_when_off
from lookin.apps.accounts.models import Device, FaceTemplate, OneTimeToken, User
from lookin.apps.accounts.sessions import NONCE
from lookin.apps.accounts.tokens import Purpose, hash_secret, live_token, make_token, use_token
from lookin.core.faces.comparison.matching import mean_of
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError

TICKET_LASTS = timedelta(seconds=60)
WAITING_LASTS = timedelta(minutes=3)  # long enough to type a password
SEEN = "face_seen"  # in the session: the secret of the face that waits for another factor


@dataclass(frozen=True)
class Redeemed:
    """Whose ticket it was. `waits`: another factor must follow, and the session knows."""

    person: User
    waits: bool


def make_ticket(person: User, look: Look, nonce: str) -> str:
    """What the page brings to /login/face: good once, for a minute, in this very browser."""
    # What was seen is kept only where another factor may vouch for it.
    waits = needs_more(person)
    return make_token(
        Purpose.FACE,
        now=now(),
        life=TICKET_LASTS,
        person=person,
        bound_to=_bound("ticket", look.device, nonce),
        sealed=seal_probe(mean_of(look.probes), person.pk) if waits else b"",
    )


def redeem_ticket(request: HttpRequest, ticket: str) -> Redeemed:
    """The person of a ticket; with `waits` the session now waits for another factor.

    Raises LookinError: `ticket_over`, `faces_off`.
    """
    try:
        refuse_when_off()
        person, row, device = _spent(request, ticket)
    except LookinError as error:
        log_only("face_ticket_refused", origin_of(request), name="", detail=error.code)
        raise
    if not needs_more(person):
        store.note_use(person)
        return Redeemed(person, waits=False)
    request.session[SEEN] = make_token(
        Purpose.FACE,
        now=now(),
        life=WAITING_LASTS,
        person=person,
        bound_to=_bound("seen", device, request.session[NONCE]),
        sealed=bytes(row.sealed),
    )
    return Redeemed(person, waits=True)


def _spent(request: HttpRequest, ticket: str) -> tuple[User, OneTimeToken, Device]:
    device, nonce = device_of(request), request.session.get(NONCE, "")
    if device is None or not nonce:
        raise ticket_over()
    try:
        bound_to = _bound("ticket", device, nonce)
        row = use_token(ticket, {Purpose.FACE}, now=now(), bound_to=bound_to)
    except LookinError as error:
        raise ticket_over() from error
    # A minute is long enough for an admin to act.
    if row.person is None or not faces_here(device).filter(person=row.person).exists():
        raise ticket_over()
    return row.person, row, device


def waiting_person(request: HttpRequest) -> User | None:
    """Whose face was seen in this browser just now and waits for another factor."""
    try:
        return live_token(request.session.get(SEEN, ""), {Purpose.FACE}, now=now()).person
    except LookinError:
        return None


def claim_seen_face(request: HttpRequest, person: User) -> bool:
    """Whether `person`, who just proved another factor, was seen here before. Spends that.

    The stored face then follows a little what the camera saw.
    """
    secret = request.session.pop(SEEN, "")
    device, nonce = device_of(request), request.session.get(NONCE, "")
    if not secret or device is None:
        return False
    try:
        bound_to = _bound("seen", device, nonce)
        row = use_token(secret, {Purpose.FACE}, now=now(), bound_to=bound_to)
    except LookinError:
        return False
    rows = faces_here(device).filter(person=person)
    if row.person_id != person.pk or faces_are_off() or not rows.exists():
        return False
    store.note_use(person)
    with suppress(LookinError):  # sealed before another recogniser came: it follows next time
        if row.sealed:
            store.adapt_face(person, open_probe(bytes(row.sealed), person.pk))
    return True


def needs_more(person: User) -> bool:
    """Whether a look alone does not sign this person in: an admin, or who chose so."""
    if person.is_admin:
        return True
    return FaceTemplate.objects.filter(person=person, asks_more=True).exists()


def ticket_over() -> LookinError:
    """The refusal of a ticket that is used, late, or from another browser."""
    return LookinError(
        "That look is too long ago.",
        "Look again, or use your password.",
        code="ticket_over",
        status=401,
    )


def _bound(kind: str, device: Device, nonce: str) -> str:
    return hash_secret(f"{kind} {device.pk} {nonce}")
