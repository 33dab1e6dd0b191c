"""Who changed a notebook: the people its history names. Read from the shelf, never written."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from lookin.core.history.packs import read_version
from lookin.core.lib.ids import is_uuid

MOST_PEOPLE = 20
MOST_VERSIONS = 60  # looked at for one notebook, the newest
MOST_KNOWN = 10_000


class People:
    """Of all notebooks. `home` is LOOKIN_HOME."""

    def __init__(self, home: Path) -> None:
        self._histories = home / "history"
        self._known: OrderedDict[str, tuple[int, tuple[str, ...]]] = OrderedDict()

    def of(self, notebook: str | None, also: Iterable[object] = ()) -> tuple[str, ...]:
        """The ids of the people who changed it, the last first, `also` before them."""
        named = [str(person) for person in also if is_uuid(person)]
        earlier = self._of_history(notebook) if notebook is not None else ()
        return tuple(dict.fromkeys((*named, *earlier)))[:MOST_PEOPLE]

    def _of_history(self, notebook: str) -> tuple[str, ...]:
        folder = self._histories / notebook / "versions"
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            return ()
        known = self._known.get(notebook)
        if known is None or known[0] != changed:
            known = self._known[notebook] = changed, _named_in(folder)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return known[1]


def _named_in(folder: Path) -> tuple[str, ...]:
    """The people of the newest versions. A version's name sorts by its time."""
    try:
        names = sorted((name for name in os.listdir(folder) if name.endswith(".v")), reverse=True)  # noqa: PTH208
    except OSError:
        return ()
    found: dict[str, None] = {}
    for name in names[:MOST_VERSIONS]:
        version = read_version(folder / name)
        if version is not None:
            found |= dict.fromkeys(person for person in version.by if is_uuid(person))
    return tuple(found)
