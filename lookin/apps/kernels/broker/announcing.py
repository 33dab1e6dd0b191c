"""Tells the indexer which notebooks have changed: one small datagram, at once and then seldom.

Nobody may listen: then nothing happens. Never waits, never raises; what changed, the indexer asks.
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from lookin.apps.kernels.broker.eventlog import NOT_IN_FILE
from lookin.apps.notebooks import telling
from lookin.core.documents.document import Event

PAUSE_SECONDS = 0.3  # between two datagrams about one notebook


class Announcer:
    """Of one house; `path` is the indexer's socket, None for a house that tells nobody."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._line: socket.socket | None = None
        self._resting: dict[str, bool] = {}  # notebook -> whether it changed since it was told

    def note(self, notebook: str, event: Event) -> None:
        """An event of this notebook was recorded."""
        if self._path is None or event["type"] in NOT_IN_FILE:
            return
        if notebook in self._resting:
            self._resting[notebook] = True
        else:
            self._tell(notebook)

    def close(self) -> None:
        """Tell nothing any more."""
        self._path = None
        if self._line is not None:
            self._line.close()

    def _tell(self, notebook: str) -> None:
        """A datagram that does not get through is sent again after the pause."""
        lost = self._send({"changed": notebook})
        self._resting[notebook] = lost
        asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._rested, notebook)

    def _rested(self, notebook: str) -> None:
        if self._resting.pop(notebook, False) and self._path is not None:
            self._tell(notebook)

    def _send(self, value: dict[str, str]) -> bool:
        """Whether somebody listens but had no room for it."""
        try:
            if self._line is None:
                self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                self._line.setblocking(False)
            if self._path is not None:
                telling.send(self._line, self._path, value)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False
