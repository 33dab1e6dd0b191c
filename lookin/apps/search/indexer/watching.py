"""Which folders of which workspaces are watched, and what has changed there.

Bounded for each workspace and in all: where one boils over it is watched no more for a while, and
where the system has no watch left a sweep finds what changed.
"""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lookin.apps.search.indexer.inotify import LOST, Change, Inotify, NoWatchLeftError

MOST_EACH = 5_000  # folders of one workspace
BOILING = 30_000  # changes of one workspace between two looks at the count
SYSTEM_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
Place = tuple[str, str]  # workspace, folder


@dataclass(frozen=True, slots=True)
class Touched:
    """Something happened at this path; look what is there now."""

    workspace: str
    path: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A folder has another path, in the same workspace."""

    workspace: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Nobody knows what changed in this workspace; "" for all."""

    workspace: str


News = Touched | Moved | Missed


class Watching:
    """Of all workspaces. `top` is the folder that theirs lie in; its own place is ("", "")."""

    def __init__(self) -> None:
        self.problem = ""  # why not everything is watched
        self._places: dict[int, Place] = {}
        self._watches: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._counts: Counter[str] = Counter()
        self._resting: set[str] = set()
        self._most = _most_watches()
        self._inotify: Inotify | None = None
        try:
            self._inotify = Inotify()
        except OSError as error:
            self.problem = f"this system does not tell what changes ({error.strerror})"

    @property
    def descriptor(self) -> int | None:
        """What becomes readable when something changes; None where nothing tells."""
        return self._inotify.descriptor if self._inotify else None

    @property
    def folders(self) -> int:
        """How many are watched."""
        return len(self._places)

    def enter(self, workspace: str, folder: str, descriptor: int) -> None:
        """Watch an open folder, unless there are too many."""
        held = self._watches[workspace]
        if self._inotify is None or workspace in self._resting:
            return
        if folder not in held and (len(held) >= MOST_EACH or len(self._places) >= self._most):
            self.problem = self.problem or "there are too many folders to watch them all"
            return
        try:
            number = self._inotify.watch(descriptor)
        except NoWatchLeftError:
            self.problem = (
                "the system watches no more folders for this account (fs.inotify.max_user_watches)"
            )
            return
        if number is not None:
            self._forget(held.get(folder), unless=number)
            before = self._places.get(number)
            if before is not None and before != (workspace, folder):
                self._watches[before[0]].pop(before[1], None)
            self._places[number] = (workspace, folder)
            held[folder] = number

    def leave(self, workspace: str, folder: str = "") -> None:
        """Watch this folder and what is in it no more; "" for the whole workspace."""
        held = self._watches[workspace]
        for path in [path for path in held if _is_in(path, folder)]:
            self._forget(held.get(path))
        if not held:
            del self._watches[workspace]

    def rest(self, workspace: str) -> None:
        """Do not watch this workspace until `wake`: it changes faster than anybody could read."""
        self.leave(workspace)
        self._resting.add(workspace)

    def wake(self, workspace: str) -> None:
        """Watch it again, as soon as a walk enters its folders."""
        self._resting.discard(workspace)

    def hope(self) -> None:
        """A sweep of everything begins: perhaps all can be watched now."""
        if self._inotify is not None:
            self.problem = ""

    def calm(self) -> None:
        """Count anew from now on."""
        self._counts.clear()

    def news(self) -> list[News]:
        """What happened since, each thing once. Never waits."""
        changes = self._inotify.read() if self._inotify else []
        # Also of a queue that ran over: else nobody would ever see who made it run over.
        news = list(dict.fromkeys(self._news(change for change in changes if change != LOST)))
        return [*news, Missed("")] if LOST in changes else news

    def close(self) -> None:
        """Watch nothing any more."""
        if self._inotify is not None:
            self._inotify.close()
            self._inotify = None

    def _news(self, changes: Iterable[Change]) -> Iterator[News]:
        left: dict[int, Place] = {}
        for change in changes:
            place = self._places.get(change.watch)
            if place is None:
                continue
            if not change.name:
                self._forget(change.watch, told=True)
                continue
            workspace, path = place[0], _joined(place[1], change.name)
            self._counts[workspace] += 1
            if self._counts[workspace] > BOILING:
                self.rest(workspace)
                yield Missed(workspace)
            elif change.is_folder and change.went_to:
                left[change.went_to] = (workspace, path)
            elif change.is_folder and left.get(change.came_from, ("", ""))[0] == workspace != "":
                old = left.pop(change.came_from)[1]
                self._move(workspace, old, path)
                yield Moved(workspace, old, path)
            else:
                yield Touched(workspace, path)
        for workspace, path in left.values():  # it went where nobody watches: the trash
            self.leave(workspace, path)
            yield Touched(workspace, path)

    def _move(self, workspace: str, old: str, new: str) -> None:
        held = self._watches[workspace]
        for path in [path for path in held if _is_in(path, old)]:
            number, moved = held.pop(path), new + path[len(old) :]
            held[moved] = number
            self._places[number] = (workspace, moved)

    def _forget(self, number: int | None, *, unless: int = -1, told: bool = False) -> None:
        if number is None or number == unless:
            return
        workspace, folder = self._places.pop(number, ("", ""))
        if self._watches[workspace].get(folder) == number:
            del self._watches[workspace][folder]
        if self._inotify is not None and not told:
            self._inotify.forget(number)


def _is_in(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _most_watches() -> int:
    """Half of what the account may have: kernels and other programs want some too."""
    with contextlib.suppress(OSError, ValueError):
        return max(1, int(SYSTEM_LIMIT.read_text()) // 2)
    return 4_000  # half of what small systems have
