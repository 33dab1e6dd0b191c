"""The notebooks that were worked on last, found as files: also those nobody has opened here yet.

Bounded walks, since a person's code may make any number of folders. Not for opening notebooks.
"""

from __future__ import annotations

import heapq
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from lookin.apps.workspaces.models import Workspace
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.folders import held_folder

_DEEPEST = 3  # folders below the top
_MOST_ENTRIES = 3000  # looked at per workspace


@dataclass(frozen=True, slots=True)
class RecentNotebook:
    """One notebook file and when it last changed."""

    workspace: Workspace
    path: str
    modified_ns: int

    @property
    def title(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.path).stem

    @property
    def modified(self) -> datetime:
        """When the file last changed, in UTC."""
        return datetime.fromtimestamp(self.modified_ns / 1e9, UTC)


def recent_notebooks(workspaces: Iterable[Workspace], *, most: int) -> list[RecentNotebook]:
    """At most `most` notebooks of these workspaces, the last changed first."""
    found = (notebook for workspace in workspaces for notebook in _notebooks(workspace))
    return heapq.nlargest(most, found, key=lambda notebook: notebook.modified_ns)


def _notebooks(workspace: Workspace) -> Iterator[RecentNotebook]:
    waiting, seen = [""], 0
    while waiting and seen < _MOST_ENTRIES:
        folder = waiting.pop(0)
        for name, status in _content(workspace, folder):
            seen += 1
            path = f"{folder}/{name}" if folder else name
            if stat.S_ISDIR(status.st_mode):
                if path.count("/") < _DEEPEST:
                    waiting.append(path)
            elif stat.S_ISREG(status.st_mode) and name.endswith(".ipynb"):
                yield RecentNotebook(workspace, path, status.st_mtime_ns)
            if seen >= _MOST_ENTRIES:
                return


def _content(workspace: Workspace, folder: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with held_folder(workspace.folder, folder) as descriptor, os.scandir(descriptor) as found:
            for item in found:
                if not item.name.startswith(".") and item.name.isprintable():
                    yield item.name, item.stat(follow_symlinks=False)
    except (OSError, NotFoundError):
        return
