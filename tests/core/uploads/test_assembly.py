"""A file in the making: streamed, bounded, atomic, and gone without a trace when it fails."""

from __future__ import annotations

import os
import shutil
import unicodedata
from pathlib import Path

import pytest

from lookin.core.lib.errors import LookinError
from lookin.core.lib.folders import held_folder
from lookin.core.uploads import claiming
from lookin.core.uploads.assembly import PREFIX, Assembly, sweep


def begin(folder: Path, name: str, *, limit: int = 1000) -> Assembly:
    with held_folder(folder) as descriptor:
        return Assembly(descriptor, name, limit=limit)


def arrive(folder: Path, name: str, *chunks: bytes, limit: int = 1000) -> str:
    assembly = begin(folder, name, limit=limit)
    for chunk in chunks:
        assembly.write(chunk)
    return assembly.finish().name


def test_a_file_is_hidden_until_it_is_whole(tmp_path: Path) -> None:
    assembly = begin(tmp_path, "data.csv", limit=100)
    assembly.write(b"a,b\n")
    assert [p.name.startswith(PREFIX) for p in tmp_path.iterdir()] == [True]
    arrived = assembly.finish()
    assert (arrived.name, arrived.size) == ("data.csv", 4)
    assert [p.name for p in tmp_path.iterdir()] == ["data.csv"]
    assert (tmp_path / "data.csv").read_bytes() == b"a,b\n"


def test_a_taken_name_gets_a_number_and_nothing_is_overwritten(tmp_path: Path) -> None:
    names = [arrive(tmp_path, "data.csv", bytes([65 + n])) for n in range(3)]
    assert names == ["data.csv", "data (2).csv", "data (3).csv"]
    assert (tmp_path / "data.csv").read_bytes() == b"A"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x", "x"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\kim\\data.csv", "data.csv"),
        ("\\\\server\\share\\x.csv", "x.csv"),
        ("a\0b.csv", "ab.csv"),
        (".bashrc", "bashrc"),
        ("con.txt", "_con.txt"),
        ("데이터 😀.csv", "데이터 😀.csv"),
        (unicodedata.normalize("NFD", "학생.csv"), "학생.csv"),
        ("evil\u202evsc.exe", "evilvsc.exe"),
    ],
)
def test_a_name_stays_in_the_folder_and_is_readable(tmp_path: Path, name: str, kept: str) -> None:
    assert arrive(tmp_path, name, b"x") == kept
    assert [p.name for p in tmp_path.iterdir()] == [kept]


def test_a_name_of_300_characters_is_cut_and_keeps_its_extension(tmp_path: Path) -> None:
    for _ in range(2):
        name = arrive(tmp_path, "가" * 300 + ".csv", b"x")
        assert name.endswith(".csv")
        assert 240 < len(name.encode()) <= 255
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["", "..", "/", "\0", " . ", "a/"])
def test_a_name_of_nothing_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LookinError) as caught:
        begin(tmp_path, name, limit=10)
    assert caught.value.code == "bad_name"
    assert not list(tmp_path.iterdir())


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    assert arrive(tmp_path, "empty.txt") == "empty.txt"
    assert (tmp_path / "empty.txt").stat().st_size == 0


def test_a_file_may_be_as_large_as_the_limit_and_not_a_byte_larger(tmp_path: Path) -> None:
    assert arrive(tmp_path, "fits", b"x" * 10, limit=10) == "fits"
    assembly = begin(tmp_path, "large", limit=10)
    assembly.write(b"x" * 10)
    with pytest.raises(LookinError) as caught:
        assembly.write(b"x")
    assert caught.value.status == 413
    assert [p.name for p in tmp_path.iterdir()] == ["fits"]


def test_an_abandoned_file_leaves_nothing(tmp_path: Path) -> None:
    assembly = begin(tmp_path, "a", limit=10)
    assembly.write(b"x")
    assembly.abandon()
    assembly.abandon()
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    assembly = begin(tmp_path, "a", limit=10)
    monkeypatch.setattr(assembly, "_file", full)
    with pytest.raises(LookinError) as caught:
        assembly.write(b"x")
    assert (caught.value.code, caught.value.status) == ("disk", 507)
    assert not list(tmp_path.iterdir())


def test_a_folder_removed_meanwhile_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    assembly = begin(folder, "a")
    shutil.rmtree(folder)
    with pytest.raises(LookinError) as caught:
        assembly.finish()
    assert caught.value.code == "disk"


def test_a_file_system_without_links_overwrites_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(claiming.os, "link", refuse)
    assert [arrive(tmp_path, "a", b"1"), arrive(tmp_path, "a", b"2")] == ["a", "a (2)"]
    assert (tmp_path / "a").read_bytes() == b"1"


def test_a_name_taken_by_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a").symlink_to(tmp_path / "outside")
    assert arrive(folder, "a", b"x") == "a (2)"
    assert not (tmp_path / "outside").exists()


def test_the_sweep_takes_only_what_is_old_and_unfinished(tmp_path: Path) -> None:
    old, young = begin(tmp_path, "a", limit=1), begin(tmp_path, "b", limit=1)
    path = tmp_path / old._hidden  # the test ages the file itself
    os.utime(path, (1, 1))
    assert sweep(tmp_path, older_than=1000) == 1
    assert not path.exists()
    assert young.finish().name == "b"
    old.abandon()
