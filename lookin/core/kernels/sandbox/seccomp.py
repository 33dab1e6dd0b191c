"""The system calls a kernel may not make: a filter in classic BPF, assembled here.

linux/seccomp.h, linux/bpf_common.h; x86-64 and aarch64. A list of what is refused rather than of
what is allowed, because libraries use nearly everything else; what is newer than this list is
refused as unknown. Not for files and ports (`landlock`).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from functools import cache

from . import syscalls

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH = 0, 4  # offsets in struct seccomp_data
_ARCHES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_NEWEST = 462  # mseal, Linux 6.10: what came later is unknown to us (x32's numbers lie above too)

# name: (x86-64, aarch64); one number = the same on both, None = not there
_Numbers = tuple[int | None, int | None]
_REFUSED: dict[str, _Numbers] = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "statmount": (457, 457), "listmount": (458, 458),
    "setns": (308, 268), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "fanotify_init": (300, 262), "open_by_handle_at": (304, 265), "lookup_dcookie": (212, 18),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "acct": (163, 89), "syslog": (103, 116),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "sethostname": (170, 161),
    "setdomainname": (171, 162), "vhangup": (153, 58), "nfsservctl": (180, 42),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "iopl": (172, None),
    "ioperm": (173, None), "modify_ldt": (154, None), "uselib": (134, None),
    "_sysctl": (156, None),
}  # fmt: skip
_ABSENT: dict[str, _Numbers] = {  # callers know how to do without
    "clone3": (435, 435), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "shmget": (29, 194), "openat2": (437, 437),
}  # fmt: skip
# name: (x86-64, aarch64, which argument holds a mode)
_MODES = {
    "chmod": (90, None, 1), "fchmod": (91, 52, 1), "fchmodat": (268, 53, 2),
    "fchmodat2": (452, 452, 2), "creat": (85, None, 1),
    "mknod": (133, None, 1), "mknodat": (259, 33, 2),
}  # fmt: skip
_OPENS = {"open": (2, None, 1), "openat": (257, 56, 2)}  # where the flags are; the mode follows
_NAMESPACES = 0x7E020000  # every CLONE_NEW* that clone(2) knows
_NEWTIME = 0x80
_CREATES = 0o100 | 0o20000000  # O_CREAT and __O_TMPFILE, the same on both
_SET_ID = 0o6000
_TERMINAL_TRICKS = (0x5412, 0x541C, 0x541D, 0x5423)  # TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_PROTOCOLS = (0, 6, 17)  # of the Internet families: default, TCP, UDP

_Step = tuple[int, int, int, int]  # code, jump if true, jump if false, value


def _argument(index: int) -> _Step:
    """Load the low half of an argument: all of these are 32 bits wide."""
    return (_LOAD, 0, 0, 16 + 8 * index)


def _refuse(number: int = errno.EPERM) -> _Step:
    return (_RETURN, 0, 0, _ERRNO | number)


def _when(number: int | None, body: list[_Step]) -> list[_Step]:
    """`body`, only for the system call `number`; it must not fall out of its end."""
    return [] if number is None else [(_EQUAL, 0, len(body), number), *body]


_PASS: _Step = (_RETURN, 0, 0, _ALLOW)


def _only(values: tuple[int, ...], otherwise: _Step) -> list[_Step]:
    """Go on past the end when the loaded value is one of `values`."""
    count = len(values)
    return [*((_EQUAL, count - i, 0, value) for i, value in enumerate(values)), otherwise]


def _refuse_bits(index: int, bits: int) -> list[_Step]:
    return [_argument(index), (_ANY_BIT, 0, 1, bits), _refuse(), _PASS]


def _sockets(internet: bool) -> list[_Step]:
    """AF_UNIX, and TCP and UDP where there is a network namespace of our own.

    There also NETLINK_ROUTE, which only tells of that empty namespace: libzmq ends the process
    when it cannot ask for the interfaces.
    """
    unknown = _refuse(errno.EAFNOSUPPORT)
    if not internet:
        return [_argument(0), (_EQUAL, 0, 1, _AF_UNIX), _PASS, unknown]
    kinds = [_argument(1), (_AND, 0, 0, 0xF), *_only((1, 2), unknown)]
    protocols = [_argument(2), *_only(_PROTOCOLS, unknown)]
    routes = [_argument(2), (_EQUAL, 0, 1, 0), _PASS, unknown]
    return [
        _argument(0),
        (_EQUAL, 0, 1, _AF_UNIX),
        _PASS,
        (_EQUAL, 0, len(routes), _AF_NETLINK),
        *routes,
        *_only((_AF_INET, _AF_INET6), unknown),
        *kinds,
        *protocols,
        _PASS,
    ]


def assemble(machine: str, internet: bool) -> list[_Step]:
    """The filter for `machine` (platform.machine()). Raises OSError for one we do not know."""
    if machine not in _ARCHES:
        raise OSError(errno.ENOSYS, f"no system call filter for {machine}")
    arch, column = _ARCHES[machine]
    steps: list[_Step] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _NEWEST + 1),
        _refuse(errno.ENOSYS),
    ]
    for numbers in _REFUSED.values():
        steps += _when(numbers[column], [_refuse()])
    for numbers in _ABSENT.values():
        steps += _when(numbers[column], [_refuse(errno.ENOSYS)])
    for guarded, body in _guards(machine, internet):
        steps += _when(guarded, body)
    return [*steps, _PASS]


def _guards(machine: str, internet: bool) -> list[tuple[int | None, list[_Step]]]:
    """(number, body) of the calls whose arguments decide."""
    column = _ARCHES[machine][1]

    def pick(x86: int | None, arm: int | None) -> int | None:
        return (x86, arm)[column]

    query = [_argument(0), *_only((0, 0xFFFFFFFF), _refuse()), _PASS]
    tricks = [_argument(1), *(s for t in _TERMINAL_TRICKS for s in ((_EQUAL, 0, 1, t), _refuse()))]
    guards = [
        (pick(56, 220), _refuse_bits(0, _NAMESPACES)),  # clone
        (pick(272, 97), _refuse_bits(0, _NAMESPACES | _NEWTIME)),  # unshare
        (pick(135, 92), query),  # personality
        (pick(16, 29), [*tricks, _PASS]),  # ioctl
        (pick(41, 198), _sockets(internet)),  # socket
        (pick(302, 261), [_argument(0), (_EQUAL, 1, 0, 0), _refuse(), _PASS]),  # prlimit64: own
    ]
    for x86, arm, index in _MODES.values():
        guards.append((pick(x86, arm), _refuse_bits(index, _SET_ID)))
    for x86, arm, index in _OPENS.values():
        creating = [_argument(index), (_ANY_BIT, 1, 0, _CREATES), _PASS]
        guards.append((pick(x86, arm), creating + _refuse_bits(index + 1, _SET_ID)))
    return guards


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


@cache
def _code(internet: bool) -> ctypes.Array[ctypes.c_char]:
    steps = assemble(platform.machine(), internet)
    return ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))


def prepare() -> None:
    """Assemble once, in the process that will be forked often."""
    if platform.machine() in _ARCHES:
        _code(True)
        _code(False)


def install(internet: bool) -> None:
    """Filter this thread and all it starts, for ever. Needs no_new_privs."""
    code = _code(internet)
    program = _Program(len(code) // 8, ctypes.addressof(code))
    syscalls.prctl(syscalls.PR_SET_SECCOMP, 2, ctypes.addressof(program))  # SECCOMP_MODE_FILTER
