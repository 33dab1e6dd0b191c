"""The few things of Linux and glibc that Python does not offer. Called before and after forks."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NAME, _PR_SET_CHILD_SUBREAPER = 1, 4, 15, 36
_libc = ctypes.CDLL(None, use_errno=True)


def threads() -> int:
    """How many this process has."""
    return len(list(Path("/proc/self/task").iterdir()))


def check_single_thread() -> None:
    """A fork takes over one thread; the locks of others would stay locked. RuntimeError."""
    if threads() != 1:
        raise RuntimeError("the zygote has more than one thread")


def check_clean(control: int) -> None:
    """Refuse to run with descriptors that are none of ours: every kernel would inherit them."""
    check_single_thread()
    found = {int(entry.name) for entry in Path("/proc/self/fd").iterdir()}
    stray = sorted(number for number in found - {0, 1, 2, control} if _is_open(number))
    if stray:
        raise SystemExit(f"The zygote was started with descriptors that are not its own: {stray}")


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:  # the one that listed the folder
        return False
    return True


def name_process(name: str) -> None:
    """As `ps` and `top` show it."""
    _libc.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def become_subreaper() -> None:
    """Orphans below become our children."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """SIGKILL when the parent's thread ends that started us. Forks do not inherit it."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def outlive_parent() -> None:
    """Take `die_with_parent` back: from now on something else tells of the parent's end."""
    _libc.prctl(_PR_SET_PDEATHSIG, 0, 0, 0, 0)


def outer_pid() -> int:
    """This process's number where /proc was mounted: outside, as long as the root is outside's."""
    return int(os.readlink("/proc/self"))  # noqa: PTH115 (in every fork: the less code the better)


def be_ordinary(parent: int) -> None:
    """SIGKILL when the parent ends (a change of uid clears that), and a /proc of its own."""
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def trim_memory() -> None:
    """Give freed pages back, so that forks neither share nor copy them."""
    with contextlib.suppress(AttributeError):
        _libc.malloc_trim(0)


def forget_environment() -> None:
    """Empty the environment, also the copy that /proc/self/environ shows to the end."""
    os.environ.clear()
    with open("/proc/self/stat", encoding="utf-8") as file:  # noqa: PTH123
        fields = file.read().rsplit(")", 1)[1].split()
    start, end = int(fields[47]), int(fields[48])  # env_start, env_end: proc(5), 50 and 51
    if 0 < start < end:
        ctypes.memset(start, 0, end - start)


_changed: list[int] = []


def note_signals() -> None:
    """Remember which signals something has set a handler for: looking at all costs each fork."""
    pristine = (signal.SIG_DFL, signal.SIG_IGN, signal.default_int_handler)
    _changed[:] = [int(n) for n in signal.valid_signals() if signal.getsignal(n) not in pristine]


def default_signals() -> None:
    """As after an exec of Python: nothing of the zygote's handling is left."""
    signal.set_wakeup_fd(-1)
    for number in _changed:
        signal.signal(number, signal.SIG_DFL)
