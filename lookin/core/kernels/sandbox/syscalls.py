"""The system calls of Linux that Python 3.10 does not offer, typed, raising OSError.

Not for what they are used for: `namespaces`, `root`, `capabilities`, `landlock`, `seccomp`.
Numbers and constants are from the kernel's include/uapi (x86-64 and aarch64).
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal

_X86 = platform.machine() == "x86_64"
_NUMBERS = {
    "capset": 126 if _X86 else 91,
    "pivot_root": 155 if _X86 else 41,
    "keyctl": 250 if _X86 else 219,
    "open_tree": 428,
    "move_mount": 429,
    "close_range": 436,
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}
CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_REC, MS_PRIVATE, MS_SLAVE = 0x4000, 1 << 18, 1 << 19
MNT_DETACH = 2
AT_FDCWD, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_RECURSIVE = -100, 0x100, 0x1000, 0x8000
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
MOUNT_ATTR_IDMAP = 0x00100000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47
_OPEN_TREE_CLONE, _MOVE_MOUNT_F_EMPTY_PATH = 1, 4

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long
_SLEEPER_STACK = ctypes.create_string_buffer(32768)
_CLONE_VM = 0x100


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """One of the system calls above; integers go as 64 bits."""
    given = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return _check(_syscall(ctypes.c_long(_NUMBERS[name]), *given), name)


def unshare(flags: int) -> None:
    """Leave the namespaces in `flags` for new ones."""
    _check(_libc.unshare(ctypes.c_int(flags)), "unshare")


def setns(descriptor: int, flags: int) -> None:
    """Enter the namespace behind `descriptor`."""
    _check(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(flags)), "setns")


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """mount(2)."""
    named = [None if text is None else text.encode() for text in (source, target, kind)]
    _check(_libc.mount(*named, ctypes.c_ulong(flags), data.encode()), f"mount {kind} on {target}")


def detach_mount(target: str) -> None:
    """umount2(2), lazily."""
    _check(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """pivot_root(2)."""
    call("pivot_root", new.encode(), old.encode())


def open_tree(path: str, flags: int = 0) -> int:
    """A descriptor of a detached copy of the mount at `path`, closed on exec."""
    wanted = _OPEN_TREE_CLONE | os.O_CLOEXEC | flags
    try:
        return call("open_tree", AT_FDCWD, path.encode(), wanted)
    except OSError as error:
        raise OSError(error.errno, f"open_tree {path}: {error.strerror}") from error


def move_mount(tree: int, target: str) -> None:
    """Attach a detached mount at `target`."""
    call("move_mount", tree, b"", AT_FDCWD, target.encode(), _MOVE_MOUNT_F_EMPTY_PATH)


def set_mount(tree: int, path: str, flags: int, attributes: int, userns: int = 0) -> None:
    """mount_setattr(2): add `attributes` to the mount at `path` beneath `tree` ('' = itself)."""
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, userns)
    _check(
        _syscall(
            ctypes.c_long(_NUMBERS["mount_setattr"]),
            ctypes.c_long(tree),
            path.encode(),
            ctypes.c_long(flags | (0 if path else AT_EMPTY_PATH)),
            wanted,
            ctypes.c_size_t(ctypes.sizeof(wanted)),
        ),
        "mount_setattr",
    )


def prctl(option: int, second: int, third: int = 0) -> int:
    """prctl(2) with up to two numbers."""
    given = [ctypes.c_ulong(number) for number in (second, third, 0, 0)]
    return _check(_libc.prctl(ctypes.c_int(option), *given), f"prctl {option}")


def close_range(first: int, last: int) -> None:
    """close_range(2); 0xFFFFFFFF = up to the highest."""
    if first <= last:
        call("close_range", first, last, 0)


def clone_sleeper(flags: int) -> int:
    """The pid of a child in new namespaces that only sleeps, until it is killed and waited for.

    It shares this process's memory and runs nothing but libc's pause() on a stack of its own, so
    that nothing need be copied: a fork of a large process takes milliseconds.
    """
    top = (ctypes.addressof(_SLEEPER_STACK) + len(_SLEEPER_STACK)) & ~0xF
    wanted = ctypes.c_int(flags | _CLONE_VM | signal.SIGCHLD)
    pause = ctypes.cast(_libc.pause, ctypes.c_void_p)
    return _check(_libc.clone(pause, ctypes.c_void_p(top), wanted, None), "clone")
