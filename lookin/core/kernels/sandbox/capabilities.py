"""Capabilities: gone for good, from every set, so that no program can bring one back.

Not for users and groups (`fence.confine`).
"""

from __future__ import annotations

import errno
import struct

from . import syscalls

_VERSION_3 = 0x20080522  # linux/capability.h
CAP_KILL = 5
_HIGHEST = 63  # no kernel has more than two words of them


def drop_bounding() -> None:
    """Empty the bounding and the ambient set. Needs CAP_SETPCAP, or that nothing is in them."""
    syscalls.prctl(syscalls.PR_CAP_AMBIENT, 4)  # PR_CAP_AMBIENT_CLEAR_ALL
    for capability in range(_HIGHEST + 1):
        try:
            syscalls.prctl(syscalls.PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno == errno.EINVAL:  # past the last one this kernel knows
                return
            raise


def keep(*capabilities: int) -> None:
    """Give up every capability but these, in the effective, permitted and inheritable sets."""
    bits = sum(1 << number for number in capabilities)
    low, high = bits & 0xFFFFFFFF, bits >> 32
    header = struct.pack("=Ii", _VERSION_3, 0)
    syscalls.call("capset", header, struct.pack("=6I", low, low, 0, high, high, 0))


def held() -> int:
    """The permitted and effective capabilities of this process, as bits."""
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123
        lines = dict(line.split(":", 1) for line in file if line.startswith("Cap"))
    return int(lines["CapPrm"], 16) | int(lines["CapEff"], 16)
