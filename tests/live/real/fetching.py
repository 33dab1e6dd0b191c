"""Fetches public notebooks and the Python that runs them, once, into var/cache/notebooks.

Archives and packages are pinned by version and SHA-256 and come through pip as this machine is
configured. Not for running notebooks (runs.py).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lookin.site.prepare.programs import clean_environment
from tests.environments import copy_of_kernels

ROOT = Path(__file__).resolve().parents[3]
SDISTS = Path(__file__).with_name("sdists.txt")
PACKAGES = ROOT / "requirements" / "notebooks.txt"
CACHE = ROOT / "var" / "cache" / "notebooks"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
SECONDS = 240.0  # for one command; a registry that does not answer counts as none


class NotFetchedError(Exception):
    """What is needed could not be had; says which and why in a sentence."""


def notebook(package: str, name: str) -> Path:
    """The file `name` of the archive of `package`, fetched if it is not here yet."""
    with _alone("sdists"):
        folder = CACHE / "sdists" / _digest(SDISTS)
        if not folder.is_dir():
            _fetch(folder)
    return next(folder.glob(f"{package}-*")) / name


def kernels_python() -> Path:
    """The interpreter of an environment with all that the notebooks import, and nbclient."""
    with _alone("environment"):
        folder = CACHE / "environment"
        stamp = folder / ".made-from"
        python = folder / "bin" / "python"
        if not stamp.is_file() or stamp.read_text() != _digest(PACKAGES):
            copy_of_kernels(folder)
            install = ("install", "--quiet", "--require-hashes", "--only-binary", ":all:")
            _run([python, *PIP, *install, "-r", PACKAGES])
            stamp.write_text(_digest(PACKAGES))
    return python


def _fetch(folder: Path) -> None:
    names = re.findall(r"^(\w+)==", SDISTS.read_text(), re.MULTILINE)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
        command: list[str | Path] = [
            sys.executable,
            *PIP,
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
        ]
        command += ["--no-binary", ",".join(names), "-r", str(SDISTS), "-d", fresh]
        _run(command)
        unpacked = Path(fresh, "unpacked")
        for archive in Path(fresh).glob("*.tar.gz"):
            with tarfile.open(archive) as tar:
                tar.extractall(unpacked, filter="data")
        if len(list(unpacked.iterdir())) != len(names):
            raise NotFetchedError("Not every archive of sdists.txt came as a .tar.gz.")
        shutil.move(unpacked, folder)


def _run(command: list[str | Path]) -> None:
    try:
        done = subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            env=clean_environment({}),
            cwd=ROOT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotFetchedError(f"The package registry did not answer in {SECONDS:g} s.") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotFetchedError(f"pip could not fetch it: {last}")


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process at a time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
