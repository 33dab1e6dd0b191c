"""The passkeys of people as rows: kept, named, used, removed. The protocol is in webauthn.py."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from lookin.apps.accounts.audit import Origin, record_event
from lookin.apps.accounts.models import Passkey, User
from lookin.apps.accounts.passkeys.webauthn import Holder, Key
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError, NotFoundError

MOST = 20  # of one person
_LABEL_LENGTH = 80


def holder_of(person: User) -> Holder:
    """The person as a device keeps them. The handle is the random id: it says nothing."""
    return Holder(person.pk.bytes, person.username, person.shown_name)


def known_ids(person: User) -> list[bytes]:
    """The credential ids of the person's passkeys."""
    found = Passkey.objects.filter(person=person).values_list("credential_id", flat=True)
    return [bytes(one) for one in found]


def check_room(person: User) -> None:
    """Raises LookinError (code `too_many_passkeys`, 409)."""
    if Passkey.objects.filter(person=person).count() >= MOST:
        raise LookinError(
            "You have {most} passkeys already, and that is as many as are kept.",
            "Remove one that you do not use any more.",
            code="too_many_passkeys",
            status=409,
            values={"most": MOST},
        )


def add_passkey(person: User, key: Key, label: str, *, origin: Origin) -> Passkey:
    """Keep a new key. Raises LookinError: `too_many_passkeys`, `passkey_known` (409)."""
    try:
        with transaction.atomic():
            # Locks the person where the database can: two at once must not both find room.
            User.objects.select_for_update().get(pk=person.pk)
            check_room(person)
            made = Passkey.objects.create(
                person=person,
                credential_id=key.credential_id,
                public_key=key.public_key,
                sign_count=key.sign_count,
                label=_clean(label),
            )
    except IntegrityError as error:
        raise LookinError(
            "That passkey is in use here already.",
            "Choose another device, or a new passkey.",
            code="passkey_known",
            status=409,
        ) from error
    record_event("passkey_added", origin, person=person, detail=made.label)
    return made


def passkey_by_id(person: User, passkey_id: str) -> Passkey:
    """One of the person's own. Raises NotFoundError."""
    found = None
    if len(passkey_id) < 19 and passkey_id.isascii() and passkey_id.isdigit():  # fits the column
        found = Passkey.objects.filter(person=person, pk=int(passkey_id)).first()
    if found is None:
        raise NotFoundError("There is no such passkey.", "Go back to your account.")
    return found


def rename_passkey(passkey: Passkey, label: str) -> None:
    """Another name for it. An empty one leaves the name as it is."""
    passkey.label = _clean(label) or passkey.label
    passkey.save(update_fields=["label"])


def remove_passkey(passkey: Passkey, *, origin: Origin) -> None:
    """It opens nothing here from now on. Who else signs people out: the view does."""
    record_event("passkey_removed", origin, person=passkey.person, detail=passkey.label)
    passkey.delete()


def note_use(passkey: Passkey, sign_count: int) -> bool:
    """Write down that it was used. False when it was removed or used at this very moment."""
    same = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    return bool(same.update(sign_count=sign_count, used_at=now()))


def _clean(label: str) -> str:
    kept = "".join(c for c in label[: 4 * _LABEL_LENGTH] if c.isprintable())
    return kept.strip()[:_LABEL_LENGTH]
