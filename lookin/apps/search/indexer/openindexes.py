"""The indexes that are open for writing, a few at a time, and whose they are."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path

from lookin.apps.search.index.opening import PYTHON, indexes, open_for_writing
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.indexer.people import People
from lookin.apps.search.indexer.rows import workspace_owners
from lookin.apps.search.indexer.workspaceindex import STEP_SECONDS, Ground, WorkspaceIndex
from lookin.core.lib.ids import is_uuid

MOST_OPEN = 6  # each holds its words and its paths in memory
MOST_PATHS = 300_000  # of all that are open


class OpenIndexes:
    """Of one place. `home` is LOOKIN_HOME, `step_seconds` what one step of a sweep may take."""

    def __init__(self, home: Path, step_seconds: float = STEP_SECONDS) -> None:
        self._step_seconds = step_seconds
        self._workspaces = home / "workspaces"
        self._people = People(home)
        self._owners: dict[str, str | None] = {}
        self._open: OrderedDict[str, WorkspaceIndex] = OrderedDict()
        self.pinned: Collection[str] = ()  # being swept: two writers would number words twice

    def look(self) -> list[str]:
        """The workspaces that there are, asked anew. Raises RowsAwayError."""
        self._owners = workspace_owners()
        return list(self._owners)

    def of(self, workspace: str) -> WorkspaceIndex | None:
        """The index of a workspace; None when there is no such workspace (any more).

        Raises RowsAwayError, IndexUnavailableError.
        """
        if not is_uuid(workspace):
            return None
        if workspace not in self._owners:
            self.look()
        if workspace not in self._owners:
            return None
        found = self._open.pop(workspace, None)
        if found is None:
            root, owner = self._workspaces / workspace, self._owners[workspace]
            ground = Ground(workspace, root, owner, self._people)
            found = WorkspaceIndex(ground, open_for_writing(workspace), self._step_seconds)
        self._open[workspace] = found
        self._close_some(besides=workspace)
        return found

    def let_go(self, workspace: str) -> None:
        """Close it; whoever asks for it gets it anew."""
        found = self._open.pop(workspace, None)
        if found is not None:
            with contextlib.suppress(IndexUnavailableError):
                found.close()

    def drop(self, workspace: str) -> None:
        """The workspace is gone: its index goes too. Raises IndexUnavailableError."""
        self.let_go(workspace)
        self._owners.pop(workspace, None)
        open_for_writing(workspace).drop()

    def strays(self) -> list[str]:
        """Indexes of no workspace that there is. Raises IndexUnavailableError."""
        return [name for name in indexes() if name not in self._owners and name != PYTHON]

    def close(self) -> None:
        """Close all."""
        for workspace in list(self._open):
            self.let_go(workspace)

    def _close_some(self, besides: str) -> None:
        for workspace in list(self._open):
            paths = sum(len(index.known) for index in self._open.values() if index.is_known)
            if len(self._open) <= MOST_OPEN and paths <= MOST_PATHS:
                return
            if workspace != besides and workspace not in self.pinned:
                self.let_go(workspace)
