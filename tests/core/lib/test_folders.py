"""A path stays inside its folder, whatever it says and whatever links stand in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.folders import held_folder, open_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    (root / "in").mkdir(parents=True)
    (root / "in" / "a.txt").write_text("inside")
    (root / ".secret").write_text("hidden")
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("hidden")
    (tmp_path / "datasecret").mkdir()
    (tmp_path / "datasecret" / "b.txt").write_text("outside")
    (root / "good").symlink_to("in/a.txt")
    (root / "sly").symlink_to(".secret")
    (root / "out").symlink_to(tmp_path / "datasecret")
    (root / "ring").symlink_to("ring")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize("path", ["in/a.txt", "good"])
def test_a_file_inside_opens(root: Path, path: str) -> None:
    with os.fdopen(open_file(root, path)) as file:
        assert file.read() == "inside"


@pytest.mark.parametrize(
    "path",
    [
        *("", ".", "..", "/", "/etc/passwd", "../datasecret/b.txt", "in/../../datasecret/b.txt"),
        *("in//a.txt", "in/./a.txt", "in/", "in", "in/a.txt/x", ".secret", ".git/config", "sly"),
        *("out/b.txt", "ring", "pipe", "a\0b", "x" * 300, "x/" * 3000 + "x", "\udcff", "C:\\x"),
    ],
)
def test_anything_else_is_not_there(root: Path, path: str) -> None:
    with pytest.raises(NotFoundError):
        open_file(root, path)


@pytest.mark.parametrize("path", ["..", "out", ".git", "in/a.txt", "nowhere"])
def test_a_folder_outside_or_hidden_is_not_held(root: Path, path: str) -> None:
    with pytest.raises(NotFoundError), held_folder(root, path):
        pass


def test_descriptors_are_closed_again(root: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    for path in ["in/a.txt", "in", "pipe", "nowhere/x", "out/b.txt"]:
        try:
            os.close(open_file(root, path))
        except NotFoundError:
            continue
    with held_folder(root, "in"):
        pass
    assert len(list(Path("/dev/fd").iterdir())) == before
