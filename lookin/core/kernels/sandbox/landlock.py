"""Landlock: which files, ports and processes this process and all it starts may still touch.

linux/landlock.h, ABI 1 to 7. Not for which paths those are (`fence`). Binds the calling thread
and what it starts, so it is called while there is only one.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Iterable

from . import syscalls

_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_FIRST = (1 << 13) - 1  # everything of ABI 1
_TCP = 3  # bind and connect
_SCOPES = 3  # abstract unix sockets and signals

READ = _EXECUTE | _READ_FILE | _READ_DIR
WRITE = (_FIRST | _REFER | _TRUNCATE) & ~(_MAKE_CHAR | _MAKE_BLOCK)
DEVICES = READ | _WRITE_FILE | _TRUNCATE | _IOCTL_DEV
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV


def abi() -> int:
    """The version this system speaks; 0 = none."""
    try:
        return syscalls.call("landlock_create_ruleset", None, 0, _VERSION)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP):
            return 0
        raise


def _handled(version: int) -> int:
    known = _FIRST
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        known |= right if version >= since else 0
    return known


def restrict(rules: Iterable[tuple[str, int]], tcp: bool) -> int:
    """Allow only `rules` (path, rights) from now on; returns the ABI used. Needs no_new_privs.

    Paths that do not exist are passed over. Signals and abstract sockets end at this process and
    its children (ABI 6). Without `tcp` no TCP port may be bound or connected to (ABI 4).
    """
    version = abi()
    if version == 0:
        raise OSError(errno.ENOSYS, "this system has no Landlock")
    handled = _handled(version)
    asked = struct.pack(
        "=QQQ", handled, _TCP if version >= 4 and not tcp else 0, _SCOPES if version >= 6 else 0
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = syscalls.call("landlock_create_ruleset", asked, size, 0)
    try:
        for path, rights in rules:
            _allow(ruleset, path, rights & handled)
        syscalls.call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, place)
        syscalls.call("landlock_add_rule", ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
