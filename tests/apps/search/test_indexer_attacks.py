"""One person's folder gone mad: others are found as soon as ever, and nothing grows without end."""

from __future__ import annotations

import os
import random
import socket
import stat
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.telling import indexer_socket, secret_file, tell
from lookin.apps.search.indexer.live import Ear
from lookin.apps.search.indexer.openindexes import OpenIndexes
from lookin.apps.search.indexer.walking import Bounds
from lookin.apps.search.indexer.watching import Missed, Touched, Watching
from lookin.apps.search.indexer.workspaceindex import MOST_MOVED
from lookin.apps.workspaces.models import Workspace
from lookin.apps.workspaces.services import make_class_workspace
from lookin.core.lib.folders import open_folder
from tests.apps.search.folders import Worker, found, known

pytestmark = pytest.mark.django_db(transaction=True)
FILES = 120
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()


@pytest.fixture
def teacher() -> User:
    return User.objects.create(username="teacher")


@pytest.fixture
def mad(teacher: User) -> Workspace:
    return make_class_workspace(teacher, "mad")


@pytest.fixture
def calm(teacher: User) -> Workspace:
    return make_class_workspace(teacher, "calm")


@pytest.fixture
def worker(settings: Any, mad: Workspace, calm: Workspace) -> Iterator[Worker]:
    made = Worker(settings.HOME)
    yield made
    made.indexing.close()


def rare_words(chars: int, seed: int = 1) -> str:
    """A text in which hardly a word comes twice."""
    dice = random.Random(seed)
    return " ".join("".join(dice.choices(string.ascii_lowercase, k=5)) for _ in range(chars // 6))


def fill_folder(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(FILES):
        (folder / f"{number}.txt").write_text(rare_words(40_000, number))


def test_whoever_writes_without_end_holds_up_nobody(
    mad: Workspace, calm: Workspace, worker: Worker
) -> None:
    worker.settle()
    fill_folder(mad.folder)
    worker.until(lambda: worker.indexing.waits >= FILES or len(known(mad)) > 0)
    (calm.folder / "x.txt").write_text("calmword")
    worker.until(lambda: found(calm, "calmword") == ["x.txt"])
    assert len(known(mad)) < FILES / 2


def test_a_long_sweep_holds_up_no_other(mad: Workspace, calm: Workspace, worker: Worker) -> None:
    worker.settle()
    fill_folder(mad.folder / "many")
    worker.until(lambda: len(known(mad)) > 0)
    (calm.folder / "in" / "deep").mkdir(parents=True)
    (calm.folder / "in" / "deep" / "x.txt").write_text("calmword")
    worker.until(lambda: found(calm, "calmword") == ["in/deep/x.txt"])
    assert len(known(mad)) < FILES / 2


def test_a_large_folder_that_is_renamed_is_moved_in_steps(mad: Workspace, worker: Worker) -> None:
    worker.settle()
    (mad.folder / "old").mkdir()
    for number in range(MOST_MOVED * 2):
        (mad.folder / "old" / f"{number}.txt").write_text("movedword")
    worker.until(lambda: len(known(mad)) == MOST_MOVED * 2)
    (mad.folder / "old").rename(mad.folder / "new")
    worker.indexing.hear_folders()
    assert "old/0.txt" in known(mad)  # not in the moment of hearing, when everybody else waits
    worker.until(lambda: worker.indexing.idle)
    assert {path.partition("/")[0] for path in known(mad)} == {"new"}
    assert len(known(mad)) == MOST_MOVED * 2


def test_a_folder_that_is_deleted_whole_leaves_nothing(mad: Workspace, worker: Worker) -> None:
    (mad.folder / "a" / "b").mkdir(parents=True)
    for number in range(MOST_MOVED + 50):
        (mad.folder / "a" / "b" / f"{number}.txt").write_text("goneword")
    worker.settle()
    (mad.folder / "a").rename(mad.folder.parent / "trash")
    worker.until(lambda: known(mad) == [])


def test_what_is_made_behind_a_sweeps_back_stays(mad: Workspace, settings: Any) -> None:
    (mad.folder / "early.txt").write_text("earlyword")
    indexes = OpenIndexes(settings.HOME)
    index = indexes.of(str(mad.id))
    assert index is not None
    sweep = index.sweep("", lambda _descriptor, _path: None, lambda _path: None, Bounds())
    next(sweep)  # it has walked through the folder
    (mad.folder / "late.txt").write_text("lateword")
    index.refresh(["late.txt"], lambda _path: None)
    for _ in sweep:
        pass
    indexes.close()
    assert found(mad, "lateword") == ["late.txt"]
    assert found(mad, "earlyword") == ["early.txt"]


@pytest.mark.skipif(not QUEUE.exists(), reason="only Linux tells what changes")
def test_a_queue_that_ran_over_still_tells_what_it_held(tmp_path: Path) -> None:
    watching, events = Watching(), int(QUEUE.read_text())
    descriptor = open_folder(tmp_path, ())
    watching.enter("w", "", descriptor)
    os.close(descriptor)
    for number in range(events // 2 + 100):  # two for each: made, and closed after writing
        (tmp_path / f"{number:050}").touch()
    news = [one for _ in range(200) for one in watching.news()]
    watching.close()
    assert Missed("") in news
    assert Touched("w", f"{events // 2 - 1:050}") in news


def test_nobody_is_heard_without_the_indexers_secret(tmp_path: Path) -> None:
    path = indexer_socket(tmp_path)
    ear = Ear(path)
    lies = [
        *(b'{"rest": true}', b'{"rest": true, "secret": ""}', b'{"rest": true, "secret": 1}'),
        *(b'{"rest": true, "secret": "\xf0\x9f\x98\x80"}', b"[" * 900, b"{", b"\xff", b"null"),
        *(b'{"rest": true, "secret": "\\ud800"}', b"x" * 100_000, b""),
    ]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        for lie in lies:
            line.sendto(lie, str(path))
            assert ear.messages() == []
    tell(path, {"rest": True})
    assert ear.messages() == [{"rest": True}]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret_file(path).stat().st_mode) == 0o600
    ear.close()
    assert [path.exists(), secret_file(path).exists()] == [False, False]
