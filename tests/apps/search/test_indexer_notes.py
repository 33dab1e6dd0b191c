"""What the doctor says of the search index, and the help on Python that cannot be had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookin.apps.search.index.entry import Entry
from lookin.apps.search.index.opening import PYTHON, open_for_writing, open_index
from lookin.apps.search.indexer.pythonhelp import Kernels, PythonHelp
from lookin.apps.search.indexer.status import Status, held_indexes, read_status, write_status
from lookin.core.lib.clock import now_ms
from lookin.core.lib.ids import new_uuid
from lookin.site.indexnotes import index_notes, index_problem
from tests.live.broker_process import KERNEL_PYTHON
from tests.live.indexed import waited

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path / "search"


def put(name: str, *paths: str) -> None:
    index = open_for_writing(name)
    index.put(Entry(path, "file", path, "", None, (), 1, 1, ()) for path in paths)
    index.close()


def test_a_place_that_never_indexed_has_no_problem_and_says_so(folder: Path) -> None:
    assert index_problem(folder, now_ms()) is None
    (note,) = index_notes(folder, now_ms())
    assert "0 files" in note
    assert "no indexer runs" in note


def test_how_much_there_is_and_how_old_it_is(folder: Path) -> None:
    put(new_uuid(), "a.txt", "b.txt")
    put(PYTHON, "print")
    now = now_ms()
    write_status(folder, Status(1, now, now - 300_000, 0, 5, "too many folders", ""))
    (note,) = index_notes(folder, now)
    assert "2 files and 1 names of Python" in note
    assert "5 minutes ago, too many folders" in note
    assert index_problem(folder, now) is None


def test_what_keeps_the_indexer_from_writing_is_a_problem(folder: Path) -> None:
    write_status(folder, Status(1, now_ms(), 0, 9, trouble="database or disk is full"))
    assert "disk is full" in str(index_problem(folder, now_ms()))
    assert "9 wait" in index_notes(folder, now_ms())[0]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1}'])
def test_a_status_that_is_none_is_passed_over(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "indexer.json").write_text(text)
    assert read_status(folder) is None


def test_only_one_process_writes(folder: Path) -> None:
    with held_indexes(folder) as mine, held_indexes(folder) as theirs:
        assert (mine, theirs) == (True, False)
    with held_indexes(folder) as again:
        assert again


def test_a_python_that_does_not_run_leaves_no_process_and_no_help(folder: Path) -> None:
    help_ = PythonHelp(Kernels(Path("/nonexistent/python"), ()), folder)
    assert help_.is_due()
    help_.begin()
    assert not help_.gathers


def test_help_is_gathered_once_for_the_same_packages(folder: Path) -> None:
    help_ = PythonHelp(Kernels(KERNEL_PYTHON, ("no_such_package", "json")), folder)
    help_.begin()
    waited(help_.finished, "it never ends")
    assert max(help_.take()) > 1000
    assert not help_.is_due()
    index = open_index(PYTHON)
    number = index.vocabulary().number("dumps")
    assert number is not None
    assert PythonHelp(Kernels(KERNEL_PYTHON, ("other",)), folder).is_due()
