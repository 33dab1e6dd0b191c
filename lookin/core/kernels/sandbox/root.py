"""The file tree a kernel sees: the system's programs and its Python read-only, and little else.

Built from detached mounts, so that nothing of the real tree stays reachable. Runs in PID 1 of new
namespaces, with every capability in them. Not for Landlock, which stands behind it.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import syscalls
from .plan import WORKSPACE, Plan

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = (
    "alternatives", "ca-certificates", "fonts", "ld.so.cache", "localtime", "mime.types",
    "os-release", "pki", "python3", "python3.10", "python3.11", "python3.12", "python3.13",
    "python3.14", "R", "ssl", "timezone",
)  # fmt: skip
DEVICES = ("null", "zero", "full", "random", "urandom")
# What tier "reduced", which has no tree of its own, may read of the real one. Not /proc/self, which
# leads to /proc/self/net and the names of everybody's sockets.
READABLE = (
    *_SYSTEM,
    *(f"/etc/{name}" for name in (*_ETC, "passwd", "group", "hosts", "nsswitch.conf")),
    *(f"/proc/{name}" for name in ("cpuinfo", "meminfo", "stat", "filesystems", "version")),
)
_HIDDEN_IN_PROC = (  # where it could be read at all, that is where the kernel is root outside
    "acpi", "config.gz", "dynamic_debug", "iomem", "ioports", "kallsyms", "kcore", "key-users",
    "keys", "kmsg", "kpagecgroup", "kpagecount", "kpageflags", "latency_stats", "modules", "mtrr",
    "pagetypeinfo", "sched_debug", "scsi", "slabinfo", "sysrq-trigger", "timer_list", "vmallocinfo",
)  # fmt: skip
_FROZEN_IN_PROC = ("bus", "fs", "irq", "sys")
_BASE = "/tmp"  # noqa: S108 (any folder that is always there: a tmpfs covers it for a moment)
_QUIET = syscalls.MOUNT_ATTR_NOSUID | syscalls.MOUNT_ATTR_NODEV
_TMPFS = syscalls.MS_NOSUID | syscalls.MS_NODEV
_WHOLE = syscalls.AT_RECURSIVE


@dataclass(frozen=True)
class View:
    """What of the real tree is shown read-only: (path, whether a folder), and links to make."""

    shown: tuple[tuple[str, bool], ...]
    links: tuple[tuple[str, str], ...]


@cache
def view_of(readable: tuple[str, ...]) -> View:
    """The system's own parts and `readable`; a link stays a link, what it leads to is shown.

    Looked up once in a process: the zygote calls it before it forks.
    """
    shown: dict[str, bool] = {}
    links: dict[str, str] = {}
    for path in (*_SYSTEM, *(f"/etc/{name}" for name in _ETC), *readable):
        real = os.path.realpath(path)
        if not Path(real).exists():
            if path in readable:
                raise FileNotFoundError(errno.ENOENT, f"nothing to show at {path}")
            continue
        if real != path:
            links[path] = real
        if not any(real == other or real.startswith(other + "/") for other in shown):
            shown[real] = Path(real).is_dir()
    return View(tuple(shown.items()), tuple(links.items()))


class Root:
    """The tree of one kernel; `inside` is the uid that its files shall belong to."""

    def __init__(self, plan: Plan, inside: int) -> None:
        self._plan = plan
        self._inside = inside
        self._view = view_of(plan.readable)
        self._trees: list[tuple[str, bool, int]] = []  # target, whether a folder, detached mount

    def build(self, private: int | None) -> None:
        """Become a process whose whole tree is the new one. `private`: its detached mount."""
        self._gather()
        if private is not None and self._plan.private:
            self._trees.append((self._plan.private, True, private))
        _mount_tmpfs(_BASE, "mode=0755,size=8m,nr_inodes=4096")
        os.chdir(_BASE)
        Path("proc").mkdir()  # now: a user namespace may only mount it while it sees the real one
        syscalls.mount("proc", "proc", "proc", _TMPFS | syscalls.MS_NOEXEC)
        syscalls.pivot_root(".", ".")
        syscalls.detach_mount(".")  # the old root, which lay over the new one
        os.chdir("/")
        self._make_own()
        self._fill()
        _cover_proc()
        syscalls.set_mount(syscalls.AT_FDCWD, "/dev", 0, syscalls.MOUNT_ATTR_RDONLY)
        syscalls.set_mount(syscalls.AT_FDCWD, "/", 0, syscalls.MOUNT_ATTR_RDONLY)

    def _gather(self) -> None:
        """Detached copies of everything to be shown, while the real tree is still here."""
        for path, is_folder in self._view.shown:
            tree = syscalls.open_tree(path, _WHOLE)
            syscalls.set_mount(tree, "", _WHOLE, _QUIET | syscalls.MOUNT_ATTR_RDONLY)
            self._trees.append((path, is_folder, tree))
        for name in DEVICES:
            tree = syscalls.open_tree(f"/dev/{name}")
            quiet = syscalls.MOUNT_ATTR_NOSUID | syscalls.MOUNT_ATTR_NOEXEC
            syscalls.set_mount(tree, "", 0, quiet)
            self._trees.append((f"/dev/{name}", False, tree))

    def _fill(self) -> None:
        for target, is_folder, tree in self._trees:
            if is_folder:
                Path(target).mkdir(parents=True, exist_ok=True)
            else:
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                Path(target).touch()
            syscalls.move_mount(tree, target)
            os.close(tree)
        for link, target in self._view.links:
            if not os.path.lexists(link):
                Path(link).parent.mkdir(parents=True, exist_ok=True)
                Path(link).symlink_to(target)
        Path(WORKSPACE).mkdir(parents=True)

    def _make_own(self) -> None:
        """What is the kernel's alone: its /tmp, its shared memory, its terminals, its names."""
        size = self._plan.limits.tmp_bytes
        room = f"mode=1777,nr_inodes=65536{f',size={size}' if size else ''}"
        for path in ("tmp", "dev", "etc"):
            Path(path).mkdir(exist_ok=True)
        _mount_tmpfs("/tmp", room)  # noqa: S108 (the kernel's own)
        syscalls.mount("tmpfs", "/dev", "tmpfs", syscalls.MS_NOSUID, "mode=0755,size=64k")
        for path in ("/dev/shm", "/dev/pts"):  # noqa: S108
            Path(path).mkdir()
        _mount_tmpfs("/dev/shm", room)  # noqa: S108
        quiet = syscalls.MS_NOSUID | syscalls.MS_NOEXEC
        options = "newinstance,ptmxmode=0666,mode=0620,max=64"
        syscalls.mount("devpts", "/dev/pts", "devpts", quiet, options)
        links = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
        for name, target in {**links, "ptmx": "pts/ptmx"}.items():
            Path("/dev", name).symlink_to(target)
        for name, text in _names(self._inside).items():
            Path("/etc", name).write_text(text)


def _mount_tmpfs(target: str, options: str) -> None:
    syscalls.mount("tmpfs", target, "tmpfs", _TMPFS, options)


def _names(uid: int) -> dict[str, str]:
    """The files by which programs look up people, groups and machines."""
    nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
    return {
        "passwd": f"root:x:0:0:root:/root:/bin/sh\nlookin:x:{uid}:{uid}::{WORKSPACE}:/bin/bash\n"
        + nobody,
        "group": f"root:x:0:\nlookin:x:{uid}:\nnogroup:x:65534:\n",
        "hosts": "127.0.0.1 localhost lookin\n::1 localhost lookin\n",
        "hostname": "lookin\n",
        "resolv.conf": "",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }


def _cover_proc() -> None:
    """Nothing of the machine's own to read or turn, whoever the kernel is outside."""
    for name in _FROZEN_IN_PROC:
        with suppress(FileNotFoundError):
            tree = syscalls.open_tree(f"/proc/{name}", _WHOLE)
            syscalls.set_mount(tree, "", _WHOLE, _QUIET | syscalls.MOUNT_ATTR_RDONLY)
            syscalls.move_mount(tree, f"/proc/{name}")
            os.close(tree)
    for name in _HIDDEN_IN_PROC:
        covered = Path("/proc", name)
        if covered.is_dir():
            _mount_tmpfs(str(covered), "mode=0555,size=4k")
        elif os.access(covered, os.R_OK) or os.access(covered, os.W_OK):
            tree = syscalls.open_tree("/dev/null")
            syscalls.move_mount(tree, str(covered))
            os.close(tree)
