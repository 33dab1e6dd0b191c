"""The rows of the accounts app: columns and invariants. What happens to them is in services."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lookin.apps.accounts.names import KEY_LENGTH, NAME_LENGTH, clean_name, name_key


class Role(models.TextChoices):
    """What a person may do in the place as a whole."""

    ADMIN = "admin", _("Admin")
    TEACHER = "teacher", _("Teacher")
    MEMBER = "member", _("Member")


class UserManager(BaseUserManager["User"]):
    """Finds people by any spelling of their name."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this name, whatever the case; raises User.DoesNotExist."""
        return self.get(username_key=name_key(username or ""))


class User(AbstractBaseUser):
    """A person. The primary key is a random UUID, so that it may stand in paths and addresses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=NAME_LENGTH, unique=True)
    # SQLite folds only ASCII, so the folded name is a column and not a functional index.
    username_key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    display_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.MEMBER)
    language = models.CharField(max_length=2, blank=True, default="")
    appearance = models.CharField(max_length=5, blank=True, default="")
    is_active = models.BooleanField(default=True)
    # Part of the session hash: one more ends every session that was opened before.
    sessions_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ("username_key",)

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the name clean and its key in step with it."""
        self.username = clean_name(self.username)
        self.username_key = name_key(self.username)
        super().save(*args, **kwargs)

    @property
    def shown_name(self) -> str:
        """What other people read: the display name, else the sign-in name."""
        return self.display_name or self.username

    @property
    def initials(self) -> str:
        """One or two characters for the round mark of a person: 김, AK."""
        words = self.shown_name.split()
        first = words[0][:1].upper()
        return first if len(words) == 1 or first > "\u2e80" else first + words[-1][:1].upper()

    @property
    def is_admin(self) -> bool:
        """Whether the person may look after people and devices."""
        return self.role == Role.ADMIN

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own hash knows the password only; ours also the epoch (see `sessions.py`).
        salt = "lookin.apps.accounts.models.User.session"
        text = f"{self.password}:{self.sessions_epoch}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()


class Device(models.Model):
    """A browser that somebody signed in on with a password, or that an admin registered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, blank=True, default="")
    is_classroom = models.BooleanField(default=False)
    # Of a classroom device: until when, and after how much quiet somebody is signed out.
    expires_at = models.DateTimeField(null=True, blank=True)
    idle_minutes = models.PositiveSmallIntegerField(default=10)
    # Whose name the sign-in page fills in; never kept on a classroom device.
    remembered = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.label or str(self.id)


class DeviceTrust(models.Model):
    """This person proved a password on this device."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="trusts")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="trusts")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("device", "person"), name="one_trust_per_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} on {self.device_id}"


class Passkey(models.Model):
    """One WebAuthn credential of a person; only its public half is here."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(unique=True, max_length=1023)
    public_key = models.BinaryField(max_length=2000)  # COSE
    sign_count = models.PositiveBigIntegerField(default=0)
    label = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.label} of {self.person_id}"


def new_stamp() -> int:
    """A random number of 40 bits: the sum of a million of them still fits a column."""
    return secrets.randbits(40)


class FaceTemplate(models.Model):
    """One person's face as numbers, sealed. Opened only by `faces/store.py`; never a picture."""

    person = models.OneToOneField(
        User, primary_key=True, on_delete=models.CASCADE, related_name="face"
    )
    sealed = models.BinaryField()
    consent_version = models.PositiveSmallIntegerField()
    consent_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)  # the last sign-in with it, for retention
    adapted_at = models.DateTimeField(null=True)
    # The person's own choice: a look alone is not enough. An admin's never is.
    asks_more = models.BooleanField(default=False)
    # Another one after every change of `sealed`: processes that hold the opened face notice it.
    stamp = models.BigIntegerField(default=new_stamp)

    class Meta:
        # All that the sum of stamps asks for, so that it walks over no sealed bytes.
        indexes = (models.Index(fields=("consent_version", "person", "stamp"), name="face_stamps"),)

    def __str__(self) -> str:
        return f"face of {self.person_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Renew the stamp with the face."""
        fields = kwargs.get("update_fields")
        if fields is None or "sealed" in fields:
            self.stamp = new_stamp()
            if fields is not None:
                kwargs["update_fields"] = {*fields, "stamp"}
        super().save(*args, **kwargs)


class FaceSwitch(models.Model):
    """Whether face sign-in is off for everybody here. One row at most; no row means on."""

    is_off = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "faces off" if self.is_off else "faces on"


class SeenStream(models.Model):
    """A coarse print of a camera stream that was shown once, so that a replay is noticed."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    seen_print = models.BinaryField(max_length=4096)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"stream of {self.at:%Y-%m-%d %H:%M}"


class ClassroomVisit(models.Model):
    """Somebody was signed in on a classroom device: the attendance list is made of these."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.SET_NULL, related_name="+")
    device_label = models.CharField(max_length=80, blank=True, default="")
    session_hash = models.CharField(max_length=64, db_index=True)
    began_at = models.DateTimeField(default=timezone.now, db_index=True)
    seen_at = models.DateTimeField(default=timezone.now)  # the last sign of life
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id} at {self.began_at:%Y-%m-%d %H:%M}"


class OneTimeToken(models.Model):
    """A secret that works once: set-up link, invite, face ticket, passkey's challenge. Its hash."""

    class Purpose(models.TextChoices):
        """What the token opens."""

        SETUP = "setup"
        INVITE = "invite"
        FACE = "face"
        PASSKEY = "key"

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=6, choices=Purpose.choices)
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    # For a face ticket: hash of the device and of the browser's nonce that it was made for.
    bound_to = models.CharField(max_length=64, blank=True, default="")
    # For a face ticket of somebody who needs another factor too: what was seen, sealed.
    sealed = models.BinaryField(default=bytes)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} token {self.pk}"


class Attempts(models.Model):
    """How often something was tried in vain, and when it may be tried again (see `throttle.py`)."""

    rule = models.CharField(max_length=16)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    free_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("rule", "key"), name="one_row_per_bucket"),)

    def __str__(self) -> str:
        return f"{self.rule}: {self.count}"


class AuditEvent(models.Model):
    """Who did what to an account, when and from where. No secrets; written by `audit.py` only."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    event = models.CharField(max_length=32)
    person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    detail = models.CharField(max_length=80, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    agent = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event} {self.name}"
