"""A person's own code may put anything where their notebook lies; the broker must not be misled."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

import pytest

from lookin.apps.kernels.broker.saving import NotebookFile
from lookin.core.documents.ipynb import FILE_BYTES, new_document, write_ipynb
from lookin.core.lib.errors import LookinError, NotFoundError

SAVES = 300


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    """One that lies in a folder of a workspace; beside the workspace lies another person's."""
    (tmp_path / "mine/sub").mkdir(parents=True)
    (tmp_path / "theirs").mkdir()
    path = tmp_path / "mine/sub/a.ipynb"
    path.write_bytes(write_ipynb(new_document()))
    file = NotebookFile(path, tmp_path / "mine")
    file.load()
    return file


def test_a_folder_that_became_a_link_out_of_the_workspace_is_not_written(
    notebook: NotebookFile, tmp_path: Path
) -> None:
    (tmp_path / "mine/sub").rename(tmp_path / "mine/away")
    (tmp_path / "mine/sub").symlink_to(tmp_path / "theirs")
    with pytest.raises(NotFoundError):
        notebook.save(new_document())
    assert not list((tmp_path / "theirs").iterdir())
    assert not notebook.changed_on_disk()


def test_a_folder_swapped_in_the_middle_of_saving_is_not_followed(
    notebook: NotebookFile, tmp_path: Path
) -> None:
    sub, away, link = (tmp_path / "mine" / name for name in ("sub", "away", "link"))
    link.symlink_to(tmp_path / "theirs")
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            sub.rename(away)
            link.rename(sub)
            sub.rename(link)
            away.rename(sub)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for _ in range(SAVES):
            with contextlib.suppress(LookinError):
                notebook.save(new_document())
    finally:
        over.set()
        swapping.join()
    assert not list((tmp_path / "theirs").iterdir())


def test_a_notebook_that_became_a_link_is_replaced_and_its_target_left_alone(
    notebook: NotebookFile, tmp_path: Path
) -> None:
    other = tmp_path / "theirs/secret"
    other.write_text("theirs")
    notebook.path.unlink()
    notebook.path.symlink_to(other)
    assert not notebook.changed_on_disk()
    notebook.save(new_document())
    assert other.read_text() == "theirs"
    assert not notebook.path.is_symlink()


@pytest.mark.timeout(10)
def test_a_pipe_in_the_place_of_a_notebook_stops_nobody(notebook: NotebookFile) -> None:
    notebook.path.unlink()
    os.mkfifo(notebook.path)
    assert not notebook.changed_on_disk()
    with pytest.raises(NotFoundError):
        notebook.load()
    notebook.save(new_document())
    assert notebook.path.is_file()


def test_a_huge_file_in_the_place_of_a_notebook_is_not_read_whole(notebook: NotebookFile) -> None:
    with notebook.path.open("wb") as file:
        file.truncate(FILE_BYTES * 1000)
    assert notebook.changed_on_disk()
    with pytest.raises(LookinError):
        notebook.load()
