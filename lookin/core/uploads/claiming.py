"""Giving a file a name that nobody has, in one atomic step. Never overwrites.

Folders come as open descriptors (see `core/lib/folders.py`), so that nobody swaps them meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import os

from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import numbered_names

# What link(2) answers on file systems without hard links (exFAT, some network mounts).
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def claim_free_name(name: str, source: int, wanted: str, target: int) -> str:
    """Move the file `name` of folder `source` to folder `target` as `wanted`, or `wanted (2)` ….

    Returns the name it got. Raises OSError, or LookinError (code `bad_name`) when 9999 are taken.
    """
    for candidate in numbered_names(wanted):
        if claim_name(name, source, candidate, target):
            return candidate
    raise LookinError("Too many files have that name.", "Choose another name.", code="bad_name")


def claim_name(name: str, source: int, wanted: str, target: int) -> bool:
    """Move the file `name` of folder `source` to folder `target` as `wanted`; False when taken.

    link(2) fails on a taken name, which rename(2) would replace. Where links do not exist, an
    empty file made with O_EXCL claims the name and is then replaced by the real one.
    """
    try:
        os.link(name, wanted, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _claim_by_placeholder(name, source, wanted, target)
    os.unlink(name, dir_fd=source)
    return True


def _claim_by_placeholder(name: str, source: int, wanted: str, target: int) -> bool:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        os.close(os.open(wanted, flags, 0o600, dir_fd=target))
    except FileExistsError:
        return False
    try:
        os.rename(name, wanted, src_dir_fd=source, dst_dir_fd=target)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(wanted, dir_fd=target)
        raise
    return True
