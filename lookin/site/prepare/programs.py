"""Runs pip, npm and Lookin's own commands, and says in one sentence why one of them failed.

Their output goes to a log in `build/prepare/`; a person sees it only by opening that file.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lookin.core.lib.errors import LookinError

_TAIL_BYTES = 64 * 1024
# Would send pip's work elsewhere or make a child read another Python's packages.
_FOREIGN = {"PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_ROOT", "PIP_TARGET", "PIP_USER"}
_FOREIGN |= {"PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
_FOREIGN |= {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}

# npm's own pauses between tries make a machine without a network wait for a minute and a half.
_PATIENCE = {
    "npm_config_fetch_retry_maxtimeout": "5000",
    "npm_config_fetch_retry_mintimeout": "1000",
}

_FULL = ("No space left on device", "ENOSPC", "Disk quota exceeded")
_CLOSED = ("Read-only file system", "Permission denied", "EROFS", "EACCES")
_DAMAGED = ("DO NOT MATCH THE HASHES", "EINTEGRITY", "BadZipFile")
_UNREACHED = (
    "connection broken by",
    "Could not fetch URL",
    "No matching distribution found",
    "Temporary failure in name resolution",
    "timed out",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENETUNREACH",
    "ENOTFOUND",
    "ETIMEDOUT",
    "ProxyError",
)


class PrepareError(LookinError):
    """Setting up could not go on; the sentences say why and what to do."""

    code = "prepare_failed"
    status = 500


@dataclass(frozen=True)
class Programs:
    """How children run: from `root`, logging to `logs`, holding `lock` open while they live.

    A child that outlives a killed parent keeps the lock, so that no second set-up starts beside it.
    """

    root: Path
    logs: Path
    lock: int
    extra: Mapping[str, str] = field(default_factory=dict)

    def run(self, what: str, log: str, command: Sequence[str | Path], cwd: Path) -> None:
        """Run `command` to its end. `what` names it to a person, `log` names its log file.

        Raises PrepareError with the cause.
        """
        path = self.logs / f"{log}.log"
        with path.open("wb") as output:
            output.write(f"$ {' '.join(map(str, command))}\n".encode())
            output.flush()
            child = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env=clean_environment(self.extra),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(self.lock,),
            )
            try:
                status = child.wait()
            except BaseException:
                _end(child)
                raise
        if status != 0:
            raise explain(what, status, _tail(path), self._shown(path))

    def _shown(self, path: Path) -> str:
        with contextlib.suppress(ValueError):
            return str(path.relative_to(self.root))
        return str(path)


def last_line(log: Path) -> str:
    """The last line that a program printed: one of Lookin's own ends with a sentence for people."""
    lines = [line.strip() for line in _tail(log).splitlines() if line.strip()]
    return lines[-1] if lines else ""


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without what would lead a child astray, and with `extra`."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return _PATIENCE | kept | {"PYTHONUNBUFFERED": "1"} | dict(extra)


def explain(what: str, status: int, output: str, log: str) -> PrepareError:
    """One sentence for a program that ended with `status` after printing `output`."""
    details = f"The program's own words are in {log}."
    if _any(_FULL, output):
        return disk_full(details)
    if _any(_DAMAGED, output):
        return PrepareError(
            f"{what} arrived damaged or changed, so nothing of it was used.",
            f"Run the same command again; if it stays so, look at your mirror or proxy. {details}",
        )
    if _any(_UNREACHED, output):
        return PrepareError(
            f"{what} could not be fetched{_culprit(output)}. What was fetched before is kept.",
            f"Is this machine connected? Then run the same command again. {details}",
        )
    if _any(_CLOSED, output):
        return PrepareError(f"{what} could not be written: a folder may not be written.", details)
    if status < 0:
        name = signal.Signals(-status).name
        cause = "perhaps too little memory" if status == -signal.SIGKILL else name
        return PrepareError(f"{what}: the program was ended from outside ({cause}).", details)
    return PrepareError(f"{what}: the program gave up.", details)


def disk_full(details: str = "") -> PrepareError:
    """The sentence for a disk without room."""
    return PrepareError(
        "The disk is full.", f"Free about 2 GB, then run the same command again. {details}"
    )


def explain_disk(error: OSError, root: Path) -> PrepareError:
    """The sentence for a file that this program itself could not write."""
    if error.errno in {28, 122}:  # ENOSPC, EDQUOT
        return disk_full()
    place = error.filename or root
    return PrepareError(
        f"Lookin cannot write {place} ({error.strerror or type(error).__name__}).",
        f"Make {root} a folder that you may write, or copy Lookin to one.",
    )


def _any(marks: Sequence[str], output: str) -> bool:
    return any(mark in output for mark in marks)


def _culprit(output: str) -> str:
    found = re.search(r"(?:satisfies the requirement|distribution found for) ([\w.\-]+)", output)
    return f" ({found.group(1)})" if found else ""


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return file.read().decode(errors="replace")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ctrl-C reaches the child too; give it a moment to leave by itself, then insist."""
    for act in (child.terminate, child.kill):
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=5)
            return
        act()
    child.wait()
