"""The few things of Linux and glibc that Python does not offer. Called before and after forks."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NAME, _PR_SET_CHILD_SUBREAPER = 1, 4, 15, 36
_M_ARENA_MAX = -8
_libc = ctypes.CDLL(None, use_errno=True)


def check_single_thread() -> None:
    """A fork takes over one thread; the locks of others would stay locked. RuntimeError."""
    if len(os.listdir("/proc/self/task")) != 1:
        raise RuntimeError("the zygote has more than one thread")


def check_clean(control: int) -> None:
    """Refuse to run with descriptors that are none of ours: every kernel would inherit them."""
    check_single_thread()
    found = {int(name) for name in os.listdir("/proc/self/fd")}
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


def outer_pid() -> int:
    """This process's number where /proc was mounted: outside, as long as the root is outside's."""
    return int(os.readlink("/proc/self"))


def be_ordinary(parent: int) -> None:
    """SIGKILL when the parent ends (a change of uid clears that), and a /proc of its own."""
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def settle_memory() -> None:
    """One malloc arena: each further one costs every kernel pages of its own."""
    with contextlib.suppress(AttributeError):  # not glibc
        _libc.mallopt(_M_ARENA_MAX, 1)


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


def default_signals() -> None:
    """As after an exec: nothing of the zygote's handling is left."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if number in (signal.SIGKILL, signal.SIGSTOP):
            continue
        handler = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        if number in (signal.SIGPIPE, signal.SIGXFSZ):
            handler = signal.SIG_IGN  # as Python itself starts
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
