"""The indexer: what lies in a folder is found, whatever a person's code makes of that folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.search.index.opening import indexes, open_for_writing
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.indexer import workspaceindex
from lookin.apps.search.indexer.following import tell_gone
from lookin.apps.search.indexer.indexing import Rules
from lookin.apps.search.indexer.live import Ear
from lookin.apps.search.indexer.walking import Bounds
from lookin.apps.workspaces.models import Workspace
from lookin.apps.workspaces.services import make_class_workspace
from lookin.core.lib.ids import new_uuid
from tests.apps.search.folders import Worker, found, known

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()


@pytest.fixture
def workspace() -> Workspace:
    owner = User.objects.create(username="teacher")
    return make_class_workspace(owner, "class")


@pytest.fixture
def worker(settings: Any, workspace: Workspace) -> Iterator[Worker]:
    made = Worker(settings.HOME)
    yield made
    made.indexing.close()


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)})


def code(text: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "id": "c1", "source": text, "outputs": list(outputs)}


def test_notebooks_and_texts_are_found_by_what_is_in_them(
    workspace: Workspace, worker: Worker
) -> None:
    folder = workspace.folder
    shown = {"output_type": "stream", "name": "stdout", "text": ["print", "edword\n"]}
    value = {"output_type": "execute_result", "data": {"text/plain": "plainvalue"}}
    wrong = {"output_type": "error", "ename": "KeyError", "evalue": "missingkey"}
    cells = [
        {"cell_type": "markdown", "source": ["# 미분", "방정식\n"]},
        code("sourceword = 1", shown, value, wrong),
    ]
    (folder / "a.ipynb").write_text(notebook(*cells))
    (folder / "b.csv").write_bytes("이름,점수\n홍길동,3\n".encode("cp949"))
    (folder / "c.bin").write_bytes(b"\0binaryword")
    (folder / "d.txt").write_text("deepword", encoding="utf-16")
    worker.settle()
    for word in ("sourceword", "printedword", "plainvalue", "missingkey", "미분방정식"):
        assert found(workspace, word) == ["a.ipynb"], word
    assert found(workspace, "홍길동") == ["b.csv"]
    assert found(workspace, "binaryword") == []
    assert found(workspace, "deepword") == ["d.txt"]
    assert known(workspace) == ["a.ipynb", "b.csv", "c.bin", "d.txt"]


def test_what_changes_is_told_by_the_system_and_found_without_a_sweep(
    workspace: Workspace, worker: Worker
) -> None:
    worker.settle()
    folder = workspace.folder
    (folder / "one.txt").write_text("firstword")
    worker.until(lambda: found(workspace, "firstword") == ["one.txt"])
    (folder / "one.txt").rename(folder / "two.txt")
    worker.until(lambda: found(workspace, "firstword") == ["two.txt"])
    (folder / "in" / "deep").mkdir(parents=True)
    (folder / "in" / "deep" / "x.py").write_text("innerword")
    worker.until(lambda: found(workspace, "innerword") == ["in/deep/x.py"])
    (folder / "in").rename(folder / "out")
    worker.until(lambda: found(workspace, "innerword") == ["out/deep/x.py"])
    (folder / "out" / "deep" / "x.py").write_text("otherword")
    worker.until(lambda: found(workspace, "otherword") == ["out/deep/x.py"])
    shutil.rmtree(folder / "out")
    worker.until(lambda: found(workspace, "otherword") == [])
    assert worker.indexing.swept == 1


def test_a_workspace_that_is_made_later_is_found(workspace: Workspace, worker: Worker) -> None:
    worker.settle()
    later = make_class_workspace(workspace.owner, "later")
    (later.folder / "x.txt").write_text("laterword")
    worker.until(lambda: found(later, "laterword") == ["x.txt"])
    assert found(workspace, "laterword") == []


def test_what_changed_while_no_indexer_ran_is_made_right(
    settings: Any, workspace: Workspace, worker: Worker
) -> None:
    folder = workspace.folder
    for name in ("stays", "changes", "goes"):
        (folder / f"{name}.txt").write_text(f"{name}word")
    worker.settle()
    worker.indexing.close()
    (folder / "changes.txt").write_text("changedword")
    (folder / "goes.txt").unlink()
    (folder / "comes.txt").write_text("comesword")
    later = Worker(settings.HOME)
    later.settle()
    later.indexing.close()
    assert found(workspace, "staysword") == ["stays.txt"]
    assert found(workspace, "changedword") == ["changes.txt"]
    assert found(workspace, "comesword") == ["comes.txt"]
    assert found(workspace, "changesword") == found(workspace, "goesword") == []


def test_nothing_outside_the_workspace_is_read_or_watched(
    workspace: Workspace, worker: Worker, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secretword")
    folder = workspace.folder
    (folder / "link").symlink_to(outside)
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "up").symlink_to("..")
    (folder / "ring").symlink_to("ring")
    (folder / "all").symlink_to("/")
    worker.settle()
    (outside / "later.txt").write_text("secretword")
    (folder / "mine.txt").write_text("mineword")
    worker.until(lambda: found(workspace, "mineword") == ["mine.txt"])
    assert known(workspace) == ["mine.txt"]
    assert worker.indexing.watching.folders == 2  # the workspace, and where all of them lie


def test_what_is_no_file_or_has_no_name_harms_nobody(workspace: Workspace, worker: Worker) -> None:
    folder = workspace.folder
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "pipe.ipynb")
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(folder / "s.txt")[:100])
    Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff\xfe.txt")).write_text("nameless")
    (folder / ".hidden.txt").write_text("hiddenword")
    (folder / "new\nline.txt").write_text("newlineword")
    (folder / ("가" * 80 + ".txt")).write_text("longname")
    with (folder / "huge.txt").open("wb") as huge:
        huge.write(b"hugeword ")
        huge.truncate(1 << 40)
    with (folder / "huge.ipynb").open("wb") as huge:
        huge.truncate(1 << 40)
    worker.settle()
    assert known(workspace) == sorted(
        ["huge.ipynb", "huge.txt", "new\nline.txt", "가" * 80 + ".txt"]
    )
    assert found(workspace, "nameless") == found(workspace, "hiddenword") == []
    assert found(workspace, "newlineword") == ["new\nline.txt"]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff\xfe\0",
        b"[" * 100_000,
        b'{"nbformat": 4, "cells": [1, null, {"source": {"a": 1}}, {"cell_type": "code"}]}',
        b'{"nbformat": 4, "cells": {"a": 1}}',
        b'{"nbformat": 99, "cells": []}',
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "id": 7, "outputs": [1, {"data": 2}]}]}',
        b'{"nbformat": 4, "cells": [{"source": "\\ud800\\u0000"}]}',
    ],
)
def test_a_broken_notebook_is_found_by_its_name(
    workspace: Workspace, worker: Worker, content: bytes
) -> None:
    (workspace.folder / "brokenone.ipynb").write_bytes(content)
    worker.settle()
    assert found(workspace, "brokenone") == ["brokenone.ipynb"]


def test_folders_without_end_come_to_an_end(workspace: Workspace, settings: Any) -> None:
    inner = workspace.folder
    for _ in range(60):
        inner /= "d"
        inner.mkdir()
        (inner / "x.txt").write_text("deepone")
    for number in range(300):
        (workspace.folder / f"f{number}.txt").write_text("flatone")
    (workspace.folder / "a.txt").write_text("topone")
    worker = Worker(settings.HOME, Rules(bounds=Bounds(most_items=200)))
    worker.settle()
    worker.indexing.close()
    assert len(known(workspace)) <= 200
    deeper = Worker(settings.HOME, Rules(bounds=Bounds(deepest=10)))
    deeper.settle()
    deeper.indexing.close()
    assert len(found(workspace, "deepone")) == 10
    assert found(workspace, "topone") == ["a.txt"]


def test_a_file_that_never_rests_leaves_time_for_the_others(
    workspace: Workspace, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.settle()
    reads: list[str] = []
    read = workspaceindex.read_entry
    monkeypatch.setattr(
        workspaceindex,
        "read_entry",
        lambda root, path, about: reads.append(path) or read(root, path, about),
    )
    busy = workspace.folder / "busy.log"
    for number in range(300):
        busy.write_text(f"line{number}")
        worker.turn()
    (workspace.folder / "calm.txt").write_text("calmword")
    worker.until(lambda: found(workspace, "calmword") == ["calm.txt"])
    assert 1 <= reads.count("busy.log") <= 20
    worker.until(lambda: found(workspace, "line299") == ["busy.log"])


def test_where_the_system_watches_no_more_a_sweep_finds_what_changed(
    workspace: Workspace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookin.apps.search.indexer.watching.MOST_EACH", 1)
    (workspace.folder / "inner").mkdir()
    worker = Worker(settings.HOME, Rules(blind_seconds=0.3))
    worker.settle()
    assert worker.indexing.watching.problem
    (workspace.folder / "inner" / "x.txt").write_text("unseenword")
    worker.until(lambda: found(workspace, "unseenword") == ["inner/x.txt"])
    worker.indexing.close()


def test_the_index_of_a_deleted_workspace_goes(
    workspace: Workspace, worker: Worker, settings: Any
) -> None:
    (workspace.folder / "x.txt").write_text("goneword")
    worker.settle()
    name = str(workspace.id)
    settings.RUNTIME_DIR = settings.HOME / "run"
    settings.RUNTIME_DIR.mkdir()
    ear = Ear(settings.RUNTIME_DIR / "indexer.sock")
    assert name in indexes()
    workspace.delete()
    worker.indexing.hear_messages(ear.messages())
    ear.close()
    assert name not in indexes()
    tell_gone(name)  # nobody listens any more, and nothing happens


def test_an_index_of_nobody_goes_at_the_next_round(worker: Worker) -> None:
    stray = new_uuid()
    open_for_writing(stray).close()
    open_for_writing(stray).put([])
    worker.settle()
    assert stray not in indexes()


def test_a_disk_that_refuses_is_waited_for(
    workspace: Workspace, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookin.apps.search.indexer.indexing.AGAIN_SECONDS", 0.2)
    worker.settle()
    full = [True]
    put = workspaceindex.WorkspaceIndex._put_batch

    def refuse(index: Any, batch: Any) -> None:
        if full[0]:
            raise IndexUnavailableError("database or disk is full")
        put(index, batch)

    monkeypatch.setattr(workspaceindex.WorkspaceIndex, "_put_batch", refuse)
    (workspace.folder / "x.txt").write_text("waitingword")
    worker.until(lambda: "full" in worker.indexing.trouble)
    full[0] = False
    worker.until(lambda: found(workspace, "waitingword") == ["x.txt"])
    assert worker.indexing.trouble == ""


def test_messages_that_lie_do_nothing(worker: Worker) -> None:
    worker.settle()
    worker.indexing.hear_messages(
        [{}, {"changed": 3}, {"changed": "../../etc"}, {"gone": None}, {"gone": new_uuid()}]
    )
    worker.indexing.hear_messages([{"changed": new_uuid()}])
    worker.until(lambda: worker.indexing.idle)
    assert worker.indexing.trouble == ""
