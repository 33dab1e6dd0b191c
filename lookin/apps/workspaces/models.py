"""The rows of the workspaces app. Who may see one is in access.py, what happens in services.py."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 120
PATH_LENGTH = 1024


class Kind(models.TextChoices):
    """Whose a workspace is."""

    PERSONAL = "personal", _("Personal")
    CLASS = "class", _("Class")


class Role(models.TextChoices):
    """What a member may do in a workspace."""

    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")


class Workspace(models.Model):
    """A folder on disk with people. The name of the folder is the id, never what people typed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="owned_workspaces"
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="workspaces"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("kind", "name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("owner",),
                condition=models.Q(kind="personal"),
                name="one_personal_workspace_each",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        """Where the files lie. Made by services; kernels work in it."""
        home: Path = settings.HOME
        return home / "workspaces" / str(self.id)

    @property
    def trash(self) -> Path:
        """Where deleted files wait, out of reach of any code that runs in the workspace."""
        home: Path = settings.HOME
        return home / "trash" / str(self.id)


class Membership(models.Model):
    """One person in one workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=6, choices=Role.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("workspace", "person"), name="one_membership_each"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} in {self.workspace_id}: {self.role}"


class DeletedFile(models.Model):
    """A file or folder in the trash, under this row's id, until it is restored or purged."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="deleted_files")
    path = models.CharField(max_length=PATH_LENGTH)
    deleted_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.path
