"""Adding people, inviting them, changing what they may do, and the first admin. No HTTP here."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from lookin.apps.accounts import sessions
from lookin.apps.accounts.audit import Origin, record_event
from lookin.apps.accounts.faces.store import forget_face
from lookin.apps.accounts.models import OneTimeToken, Role, User
from lookin.apps.accounts.names import NAME_LENGTH, clean_name, name_key
from lookin.apps.accounts.passwords import check_new_password
from lookin.apps.accounts.signals import person_let_go, person_let_in
from lookin.apps.accounts.tokens import Purpose, live_token, make_token, use_token
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError, NotFoundError

SETUP_LASTS = timedelta(hours=24)
INVITE_LASTS = timedelta(days=7)
HERE = Origin("", "command line")
LANGUAGES = ("", "ko", "en")
APPEARANCES = ("", "light", "dark")


def add_person(
    name: str,
    role: str = Role.MEMBER,
    *,
    password: str | None = None,
    display_name: str = "",
    language: str = "",
    origin: Origin = HERE,
) -> User:
    """A new person. Without a password they cannot sign in until they used an invite.

    Raises LookinError: `bad_name`, `name_taken`, `weak_password`, `bad_role`.
    """
    check_role(role)
    person = User(
        username=clean_name(name),
        display_name=clean_display_name(display_name),
        role=role,
        language=language if language in LANGUAGES else "",
    )
    if password is None:
        person.set_unusable_password()
    else:
        check_new_password(password, person)
        person.set_password(password)
    if User.objects.filter(username_key=name_key(name)).exists():
        raise _name_taken()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:  # somebody took the name a moment ago
        raise _name_taken() from error
    record_event("person_added", origin, person=person, detail=str(role))
    person_let_in.send(User, person=person)
    return person


def clean_display_name(text: str) -> str:
    """The display name as kept; empty is fine. Raises LookinError (code `bad_name`)."""
    return clean_name(text) if text.strip() else ""


def check_role(role: str) -> None:
    """Raises LookinError (code `bad_role`)."""
    if role not in Role.values:
        raise LookinError(
            "There is no such role.", "Choose admin, teacher or member.", code="bad_role"
        )


def make_setup_token() -> str:
    """A secret for `/start/<secret>`: whoever opens it makes the first admin. Earlier ones end.

    Raises LookinError (code `has_admin`) when there is an admin already.
    """
    if not needs_setup():
        raise _has_admin()
    return make_token(Purpose.SETUP, now=now(), life=SETUP_LASTS)


def needs_setup() -> bool:
    """Whether nobody can run this place yet."""
    return not User.objects.filter(role=Role.ADMIN, is_active=True).exists()


def make_invite_token(person: User) -> str:
    """A secret for `/start/<secret>` with which `person` sets a password, once."""
    return make_token(Purpose.INVITE, now=now(), life=INVITE_LASTS, person=person)


def look_at_link(secret: str) -> OneTimeToken:
    """The set-up or invite link behind a secret, still unused. Raises `link_used`."""
    row = live_token(secret, {Purpose.SETUP, Purpose.INVITE}, now=now())
    if row.purpose == Purpose.SETUP and not needs_setup():
        raise _has_admin()
    return row


@transaction.atomic
def start_place(secret: str, name: str, password: str, *, language: str, origin: Origin) -> User:
    """Use the set-up link: the first admin. Raises as `add_person`, and `link_used`."""
    look_at_link(secret)
    use_token(secret, {Purpose.SETUP}, now=now())
    return add_person(name, role=Role.ADMIN, password=password, language=language, origin=origin)


@transaction.atomic
def accept_invite(secret: str, password: str, *, origin: Origin) -> User:
    """Use an invite: the person's own password. Raises `weak_password`, `link_used`."""
    person = use_token(secret, {Purpose.INVITE}, now=now()).person
    if person is None or not person.is_active:
        raise NotFoundError("There is no such person any more.", "Ask for a new invite.")
    check_new_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    sessions.end_all_sessions(person)
    record_event("invite_used", origin, person=person)
    return person


def person_by_id(person_id: UUID) -> User:
    """Raises NotFoundError."""
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFoundError("There is no such person.", "Go back to the list of people.")
    return person


@transaction.atomic
def change_role(person: User, role: str, *, origin: Origin) -> None:
    """Who becomes an admin signs in anew: no session from a look alone may do what an admin may,
    and a face that is gone by now may have opened one. Raises LookinError: `bad_role`,
    `last_admin`."""
    check_role(role)
    if role != Role.ADMIN:
        _keep_an_admin(person)
    elif not person.is_admin:
        sessions.end_all_sessions(person)
    person.role = role
    person.save(update_fields=["role"])
    record_event("role_changed", origin, person=person, detail=role)


@transaction.atomic
def set_active(person: User, active: bool, *, origin: Origin) -> None:
    """Deactivate: every session and socket ends, the stored face goes; notebooks stay. Or let the
    person in again."""
    if not active:
        _keep_an_admin(person)
    person.is_active = active
    person.save(update_fields=["is_active"])
    if not active:
        sessions.end_all_sessions(person)
        OneTimeToken.objects.filter(person=person, used_at=None).update(used_at=now())
        forget_face(person, origin)
    event = "person_activated" if active else "person_deactivated"
    record_event(event, origin, person=person)
    (person_let_in if active else person_let_go).send(User, person=person)


def _keep_an_admin(person: User) -> None:
    # Locks the admins' rows where the database can, so that two admins cannot remove each other.
    admins = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True)
    if {admin.pk for admin in admins} == {person.pk}:
        raise LookinError(
            "This is the last admin; without one, nobody could look after this place.",
            "Make somebody else an admin first.",
            code="last_admin",
            status=409,
        )


def _name_taken() -> LookinError:
    return LookinError(
        "Somebody here has that name already.",
        "Choose another one, up to {limit} characters.",
        code="name_taken",
        status=409,
        values={"limit": NAME_LENGTH},
    )


def _has_admin() -> LookinError:
    return LookinError(
        "This place has an admin already, so the first-start link is closed.",
        "Sign in, or ask the admin to invite you.",
        code="has_admin",
        status=410,
    )
