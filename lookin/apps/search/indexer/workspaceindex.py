"""The index of one workspace, brought to what its folder and its open notebooks hold.

Does what it is told, a little at a time; when is indexing.py's business. Raises what the index and
the database raise (IndexUnavailableError, RowsAwayError): then the next sweep makes it right.
"""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lookin.apps.search.index.entry import Entry
from lookin.apps.search.index.protocol import Index
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.indexer.live import LiveNotebook
from lookin.apps.search.indexer.people import People
from lookin.apps.search.indexer.reading import About, entry_of, form_of, read_entry
from lookin.apps.search.indexer.rows import notebook_id, notebook_ids
from lookin.apps.search.indexer.walking import Bounds, Item, Walk, is_walked
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.folders import open_folder

log = logging.getLogger("lookin.indexer")
LEAST_BATCH, MOST_BATCH = 30, 800  # entries in one transaction
STEP_SECONDS = 0.1  # of the processor, for one: somebody may wait for something else
BATCH_CHARS = 400_000  # of their texts: nothing but rare words takes a second to write
MOST_MOVED = 200  # entries that are moved or taken out in one go
SURE_NS = 2_000_000_000  # a change after a file is so old must give it another time of change
Enter = Callable[[int, str], None]
Live = Callable[[str], LiveNotebook | None]
Form = tuple[int, int]  # changed_ns, size


@dataclass(frozen=True, slots=True)
class Ground:
    """What a workspace stands on: its id, its folder, its owner where it is one person's."""

    id: str
    root: Path
    owner: str | None
    people: People


class WorkspaceIndex:
    """See the module. Holds `index` open until `close`."""

    def __init__(self, ground: Ground, index: Index, step_seconds: float = STEP_SECONDS) -> None:
        self.ground = ground
        self._index = index
        self._step_seconds = step_seconds
        self._batch = 2.0 * LEAST_BATCH  # as many as one step has time for, found out as we go
        self._known: dict[str, Form] | None = None
        self._folders: set[str] = set()  # every folder that something known is or was in

    @property
    def known(self) -> dict[str, Form]:
        """Every path in the index, with its file's form."""
        if self._known is None:
            self._known, self._folders = self._index.known(), set()
            self._note_folders(self._known)
        return self._known

    @property
    def is_known(self) -> bool:
        """Whether `known` is in memory."""
        return self._known is not None

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def refresh(self, paths: Iterable[str], live: Live) -> tuple[list[str], list[str]]:
        """Look at these paths, of which something changed, for about one step's time.

        Returns (folders to be swept, paths that there was no time for).
        """
        gone, files, folders = [], [], []
        for path in paths:
            match _kind(self.ground.root, path) if is_walked(path) else None:
                case "file":
                    files.append(path)
                case "folder":
                    folders.append(path)
                case _:
                    gone.append(path)
        folders += self._take_out(gone)
        left = iter(files)
        entries = (self._entry(path, live(path)) for path in left if self._may_differ(path, live))
        for _ in self._put(entry for entry in entries if entry is not None):
            break
        return folders, list(left)

    def move(self, old: str, new: str) -> bool:
        """A folder has another path; a sweep of it then costs little. False: there is too much in
        it to do that at once, and both paths need a sweep."""
        if len(self._below(old)) > MOST_MOVED:
            return False
        if is_walked(old) and is_walked(new):
            self._index.move(old, new)
            self._known = None
        else:
            self._take_out([old])
        return True

    def sweep(self, folder: str, enter: Enter, live: Live, bounds: Bounds) -> Iterator[None]:
        """Make all below `folder` right ("" is everything), resting after each little while."""
        if not folder:
            self._index.tidy()
            self._known = None  # asked anew, since an index that a reader found damaged is empty
        walk, seen, changed = Walk(self.ground.root, folder, bounds), set[str](), list[Item]()
        known = self.known
        for items in walk.slices(enter):
            seen.update(item.path for item in items)
            changed += [i for i in items if known.get(i.path) != (i.changed_ns, i.size)]
            yield
        for gone in self._gone(folder, seen):
            self._remove(gone)
            yield
        if not changed:
            return
        changed.sort(key=lambda item: item.changed_ns)  # the newest of the index is found first
        ids = notebook_ids(self.ground.id)
        read = (self._entry(item.path, live(item.path), ids) for item in changed)
        yield from self._put(entry for entry in read if entry is not None)

    def _gone(self, folder: str, seen: set[str]) -> Iterator[list[str]]:
        """What was not seen and is really not there, some at a time: what was made behind the
        walk's back, and is known by now, was not seen either."""
        inside = f"{folder}/" if folder else ""
        missing = [path for path in self.known if path.startswith(inside) and path not in seen]
        for start in range(0, len(missing), MOST_MOVED):
            some = missing[start : start + MOST_MOVED]
            yield [path for path in some if not self._is_there(path)]

    def _is_there(self, path: str) -> bool:
        return is_walked(path) and _kind(self.ground.root, path) == "file"

    def _may_differ(self, path: str, live: Live) -> bool:
        """Whether the file may hold something else than the index."""
        known = self.known.get(path)
        if known is None or live(path) is not None:
            return True
        form = form_of(self.ground.root, path)
        return form != known or time.time_ns() - form[0] < SURE_NS

    def _entry(
        self, path: str, live: LiveNotebook | None, ids: dict[str, str] | None = None
    ) -> Entry | None:
        about = self._about(path, live, ids)
        if live is None:
            return _read(self.ground.root, path, about)
        form = form_of(self.ground.root, path)
        return None if form is None else entry_of(path, about, form, live.parts)

    def _about(self, path: str, live: LiveNotebook | None, ids: dict[str, str] | None) -> About:
        id_ = None
        if path.endswith(".ipynb"):
            id_ = notebook_id(self.ground.id, path) if ids is None else ids.get(path)
        people = self.ground.people.of(id_, live.people if live else ())
        return About(id_, people or ((self.ground.owner,) if self.ground.owner else ()))

    def _put(self, entries: Iterable[Entry]) -> Iterator[None]:
        """Put them in batches, resting after each."""
        batch: list[Entry] = []
        chars, began = 0, time.process_time()
        for entry in entries:
            batch.append(entry)
            chars += sum(len(part.text) for part in entry.parts)
            late = time.process_time() - began > self._step_seconds
            if late or len(batch) >= self._batch or chars > BATCH_CHARS:
                self._put_batch(batch)
                self._adapt(time.process_time() - began)
                yield
                batch, chars, began = [], 0, time.process_time()
        self._put_batch(batch)

    def _adapt(self, seconds: float) -> None:
        """Batches that take as long as a step may; larger ones are quicker for each entry."""
        fitting = self._batch * min(2.0, max(0.25, self._step_seconds / max(seconds, 0.001)))
        self._batch = min(MOST_BATCH, max(LEAST_BATCH, fitting))

    def _put_batch(self, batch: list[Entry]) -> None:
        if batch:
            try:
                self._index.put(batch)
            except IndexUnavailableError:
                raise
            except Exception:
                if len(batch) > 1:
                    for entry in batch:
                        self._put_batch([entry])
                    return
                log.exception("An entry could not be put into an index")
            self.known.update({entry.path: (entry.changed_ns, entry.size) for entry in batch})
            self._note_folders(entry.path for entry in batch)

    def _take_out(self, paths: list[str]) -> list[str]:
        """Take these out and what is below them; where that is much, only say so: those need a
        sweep, which rests in between."""
        known, large, there = self.known, [], []
        for path in paths:
            below = self._below(path)
            if len(below) > MOST_MOVED:
                large.append(path)
            else:
                there += [path, *below]
        self._remove([path for path in there if path in known])
        return large

    def _below(self, folder: str) -> list[str]:
        """What is known inside of a folder."""
        known, inside = self.known, f"{folder}/"
        if folder not in self._folders:
            return []
        return [path for path in known if path.startswith(inside)]

    def _remove(self, paths: list[str]) -> None:
        """Take these known paths out of the index."""
        if paths:
            self._index.remove(paths)
            for path in paths:
                self.known.pop(path, None)

    def _note_folders(self, paths: Iterable[str]) -> None:
        for path in paths:
            folder = path.rpartition("/")[0]
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = folder.rpartition("/")[0]


def _read(root: Path, path: str, about: About) -> Entry | None:
    """The entry; by its name alone when reading it fails in a way that nobody thought of."""
    try:
        return read_entry(root, path, about)
    except Exception:
        log.exception("A file could not be read for the index")
        form = form_of(root, path)
        return None if form is None else entry_of(path, about, form, ())


def _kind(root: Path, path: str) -> str | None:
    """ "file", "folder", or None for what is neither or not there; no link is followed."""
    *folders, name = path.split("/")
    try:
        folder = open_folder(root, folders)
    except NotFoundError:
        return None
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except (OSError, ValueError):
        return None
    finally:
        os.close(folder)
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else None
