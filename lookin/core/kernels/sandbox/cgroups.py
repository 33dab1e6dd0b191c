"""Control groups (v2) of kernels, where the system delegates them to us: broker side.

Documentation/admin-guide/cgroup-v2.rst. Not for the bounds of single processes (`limits`).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MOUNT = Path("/sys/fs/cgroup")
_NEEDED = ("memory", "pids", "cpu")
_LEAF = "lookin"  # where our own processes move: a group with controllers holds no processes
_PERIOD = 100_000  # microseconds


@dataclass(frozen=True)
class Usage:
    """What a group uses now: bytes, seconds of CPU since it was made, processes and threads."""

    memory_bytes: int
    cpu_seconds: float
    processes: int


def delegated(mount: Path = _MOUNT, own: Path = Path("/proc/self/cgroup")) -> str | None:
    """The folder of this process's group if it may make groups with all controllers; else None."""
    try:
        lines = own.read_text().splitlines()
        path = next(line[3:] for line in lines if line.startswith("0::"))
        group = mount / path.lstrip("/")
        if group.name == _LEAF:  # we moved here ourselves
            group = group.parent
        offered = (group / "cgroup.controllers").read_text().split()
    except (OSError, StopIteration):
        return None
    if group == mount or not all(name in offered for name in _NEEDED):
        return None  # the root of the tree is nobody's to divide
    files = ("", "cgroup.procs", "cgroup.subtree_control")
    return str(group) if all(os.access(group / name, os.W_OK) for name in files) else None


def take(folder: str) -> None:
    """Make the delegated `folder` able to hold groups: move what is in it into a leaf. OSError."""
    group = Path(folder)
    leaf = group / _LEAF
    leaf.mkdir(exist_ok=True)
    for process in (group / "cgroup.procs").read_text().split():
        with suppress(ProcessLookupError):
            (leaf / "cgroup.procs").write_text(process)
    wanted = " ".join(f"+{name}" for name in _NEEDED)
    (group / "cgroup.subtree_control").write_text(wanted)


class Group:
    """The group of one kernel."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, parent: str, name: str) -> Group:
        """A new group below a folder that `take` has prepared. Raises OSError."""
        folder = Path(parent) / name
        folder.mkdir()
        return cls(folder)

    def limits(self, memory_bytes: int = 0, processes: int = 0, cpu_percent: int = 0) -> None:
        """Bound it; 0 = no bound. All of it ends together when memory runs out."""
        self._write("memory.max", memory_bytes or "max")
        with suppress(FileNotFoundError):  # a system without swap accounting
            self._write("memory.swap.max", 0 if memory_bytes else "max")
        self._write("memory.oom.group", 1)
        self._write("pids.max", processes or "max")
        quota = cpu_percent * _PERIOD // 100 if cpu_percent else "max"
        self._write("cpu.max", f"{quota} {_PERIOD}")

    def add(self, pid: int) -> None:
        """Move a process in; what it starts afterwards is in it too."""
        self._write("cgroup.procs", pid)

    def usage(self) -> Usage:
        """What it uses now. Raises OSError when it is gone."""
        seconds = int(self._table("cpu.stat")["usage_usec"]) / 1e6
        memory = int((self.folder / "memory.current").read_text())
        return Usage(memory, seconds, int((self.folder / "pids.current").read_text()))

    def oom_kills(self) -> int:
        """How often memory ran out in it, and something was ended."""
        return int(self._table("memory.events").get("oom_kill", "0"))

    def remove(self) -> None:
        """End everything in it and remove it. Raises OSError while its processes still end."""
        with suppress(FileNotFoundError):  # cgroup.kill is Linux 5.14
            self._write("cgroup.kill", 1)
        with suppress(FileNotFoundError):
            self.folder.rmdir()

    def _write(self, name: str, value: object) -> None:
        # never made: in a tree of the system's all of these are there
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{value}\n")

    def _table(self, name: str) -> dict[str, str]:
        lines = (self.folder / name).read_text().splitlines()
        return dict(line.split(" ", 1) for line in lines)
