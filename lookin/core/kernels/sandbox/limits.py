"""Bounds on what one process may take, which its children inherit.

Not for a kernel as a whole, with all its processes: that is `cgroups`, or the memory watch.
"""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

from .plan import Limits

_STACKS = 24 * 8_388_608  # the threads a kernel has of its own, at 8 MiB of address space each
_FIRST_TO_GO = 500  # oom_score_adj: a kernel before the server


def apply(limits: Limits) -> None:
    """Set the bounds; both soft and hard, so that nothing raises them again."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file holds people's data
    _lower(resource.RLIMIT_NPROC, limits.processes)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    if limits.memory_bytes:  # on top of what the zygote left in it, which is shared
        _lower(resource.RLIMIT_DATA, _data_bytes() + _STACKS + limits.memory_bytes)


def _lower(kind: int, value: int) -> None:
    if value:
        most = resource.getrlimit(kind)[1]
        allowed = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (allowed, allowed))


def _data_bytes() -> int:
    """What RLIMIT_DATA counts: private writable memory, in bytes (statm's sixth is wider)."""
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmData:"))


def come_first_when_memory_ends() -> None:
    """Be what Linux ends first when memory runs out, and give way to the server's processes."""
    with contextlib.suppress(OSError):  # a lower value may be forced from outside
        Path("/proc/self/oom_score_adj").write_text(str(_FIRST_TO_GO))
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, 5)
