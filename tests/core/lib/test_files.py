"""Names stay inside their folder, and a write leaves the old file or the new one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.files import (
    NAME_BYTES,
    disk_error,
    free_name,
    safe_join,
    safe_name,
    write_atomic,
)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("report.csv", "report.csv"),
        ("../../x", "x"),
        ("/etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\0b.csv", "ab.csv"),
        ("데이터.csv", "데이터.csv"),  # NFD, as macOS sends it
        ("📈 plot.png", "📈 plot.png"),
        ("con.txt", "_con.txt"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        (".hidden", "hidden"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@pytest.mark.parametrize("nothing", ["", "..", "/", "\0", "...", " "])
def test_a_name_with_nothing_usable_is_refused_in_words(nothing: str) -> None:
    with pytest.raises(LookinError, match="usable"):
        safe_name(nothing)


@given(st.text(max_size=600))
def test_a_safe_name_is_one_part_short_enough_and_stable(text: str) -> None:
    try:
        name = safe_name(text)
    except LookinError:
        return
    assert len(name.encode()) <= NAME_BYTES
    assert "/" not in name
    assert not name.startswith(".")
    assert safe_name(name) == name


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("가" * 300 + ".csv")
    assert name.endswith(".csv")
    assert len(name.encode()) <= NAME_BYTES


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    (tmp_path / "a (2).csv").touch()
    assert free_name(tmp_path, "a.csv") == "a (3).csv"


@pytest.mark.parametrize(
    "outside",
    ["../x", "/etc/passwd", "a/../../x", "a\0b", ".keys", "a/.keys", "", "a//b", "link/secret"],
)
def test_nothing_outside_the_folder_exists(tmp_path: Path, outside: str) -> None:
    root = tmp_path / "data"
    sibling = tmp_path / "datasecret"  # begins with the root's name: CVE-2026-35397
    root.mkdir()
    sibling.mkdir()
    (sibling / "secret").touch()
    (root / "link").symlink_to(sibling)
    with pytest.raises(NotFoundError):
        safe_join(root, outside)


def test_a_file_inside_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert safe_join(tmp_path, "a/b.csv") == tmp_path.resolve() / "a" / "b.csv"


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_atomic(target, b"old")
    with pytest.raises(LookinError) as refusal:
        write_atomic(tmp_path / "missing" / "a.txt", b"new")
    assert refusal.value.code == "disk"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert target.read_bytes() == b"old"


def test_a_full_disk_is_a_sentence() -> None:
    with pytest.raises(OSError, match="space") as full:
        Path("/dev/full").write_bytes(b"x")
    assert "No space left" in disk_error(full.value).sentence()
