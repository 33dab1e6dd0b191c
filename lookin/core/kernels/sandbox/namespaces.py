"""Namespaces: leaving the system's, the maps of uids, the loopback of an empty network.

Not for what is mounted in them (`root`).
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
from pathlib import Path

from . import syscalls

_ALL = (
    syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWPID
    | syscalls.CLONE_NEWNET
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUTS
    | syscalls.CLONE_NEWCGROUP
)
INSIDE_ID = 1000  # uid and gid in a user namespace
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1


def leave(own_users: bool) -> None:
    """New namespaces of every kind; the next fork is PID 1.

    With `own_users` a user namespace too, in which the caller holds every capability and is
    uid 1000; without it the caller must be root. One thread only.
    """
    if not own_users:
        syscalls.unshare(_ALL)
        return
    uid, gid = os.geteuid(), os.getegid()
    syscalls.unshare(_ALL | syscalls.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INSIDE_ID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{INSIDE_ID} {gid} 1")


def raise_loopback() -> None:
    """Bring up `lo`, the only interface of a new network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        asked = struct.pack("16sH22x", b"lo", 0)
        flags = struct.unpack("16sH22x", fcntl.ioctl(probe, _SIOCGIFFLAGS, asked))[1]
        fcntl.ioctl(probe, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags | _IFF_UP))


def map_disk_to(uid: int) -> int:
    """A descriptor of a user namespace that shows files of this process's uid as `uid`'s.

    For MOUNT_ATTR_IDMAP, mount_setattr(2). Needs root, and a /proc of this pid namespace.
    """
    child = syscalls.clone_sleeper(syscalls.CLONE_NEWUSER)
    try:
        process = Path(f"/proc/{child}")
        (process / "uid_map").write_text(f"{os.geteuid()} {uid} 1")
        (process / "gid_map").write_text(f"{os.getegid()} {uid} 1")
        return os.open(process / "ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
