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
    forbid_core_files()
    _lower(resource.RLIMIT_NPROC, limits.processes)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    if limits.memory_bytes:  # on top of what the zygote left in it, which is shared
        _lower(resource.RLIMIT_DATA, _data_bytes() + _STACKS + limits.memory_bytes)


def forbid_core_files() -> None:
    """A core file holds people's data. One byte, not none: 0 is ignored where cores are piped."""
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))  # fs/coredump.c


def _lower(kind: int, value: int) -> None:
    if value:
        most = resource.getrlimit(kind)[1]
        allowed = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (allowed, allowed))


def _data_bytes() -> int:
    """What RLIMIT_DATA counts, private writable memory, and the stack: statm's sixth, proc(5)."""
    return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()


def come_first_when_memory_ends() -> None:
    """Be what Linux ends first when memory runs out, and give way to the server's processes."""
    with contextlib.suppress(OSError):  # a lower value may be forced from outside
        Path("/proc/self/oom_score_adj").write_text(str(_FIRST_TO_GO))
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, 5)
