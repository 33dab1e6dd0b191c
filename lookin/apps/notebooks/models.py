"""The rows of the notebooks app: which file has which address. The notebook itself is the file."""

from __future__ import annotations

import uuid
from pathlib import Path, PurePosixPath

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
