"""Keeps all indexes right: hears what changes, looks there, and sweeps for what nobody told.

A little work at a time, changes before sweeps, so that a change is found within a second also while
50,000 notebooks are being read. One workspace that cannot be written holds up no other.
"""

from __future__ import annotations

import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.indexer.live import BrokerSilentError, LiveNotebook, OpenNotebooks
from lookin.apps.search.indexer.openindexes import OpenIndexes
from lookin.apps.search.indexer.rows import RowsAwayError
from lookin.apps.search.indexer.shares import Shares
from lookin.apps.search.indexer.sweeps import Sweeps, Target
from lookin.apps.search.indexer.waiting import TIMES_COST, Key, Waiting
from lookin.apps.search.indexer.walking import Bounds
from lookin.apps.search.indexer.watching import Missed, Moved, Touched, Watching
from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.folders import open_folder
from lookin.core.lib.ids import is_uuid

log = logging.getLogger("lookin.indexer")
LIVE = ""  # the “workspace” of notebooks that the broker told of, which wait by their ids
MOST_AT_ONCE = 64  # paths looked at in one go
CROWD = 2_000  # more waiting paths of one workspace than this are a sweep
AGAIN_SECONDS = 10.0  # after trouble, and after a folder boiled over
STRANGER_SECONDS = 0.5  # a folder is there a moment before its workspace's row
STRANGER_TRIES = 20
COUNT_SECONDS = 2.0
SILENT_SECONDS = 1.0  # after a question that the broker did not answer
MOST_SILENCES = 5
TURN_SECONDS = 0.15  # of the processor, for changes; then it is heard what else changed
MOVES_SECONDS = 1.0  # a workspace that had so much lately has its renamed folders swept
MOST_JOBS = 3  # sweeps at work, each of another workspace
LONG_SECONDS = 20.0  # a sweep that took longer makes room for others, and goes on later
_DONE = object()


@dataclass(frozen=True, slots=True)
class Rules:
    """Seconds between full sweeps, where all is watched and where not; the bounds of one walk."""

    sweep_seconds: float = 600.0
    blind_seconds: float = 60.0
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(slots=True)
class _Job:
    """A sweep at work."""

    target: Target
    steps: Iterator[None]
    cost: float = 0.0  # seconds


class Indexing:
    """See the module. `home` is LOOKIN_HOME."""

    def __init__(self, home: Path, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.watching = Watching()
        self.trouble = ""
        self.swept = 0  # full rounds of sweeps that came to their end
        self._top = home / "workspaces"
        self._indexes = OpenIndexes(home)
        self._notebooks = OpenNotebooks(self._top)
        self._waiting = Waiting()
        self._sweeps = Sweeps()
        self._shares = Shares()
        self._jobs: dict[str, _Job] = {}
        self._strangers: defaultdict[str, int] = defaultdict(int)
        self._silences: defaultdict[str, int] = defaultdict(int)
        self._round_at = self._round_began = self._count_at = 0.0
        self._in_round = False
        self._unswept: set[str] = set()  # workspaces that had no sweep in this round yet

    @property
    def idle(self) -> bool:
        """Whether all is as it should be, as far as anybody told."""
        return not self._jobs and not len(self._waiting) and not len(self._sweeps)

    @property
    def waits(self) -> int:
        """How many paths and sweeps wait."""
        return len(self._waiting) + len(self._sweeps) + len(self._jobs)

    def pause(self) -> float:
        """Seconds until there is something to do."""
        if self._jobs:
            return 0.0
        now = monotonic()
        times = (self._round_at, self._waiting.next(), self._sweeps.next())
        return max(0.0, min(time for time in times if time is not None) - now)

    # ---- hearing

    def hear_messages(self, messages: Iterable[dict[str, object]]) -> None:
        """`{changed: <notebook>}` of the broker, `{gone: <workspace>}` of a web process."""
        for message in messages:
            if is_uuid(message.get("changed")):
                self._waiting.add((LIVE, str(message["changed"])), monotonic())
            elif is_uuid(message.get("gone")):
                self._forget(str(message["gone"]))

    def hear_folders(self) -> None:
        """What the system tells of the folders that are watched."""
        now = monotonic()
        if now >= self._count_at:
            self._count_at = now + COUNT_SECONDS
            self.watching.calm()
        for news in self.watching.news():
            match news:
                case Touched("", name) if is_uuid(name):
                    self._sweeps.add((name, ""), now)
                case Touched(workspace, path) if workspace:
                    self._waiting.add((workspace, path), now)
                case Moved(workspace, old, new) if workspace:
                    self._guarded(workspace, partial(self._move, workspace, old, new, now))
                    self._sweeps.add((workspace, new), now)
                case Missed(""):
                    self._round_at = min(self._round_at, self._round_began + AGAIN_SECONDS)
                case Missed(workspace):
                    self._waiting.forget(workspace)
                    self._sweeps.add((workspace, ""), now, AGAIN_SECONDS)
                case _:
                    pass

    # ---- working

    def work(self) -> None:
        """A little of what is to be done: a fifth of a second, or nothing. Never raises."""
        now = monotonic()
        if now >= self._round_at:
            self._begin_round(now)
        self._look(now)
        self._sweep_on()

    def close(self) -> None:
        """Leave off; what is not done yet, the next sweep will find."""
        self._jobs.clear()
        self._indexes.close()
        self.watching.close()

    def _look(self, now: float) -> None:
        """At what changed, those first who had least of our time lately."""

        def rank(key: Key) -> int:
            return self._shares.rank(self._whose(key), now)

        groups: defaultdict[Key, list[Key]] = defaultdict(list)
        for key in self._waiting.take(now, MOST_AT_ONCE, rank):
            groups[key if key[0] == LIVE else (key[0], "")].append(key)
        began = time.process_time()
        for group, keys in groups.items():
            at = time.process_time()
            if at - began > TURN_SECONDS:
                self._waiting.put_back(keys, now)
            elif group[0] == LIVE:
                self._look_at_live(group[1])
            else:
                self._look_at(group[0], [path for _, path in keys])
            self._shares.spend(self._whose(group), time.process_time() - at, now)

    def _whose(self, key: Key) -> str:
        """The workspace of what waits; a notebook that we never saw open is nobody's yet."""
        place = self._notebooks.place_of(key[1]) if key[0] == LIVE else None
        return place[0] if place is not None else key[0]

    def _look_at_live(self, notebook: str) -> None:
        began = time.process_time()
        where = self._notebooks.place_of(notebook)
        try:
            found = self._notebooks.ask(notebook)
        except BrokerSilentError:
            self._ask_again(notebook)
            return
        if found is not None:
            workspace, live = found
            there = {live.path: live}
            self._guarded(workspace, partial(self._refresh, workspace, [live.path], there.get, []))
        elif where is not None:
            self._waiting.add(where, monotonic())
        self._silences.pop(notebook, None)
        cost = time.process_time() - began
        self._waiting.done([(LIVE, notebook)], monotonic(), cost, steady=True)

    def _ask_again(self, notebook: str) -> None:
        """A busy broker answers later; one that is gone saved, or its successor tells us anew."""
        self._silences[notebook] += 1
        self._waiting.done([(LIVE, notebook)], monotonic(), SILENT_SECONDS / TIMES_COST)
        if self._silences[notebook] < MOST_SILENCES:
            self._waiting.add((LIVE, notebook), monotonic())
        else:
            del self._silences[notebook]

    def _look_at(self, workspace: str, paths: list[str]) -> None:
        if self._waiting.count(workspace) > CROWD:
            self._waiting.forget(workspace)
            self._sweeps.add((workspace, ""), monotonic())
            return
        began, left = time.process_time(), list[str]()
        lives = {path: self._live(workspace, path) for path in paths}
        self._guarded(workspace, partial(self._refresh, workspace, paths, lives.get, left))
        seen = set(paths).difference(left)
        cost = (time.process_time() - began) / max(1, len(seen))
        self._waiting.done(((workspace, path) for path in seen), monotonic(), cost)
        self._waiting.put_back(((workspace, path) for path in left), monotonic())

    def _refresh(
        self,
        workspace: str,
        paths: list[str],
        live: Callable[[str], LiveNotebook | None],
        left: list[str],
    ) -> None:
        """Look at `paths`; those that there was no time for are put into `left`."""
        index = self._indexes.of(workspace)
        if index is None:
            self._stranger(workspace)
            return
        folders, late = index.refresh(paths, live)
        left += late
        for folder in folders:
            self._sweeps.add((workspace, folder), monotonic())
        self.trouble = ""

    def _move(self, workspace: str, old: str, new: str, now: float) -> None:
        index, began = self._indexes.of(workspace), time.process_time()
        if index is None:
            return
        is_calm = self._shares.of(workspace, now) < MOVES_SECONDS
        if not is_calm or not index.move(old, new):
            self._sweeps.add((workspace, old), now)
        self._shares.spend(workspace, time.process_time() - began, now)

    def _live(self, workspace: str, path: str) -> LiveNotebook | None:
        """The open notebook at this path, as people see it."""
        id_ = self._notebooks.notebook_at(workspace, path)
        try:
            found = self._notebooks.ask(id_) if id_ else None
        except BrokerSilentError:
            return None  # then what the file holds
        return found[1] if found is not None and found[0] == workspace else None

    # ---- sweeping

    def _begin_round(self, now: float) -> None:
        """Sweep everything, drop what belongs to nobody; and when to do so again."""
        self._round_began = now
        self._round_at = now + self.rules.sweep_seconds
        try:
            workspaces = self._indexes.look()
            for stray in self._indexes.strays():
                self._indexes.drop(stray)
        except (RowsAwayError, IndexUnavailableError, OSError) as error:
            self._round_at = now + AGAIN_SECONDS
            self._troubled(error)
            return
        self.watching.hope()
        self._watch_top()
        for workspace in workspaces:
            self._sweeps.add((workspace, ""), now)
        self._in_round, self._unswept = True, set(workspaces)

    def _watch_top(self) -> None:
        try:
            descriptor = open_folder(self._top, ())
        except NotFoundError:
            return
        try:
            self.watching.enter("", "", descriptor)
        finally:
            os.close(descriptor)

    def _sweep_on(self) -> None:
        """A step of the sweep whose workspace had least; of several, none waits for another."""
        now = monotonic()
        if len(self._jobs) >= MOST_JOBS and self._sweeps.is_ready(now, self._jobs):
            self._make_room(now)
        if len(self._jobs) < MOST_JOBS:
            target = self._sweeps.take(now, self._jobs, lambda w: self._shares.rank(w, now))
            if target is not None:
                self._guarded(target[0], partial(self._begin_sweep, target))
        if self._jobs:
            job = min(self._jobs.values(), key=lambda job: self._shares.of(job.target[0], now))
            self._guarded(job.target[0], partial(self._step, job))
        else:
            self._end_round()

    def _make_room(self, now: float) -> None:
        """The dearest sweep ends here if it took long; what it did stays, and another goes on."""
        dearest = max(self._jobs.values(), key=lambda job: job.cost)
        if dearest.cost > LONG_SECONDS:
            self._end_job(dearest)
            self._unswept.discard(dearest.target[0])
            self._sweeps.add(dearest.target, now)

    def _begin_sweep(self, target: Target) -> None:
        workspace, folder = target
        index = self._indexes.of(workspace)
        if index is None:
            self._stranger(workspace)
            return
        if not folder:
            self.watching.wake(workspace)

        def enter(descriptor: int, path: str) -> None:
            self.watching.enter(workspace, path, descriptor)

        live = partial(self._live, workspace)
        steps = index.sweep(folder, enter, live, self.rules.bounds)
        self._jobs[workspace] = _Job(target, steps)
        self._indexes.pinned = tuple(self._jobs)

    def _step(self, job: _Job) -> None:
        began, is_done = monotonic(), next(job.steps, _DONE) is _DONE
        seconds = monotonic() - began
        job.cost += seconds
        self._shares.spend(job.target[0], seconds, began)
        if is_done:
            self._end_job(job)
            if not job.target[1]:
                self._unswept.discard(job.target[0])
            self.trouble = ""

    def _end_job(self, job: _Job) -> None:
        self._jobs.pop(job.target[0], None)
        self._indexes.pinned = tuple(self._jobs)
        self._sweeps.done(job.target, monotonic(), job.cost)

    def _end_round(self) -> None:
        if self._in_round and not self._unswept:
            self._in_round = False
            self.swept += 1
            if self.watching.problem:
                blind_until = self._round_began + self.rules.blind_seconds
                self._round_at = max(monotonic(), min(self._round_at, blind_until))

    # ---- what goes wrong

    def _guarded(self, workspace: str, work: Callable[[], None]) -> None:
        """Do it; what goes wrong concerns this workspace alone, and is tried again in a sweep."""
        try:
            work()
        except (IndexUnavailableError, RowsAwayError, OSError) as error:
            self._troubled(error)
            self._try_again(workspace)
        except Exception:
            log.exception("Indexing a workspace failed")
            self._try_again(workspace)

    def _try_again(self, workspace: str) -> None:
        if workspace in self._jobs:
            self._end_job(self._jobs[workspace])
        self._indexes.let_go(workspace)
        self._waiting.forget(workspace)
        self._sweeps.add((workspace, ""), monotonic(), AGAIN_SECONDS)

    def _troubled(self, error: Exception) -> None:
        words = str(error).strip().split("\n")[0] or type(error).__name__
        if words != self.trouble:
            log.warning("The search index waits: %s", words)
        self.trouble = words

    def _stranger(self, workspace: str) -> None:
        """A folder of no workspace: a row may come yet, or is gone."""
        self._strangers[workspace] += 1
        self._unswept.discard(workspace)
        if self._strangers[workspace] <= STRANGER_TRIES:
            self._sweeps.add((workspace, ""), monotonic(), STRANGER_SECONDS)
        else:
            self._strangers.pop(workspace)
            self.watching.leave(workspace)

    def _forget(self, workspace: str) -> None:
        """It was deleted."""
        if workspace in self._jobs:
            self._end_job(self._jobs[workspace])
        self._unswept.discard(workspace)
        self._waiting.forget(workspace)
        self._sweeps.forget(workspace)
        self.watching.leave(workspace)
        try:
            if workspace not in self._indexes.look():
                self._indexes.drop(workspace)
        except (RowsAwayError, IndexUnavailableError, OSError) as error:
            self._troubled(error)
