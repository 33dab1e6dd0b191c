"""The fence around one kernel, in the order of its building: detach, raise, confine, admit.

Not for who is let in when: the zygote's warden and the launcher decide. Whatever fails raises
FenceError, a SystemExit: nothing may go on unfenced.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from . import capabilities, landlock, limits, namespaces, seccomp, syscalls
from .plan import PROXY_PORT, WORKSPACE, Plan
from .root import DEVICES, READABLE, Root, view_of

_SCRATCH = ("/tmp", "/dev/shm")  # noqa: S108 (the kernel's own, made by Root)
_OWNERS: list[int] = []  # the user namespace that maps a workspace's owner; left by `detach`


class FenceError(SystemExit):
    """A part of the fence could not be built. `str()` of it is a sentence for the log."""


@contextmanager
def _building(part: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        raise FenceError(f"The fence could not be built ({part}): {error}") from error


def prepare(plan: Plan) -> None:
    """Work out once what every fence like `plan` needs; in the process that is forked often."""
    with _building("preparation"):
        seccomp.prepare()
        if plan.tier == "full":
            view_of(plan.readable)


def detach(plan: Plan) -> None:
    """Leave the system's namespaces; the next fork is PID 1 of the new ones. One thread only.

    In a process that ends right after that fork. Nothing to do in the tiers below "full".
    """
    if plan.tier != "full":
        return
    with _building("namespaces"):
        _check_single_thread()
        if plan.uid is not None:
            _OWNERS.append(namespaces.map_disk_to(plan.uid))
        namespaces.leave(own_users=plan.uid is None)


class Fence:
    """The warden's side: it keeps the means to let the workspace in, the kernel gets none."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._owner = _OWNERS.pop() if _OWNERS else None
        self._outside = self._inside = -1  # mount namespaces

    def raise_(self) -> None:
        """Build the kernel's world around this process, PID 1. Then fork the kernel."""
        if self._plan.tier != "full":
            return
        if os.getpid() != 1:
            raise FenceError("The fence could not be built: this is not the first process in it.")
        with _building("file tree"):
            syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_SLAVE)
            self._outside = os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        self._inside = self._build_in_child()
        with _building("file tree"):
            syscalls.setns(self._inside, syscalls.CLONE_NEWNS)

    def _build_in_child(self) -> int:
        """A descriptor of the kernel's mount namespace, built by a child.

        The memory that building makes its own goes with the child: the warden stays small.
        """
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            try:
                self._build()
                socket.send_fds(theirs, [b"built"], [os.open("/proc/self/ns/mnt", os.O_RDONLY)])
            except BaseException as error:  # noqa: BLE001 (it must not come back from here)
                theirs.send(str(error).encode()[:4000])
            finally:
                os._exit(0)
        theirs.close()
        said, descriptors, _, _ = socket.recv_fds(ours, 4096, 1)
        ours.close()
        os.waitpid(child, 0)
        if said != b"built" or not descriptors:
            raise FenceError(said.decode(errors="replace") or "The fence could not be built.")
        os.set_inheritable(descriptors[0], False)
        return descriptors[0]

    def _build(self) -> None:
        with _building("file tree"):
            syscalls.unshare(syscalls.CLONE_NEWNS)  # the kernel's; the one before stays ours alone
            syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
            private = self._tree(self._plan.private) if self._plan.private else None
            os.umask(0o022)
            uid = namespaces.INSIDE_ID if self._plan.uid is None else self._plan.uid
            Root(self._plan, uid).build(private)
        with _building("network and names"):
            namespaces.raise_loopback()
            socket.sethostname("lookin")

    def admit(self, folder: str) -> str:
        """Let `folder` in, read-write; returns the path at which the kernel sees it.

        In the tiers below "full" the folder itself, which must have been named to `confine`.
        """
        if self._plan.tier != "full":
            return folder
        with _building("workspace"):
            syscalls.setns(self._outside, syscalls.CLONE_NEWNS)
            try:
                tree = self._tree(folder)
            finally:
                syscalls.setns(self._inside, syscalls.CLONE_NEWNS)
            syscalls.move_mount(tree, WORKSPACE)
            os.close(tree)
        return WORKSPACE

    def _tree(self, folder: str) -> int:
        """A detached mount of `folder`, whose owner on the disk is the kernel's uid inside."""
        tree = syscalls.open_tree(folder, syscalls.AT_SYMLINK_NOFOLLOW)
        quiet = syscalls.MOUNT_ATTR_NOSUID | syscalls.MOUNT_ATTR_NODEV
        if self._owner is not None:
            syscalls.set_mount(tree, "", 0, quiet | syscalls.MOUNT_ATTR_IDMAP, self._owner)
        else:
            syscalls.set_mount(tree, "", 0, quiet)
        return tree

    def proxy_listener(self) -> socket.socket:
        """A listening TCP socket inside, for a proxy outside. Raises FenceError without one."""
        if self._plan.network != "proxy" or self._plan.tier != "full":
            raise FenceError("This fence has no place for a proxy.")
        with _building("proxy"):
            return socket.create_server(("127.0.0.1", PROXY_PORT), backlog=64)

    @property
    def descriptors(self) -> frozenset[int]:
        """What the warden must keep open until `shut`."""
        held = (self._outside, self._inside, -1 if self._owner is None else self._owner)
        return frozenset(descriptor for descriptor in held if descriptor >= 0)

    def shut(self) -> None:
        """Nothing more will be admitted: give up the means to. The warden keeps only CAP_KILL."""
        self.forget()
        if self._plan.tier == "full":
            with _building("warden"):
                capabilities.drop_bounding()
                capabilities.keep(capabilities.CAP_KILL)

    def forget(self) -> None:
        """Close the descriptors that lead outside (the kernel's `confine` closes its own)."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self._outside = self._inside = -1
        self._owner = None


def harden_warden(plan: Plan) -> None:
    """In the warden, before it forks: not to be looked into, and the parent of all orphans."""
    with _building("warden"):
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
        if plan.tier != "full":
            syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
        limits.forbid_core_files()


def confine(plan: Plan, folder: str | None, descriptors: Collection[int] = (0, 1, 2)) -> None:
    """In the kernel's process, with one thread: give up everything that is not in the plan.

    `folder`: in the tiers below "full" the workspace. Every descriptor but `descriptors` is
    closed. The process becomes the leader of its own session.
    """
    with _building("confinement"):
        _check_single_thread()
        _close_all_but(descriptors)
        with suppress(PermissionError):  # it leads one already
            os.setsid()
        limits.come_first_when_memory_ends()
        limits.apply(plan.limits)
        if plan.tier == "none":
            return
        _leave_keyring()
        if plan.tier == "full" or capabilities.held():
            capabilities.drop_bounding()
        if plan.tier == "full" and plan.uid is not None:
            os.setgroups([])
            os.setresgid(plan.uid, plan.uid, plan.uid)
            os.setresuid(plan.uid, plan.uid, plan.uid)
        capabilities.keep()
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # or its own /proc would not be its own
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of uid clears it
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
        _restrict(plan, folder)
        seccomp.install(internet=plan.tier == "full")


def _check_single_thread() -> None:
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        raise RuntimeError("other threads run already, and would stay outside")


def _close_all_but(descriptors: Collection[int]) -> None:
    first = 0
    for kept in sorted(descriptors):
        syscalls.close_range(first, kept - 1)
        first = kept + 1
    syscalls.close_range(first, 0xFFFFFFFF)


def _leave_keyring() -> None:
    """A session keyring of its own: the one of the server may hold its secrets."""
    try:
        syscalls.call("keyctl", 1, None)  # KEYCTL_JOIN_SESSION_KEYRING
    except OSError as error:
        if error.errno not in (errno.ENOSYS, errno.EPERM, errno.EDQUOT):
            raise


def _restrict(plan: Plan, folder: str | None) -> None:
    """Landlock: behind the file tree in tier "full", where the system has it; else all there is."""
    own = [plan.private] if plan.private else []
    if plan.tier == "full":
        rules = [("/", landlock.READ), ("/dev", landlock.DEVICES)]  # only what Root put there
        rules += [(path, landlock.READ | landlock.WRITE) for path in (*own, "/home", *_SCRATCH)]
        if landlock.abi():
            landlock.restrict(rules, tcp=True)
        return
    if folder is None:
        raise RuntimeError("tier reduced needs to know the folder when it confines")
    rules = [(path, landlock.READ) for path in (*READABLE, *plan.readable)]
    rules += [(path, landlock.READ | landlock.WRITE) for path in (*own, folder)]
    rules += [(f"/dev/{name}", landlock.DEVICES) for name in DEVICES]
    landlock.restrict(rules, tcp=False)
