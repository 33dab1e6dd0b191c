"""The rows of the notebooks app: which file has which address. The notebook itself is the file."""

from __future__ import annotations

import uuid
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import models
from django.utils import timezone

from lookin.apps.workspaces.models import PATH_LENGTH, Workspace


class Notebook(models.Model):
    """An `.ipynb` file of a workspace that somebody has opened here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="notebooks")
    path = models.CharField(max_length=PATH_LENGTH)  # relative, "/" between parts
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("workspace", "path"), name="one_notebook_a_file"),
        )

    def __str__(self) -> str:
        return self.path

    @property
    def title(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.path).stem

    @property
    def folder_path(self) -> str:
        """The folder inside the workspace, "" for the top."""
        parent = str(PurePosixPath(self.path).parent)
        return "" if parent == "." else parent

    @property
    def file(self) -> Path:
        """Where the file lies."""
        return self.workspace.folder / self.path


class SharedLink(models.Model):
    """A way into one notebook for whoever is signed in here and has its address: to look only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notebook = models.ForeignKey(Notebook, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hex; never the token
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shared_links"
    )
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.notebook_id} by {self.made_by_id}"


class Guest(models.Model):
    """Somebody who opened a shared link: the notebook is on their desk while the link holds."""

    link = models.ForeignKey(SharedLink, on_delete=models.CASCADE, related_name="guests")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits"
    )
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("link", "person"), name="one_guest_each"),)

    def __str__(self) -> str:
        return f"{self.person_id} through {self.link_id}"
