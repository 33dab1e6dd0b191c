"""What processes hold: private and proportional memory, descendants, the machine's free memory.

Reads /proc of Linux. Not for the server itself, which has its own memory watch.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
MB = 1024 * 1024


def parent_of(pid: int) -> int:
    """The parent process; 0 when it is gone."""
    return int(_fields(PROC / str(pid) / "status").get("PPid", "0"))


def descendants(root: int) -> set[int]:
    """All processes below `root`, without it."""
    parents = {pid: parent_of(pid) for pid in _pids()}
    found: set[int] = set()
    fresh = {root}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def kernel_family(pid: int) -> set[int]:
    """The processes that exist only for the kernel `pid`: itself, its children, its warden.

    The warden is the first process of the kernel's own pid namespace.
    """
    family = {pid} | descendants(pid)
    parent = parent_of(pid)
    inner = _fields(PROC / str(parent) / "status").get("NSpid", "").split()
    if len(inner) > 1 and inner[-1] == "1":
        family.add(parent)
    return family


def private_bytes(pids: Iterable[int]) -> int:
    """Private_Clean + Private_Dirty of all these processes. Raises PermissionError."""
    return sum(_rollup(pid, "Private_Clean") + _rollup(pid, "Private_Dirty") for pid in pids)


def proportional_bytes(pids: Iterable[int]) -> int:
    """Pss: each page divided by how many processes share it."""
    return sum(_rollup(pid, "Pss") for pid in pids)


def resident_bytes(pid: int) -> int:
    """VmRSS; 0 when it is gone."""
    return _kilobytes(_fields(PROC / str(pid) / "status").get("VmRSS", "0"))


def available_bytes() -> int:
    """What the machine could still give (MemAvailable)."""
    return _kilobytes(_fields(PROC / "meminfo")["MemAvailable"])


def command_of(pid: int) -> str:
    """The command line, words parted by blanks; empty when it is gone."""
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def _pids() -> list[int]:
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]


def _rollup(pid: int, name: str) -> int:
    return _kilobytes(_fields(PROC / str(pid) / "smaps_rollup").get(name, "0"))


def _kilobytes(text: str) -> int:
    return int(text.split(maxsplit=1)[0]) * 1024


def _fields(file: Path) -> dict[str, str]:
    """`Name: value` lines; empty when the process is gone."""
    try:
        lines = file.read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
