"""Open notebooks: the broker's word that one has changed, and what it holds now, saved or not."""

from __future__ import annotations

import os
import socket
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from lookin.apps.notebooks import telling
from lookin.apps.notebooks.broker import live_texts
from lookin.apps.search.index.entry import Part, PartKind
from lookin.core.documents.searchable import MOST_CELLS
from lookin.core.lib.ids import is_uuid

ASK_SECONDS = 1.0
MOST_OPEN = 5_000
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class LiveNotebook:
    """An open notebook as people see it. `people`: who took part since its last version."""

    path: str
    people: tuple[str, ...]
    parts: tuple[Part, ...]


class BrokerSilentError(Exception):
    """The broker did not answer in time, or is not there."""


class Ear:
    """The socket that datagrams come to: JSON objects, of those who can read its secret."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.unlink(missing_ok=True)
        self._secret = telling.new_secret(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        before = os.umask(0o177)
        try:
            self.socket.bind(str(path))
        finally:
            os.umask(before)
        self.socket.setblocking(False)

    def messages(self) -> list[dict[str, Any]]:
        """What has come since. What is no message of ours is passed over."""
        found = []
        for _ in range(MOST_AT_ONCE):
            try:
                data = self.socket.recv(telling.DATAGRAM_BYTES)
            except OSError:
                break
            value = telling.read(data, self._secret)
            if value is not None:
                found.append(value)
        return found

    def close(self) -> None:
        """Hear nothing any more."""
        self.socket.close()
        for path in (self._path, telling.secret_file(self._path)):
            path.unlink(missing_ok=True)


class OpenNotebooks:
    """Those that the broker has told of. `workspaces` is the folder that all of theirs lie in."""

    def __init__(self, workspaces: Path) -> None:
        self._workspaces = workspaces
        self._ids: OrderedDict[str, tuple[str, str]] = OrderedDict()  # notebook -> where it is
        self._places: dict[tuple[str, str], str] = {}

    def notebook_at(self, workspace: str, path: str) -> str | None:
        """The id of the open notebook at this path."""
        return self._places.get((workspace, path))

    def place_of(self, notebook: str) -> tuple[str, str] | None:
        """Where an open notebook was when it was last asked for."""
        return self._ids.get(notebook)

    def ask(self, notebook: str) -> tuple[str, LiveNotebook] | None:
        """(workspace, notebook) as it is now; None when it is not open.

        Raises BrokerSilentError when nobody answers in time.
        """
        if not is_uuid(notebook):
            return None
        answer = live_texts(notebook, seconds=ASK_SECONDS)
        if answer is None:
            raise BrokerSilentError
        place = self._place(answer) if answer.get("open") is True else None
        self._forget(notebook)
        if place is None:
            return None
        self._ids[notebook] = place
        self._places[place] = notebook
        while len(self._ids) > MOST_OPEN:
            self._forget(next(iter(self._ids)))
        return place[0], LiveNotebook(place[1], tuple(answer.get("people", ())), _parts(answer))

    def _forget(self, notebook: str) -> None:
        place = self._ids.pop(notebook, None)
        if place is not None and self._places.get(place) == notebook:
            del self._places[place]

    def _place(self, answer: dict[str, Any]) -> tuple[str, str] | None:
        try:
            inner = Path(str(answer["path"])).relative_to(self._workspaces)
        except (KeyError, ValueError):
            return None
        workspace, *parts = inner.parts
        return (workspace, "/".join(parts)) if parts and is_uuid(workspace) else None


def _parts(answer: dict[str, Any]) -> tuple[Part, ...]:
    found = []
    for cell, kind, text in list(answer.get("texts", ()))[: 2 * MOST_CELLS]:
        if kind in get_args(PartKind):
            found.append(Part(str(cell), kind, str(text)))
    return tuple(found)
