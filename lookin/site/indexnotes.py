"""What `lookin doctor` says of the search index: how much is in it, its age, what is wrong."""

from __future__ import annotations

from pathlib import Path

from lookin.apps.search.index.opening import PYTHON, indexes, open_index
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.indexer.status import Status, read_status

SILENT_MS = 60_000  # an indexer that works says so every few seconds, also when it does nothing


def index_problem(folder: Path, now_ms: int) -> str | None:
    """A sentence, or None. An index that nobody has begun is no problem: the indexer makes it."""
    status = read_status(folder)
    if status is not None and status.trouble and _is_alive(status, now_ms):
        return f"it waits ({status.trouble}). What changes now is found later."
    try:
        for name in indexes():
            open_index(name).size()
    except IndexUnavailableError as error:
        return f"it cannot be read ({error}). Run `lookin search rebuild`."
    return None


def index_notes(folder: Path, now_ms: int) -> list[str]:
    """How much there is, and whether somebody keeps it."""
    entries = names = size = 0
    try:
        for name in indexes():
            found = open_index(name).size()
            size += found.bytes
            entries, names = (
                (entries, names + found.entries)
                if name == PYTHON
                else (entries + found.entries, names)
            )
    except IndexUnavailableError:
        return []
    held = f"{entries:,} files and {names:,} names of Python, {size / 1e6:,.0f} MB"
    return [f"The search index holds {held}; {_kept(read_status(folder), now_ms)}."]


def _kept(status: Status | None, now_ms: int) -> str:
    if status is None or not _is_alive(status, now_ms):
        return "no indexer runs, so nothing new is found"
    if not status.swept_ms:
        return f"the indexer is still reading for the first time, {status.waiting:,} wait"
    minutes = max(0, now_ms - status.swept_ms) // 60_000
    watched = f", {status.unwatched}" if status.unwatched else ""
    return f"everything was last looked at {minutes} minutes ago{watched}"


def _is_alive(status: Status, now_ms: int) -> bool:
    return now_ms - status.at_ms < SILENT_MS
