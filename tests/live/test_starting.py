"""`lookin run` where it cannot: one clear sentence, exit status 1, and everything as it was."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.place import free_port, running_place

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class Refused:
    """How a start ended."""

    status: int
    stderr: str


def start(home: Path, **options: str) -> Refused:
    """`lookin run` with its data in `home`; a start that works is stopped, and fails the test."""
    environment = {
        **os.environ,
        "PORT": str(free_port()),
        "LOOKIN_HOME": str(home),
        "LOOKIN_RUNTIME_DIR": "",
        "DJANGO_SETTINGS_MODULE": "lookin.site.settings",
        "DATABASE_URL": "",
        **options,
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    words = [sys.executable, "-m", "lookin.site.cli", "run"]
    process = subprocess.Popen(words, cwd=ROOT, env=environment, **pipes)  # type: ignore[call-overload]
    try:
        for line in process.stdout:
            if "Lookin is at" in line:
                pytest.fail(f"it started: {line}")
        return Refused(process.wait(START_SECONDS), process.stderr.read())
    finally:
        process.terminate()
        process.communicate(timeout=START_SECONDS)


def contents(home: Path) -> dict[str, bytes]:
    """Every file of a home but what SQLite and locks keep beside theirs."""
    passing = ("-wal", "-shm", ".lock")
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith(passing)
    }


def sentences(stderr: str) -> list[str]:
    """What is said to people: the broker starts beside, and may log before the place gives up."""
    return [line for line in stderr.splitlines() if " INFO lookin.broker: " not in line]


def assert_refused(home: Path, *words: str, **options: str) -> None:
    """One sentence with these words, and nothing changed."""
    before = contents(home)
    refused = start(home, **options)
    assert refused.status == 1, refused.stderr
    assert len(sentences(refused.stderr)) == 1, refused.stderr
    assert "Traceback" not in refused.stderr
    for word in words:
        assert word in refused.stderr
    assert contents(home) == before


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has been started once."""
    home = tmp_path_factory.mktemp("lk") / "home"
    environment = {**os.environ, "LOOKIN_HOME": str(home), "DATABASE_URL": ""}
    environment |= {"DJANGO_SETTINGS_MODULE": "lookin.site.settings", "LOOKIN_RUNTIME_DIR": ""}
    words = [sys.executable, "-m", "lookin.site.cli", "migrate"]
    subprocess.run(words, cwd=ROOT, env=environment, check=True, timeout=START_SECONDS)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to spoil."""
    return Path(shutil.copytree(made, tmp_path / "home"))


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own, mounted at `folder`. Skips where this account may not mount."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("skipped: only root may mount a small disk to fill")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_what_is_kept_is_for_this_account_alone(made: Path) -> None:
    for path in (made / "keys", made / "workspaces", made / "live", made / "scratch", made):
        assert path.stat().st_mode & 0o777 == 0o700, path
    for path in (made / "keys" / "django", made / "keys" / "faces", made / "lookin.sqlite3"):
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_a_port_in_use_is_named(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_refused(home, f"Port {port} is in use", f"PORT={port + 1}", PORT=str(port))


def test_two_starts_on_the_same_data_are_one_too_many(home: Path) -> None:
    with running_place(home):
        refused = start(home)
        assert refused.status == 1
        assert "runs already with the data in" in refused.stderr


def test_an_address_that_is_no_address_is_named(home: Path) -> None:
    assert_refused(home, "LOOKIN_BIND", "no-such-host.invalid", LOOKIN_BIND="no-such-host.invalid")


def test_data_of_a_newer_version_is_refused(home: Path) -> None:
    with contextlib.closing(sqlite3.connect(home / "lookin.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_x', 0)"
        )
    assert_refused(home, "newer Lookin (accounts.9999_x)", "Nothing was changed")


def test_a_database_that_is_none_is_refused(home: Path) -> None:
    (home / "lookin.sqlite3").write_bytes(b"no database" * 1000)
    assert_refused(home, "database could not be opened or written", "Nothing was changed")


@pytest.mark.parametrize("name", ["django", "faces"])
def test_a_damaged_key_is_refused_and_kept(home: Path, name: str) -> None:
    (home / "keys" / name).write_bytes(b"short")
    assert_refused(home, f"keys/{name}", "backup")


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_refused(tmp_path / "file" / "home", "The disk would not take the file")


def test_a_read_only_home_is_one_sentence(home: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk:
        shutil.copytree(home, disk / "home")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert_refused(disk / "home", "writable")
        assert_refused(disk / "other", "writable")


@pytest.mark.parametrize("is_new", [True, False])
def test_a_full_disk_is_one_sentence(home: Path, tmp_path: Path, is_new: bool) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk:
        if not is_new:
            shutil.copytree(home, disk / "home")
        with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"x" * 4096):
                pass
        before = contents(disk)
        refused = start(disk / "home")
        assert (refused.status, len(sentences(refused.stderr))) == (1, 1), refused.stderr
        assert "Traceback" not in refused.stderr
        assert "room" in refused.stderr or "space" in refused.stderr
        after = contents(disk)
        assert {name: after.get(name) for name in before} == before


@pytest.mark.parametrize("kind", ["others", "open", "file", "link"])
def test_a_folder_for_sockets_that_is_not_ours_alone_is_refused(
    home: Path, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "run"
    if kind == "file":
        folder.write_text("mine")
    elif kind == "link":
        (tmp_path / "real").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "real")
    else:
        folder.mkdir()
        (folder / "mine").write_text("mine")
        folder.chmod(0o755)
    if kind == "others":
        if os.getuid() != 0:
            pytest.skip("skipped: only root may give a folder away")
        os.chown(folder, 12345, 12345)
    before = folder.lstat()
    assert_refused(home, "LOOKIN_RUNTIME_DIR", LOOKIN_RUNTIME_DIR=str(folder))
    after = folder.lstat()
    assert (after.st_mode, after.st_uid) == (before.st_mode, before.st_uid)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "ninety", "PORT is “ninety”"),
        ("PORT", "70000", "from 1 to 65535"),
        ("LOOKIN_HTTPS", "perhaps", "yes or no"),
        ("LOOKIN_RUNTIME_DIR", "/tmp/" + "a" * 100, "LOOKIN_RUNTIME_DIR"),
        ("DATABASE_URL", "mysql://a:s3cret@b/c", "DATABASE_URL must look like"),
        ("DATABASE_URL", "postgresql://a:s3c/ret@b/c", "DATABASE_URL must look like"),
        ("DATABASE_URL", "postgresql://a:s3cret@b:99999/c", "DATABASE_URL must look like"),
        ("DATABASE_URL", "postgresql://a:s3cret@[b/c", "DATABASE_URL must look like"),
        ("DATABASE_URL", "postgresql://a:s3cret@127.0.0.1:1/c?nonsense=1", "could not be opened"),
    ],
)
def test_a_bad_option_is_named_and_its_password_is_not(
    made: Path, name: str, value: str, said: str
) -> None:
    refused = start(made, **{name: value})
    assert (refused.status, len(sentences(refused.stderr))) == (1, 1), refused.stderr
    assert said in refused.stderr
    assert "s3c" not in refused.stderr
