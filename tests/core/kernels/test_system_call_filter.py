"""The filter's program, run by a little interpreter: for both processors, whichever this one is."""

from __future__ import annotations

import errno
import struct

import pytest

from lookin.core.kernels.sandbox.seccomp import assemble

ALLOW, KILL = 0x7FFF0000, 0x80000000
ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def run(machine: str, number: int, *arguments: int, internet: bool = True, arch: int = 0) -> int:
    """What the filter says to a system call (linux/bpf_common.h, the part that it uses)."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=iIQ6Q", number, arch or ARCHES[machine], 0, *padded)
    program, at, loaded = assemble(machine, internet), 0, 0
    while True:
        code, yes, no, value = program[at]
        at += 1
        if code == 0x06:
            return value
        if code == 0x20:
            loaded = struct.unpack_from("=I", data, value)[0]
        elif code == 0x54:
            loaded &= value
        else:
            holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}
            at += yes if holds[code] else no


def refused(with_error: int) -> int:
    """What the filter returns for that error."""
    return 0x00050000 | with_error


# name: numbers on x86-64 and aarch64 (asm/unistd_64.h, asm-generic/unistd.h)
@pytest.mark.parametrize(
    ("x86", "arm"),
    [(165, 40), (166, 39), (155, 41), (161, 51), (308, 268), (101, 117), (310, 270), (250, 219),
     (321, 280), (298, 241), (304, 265), (428, 428), (429, 429), (442, 442), (246, 104)],
)  # fmt: skip
def test_dangerous_calls_are_refused(x86: int, arm: int) -> None:
    assert run("x86_64", x86) == run("aarch64", arm) == refused(errno.EPERM)


@pytest.mark.parametrize(
    ("x86", "arm"),
    [(0, 63), (1, 64), (59, 221), (9, 222), (202, 98), (232, 22), (318, 278), (61, 260), (62, 129)],
)
def test_everyday_calls_pass(x86: int, arm: int) -> None:
    assert run("x86_64", x86) == run("aarch64", arm) == ALLOW


@pytest.mark.parametrize("machine", ARCHES)
def test_unknown_numbers_do_not_exist(machine: str) -> None:
    for number in (435, 425, 437, 463, 1000, 0x40000000 + 39):
        assert run(machine, number) == refused(errno.ENOSYS)


def test_calls_of_another_architecture_end_the_process() -> None:
    assert run("x86_64", 20, arch=0x40000003) == KILL
    assert run("aarch64", 20, arch=0x40000028) == KILL
    assert run("x86_64", 63, arch=ARCHES["aarch64"]) == KILL


@pytest.mark.parametrize(
    ("machine", "clone", "unshare"), [("x86_64", 56, 272), ("aarch64", 220, 97)]
)
def test_threads_and_processes_can_be_made_but_no_namespaces(
    machine: str, clone: int, unshare: int
) -> None:
    thread = 0x3D0F00
    assert run(machine, clone, thread) == run(machine, clone, 17) == ALLOW
    assert run(machine, unshare, 0x400) == ALLOW  # CLONE_FILES
    for bit in (17, 25, 26, 27, 28, 29, 30):
        assert run(machine, clone, thread | 1 << bit) == refused(errno.EPERM)
        assert run(machine, unshare, 1 << bit) == refused(errno.EPERM)
    assert run(machine, unshare, 0x80) == refused(errno.EPERM)  # time


@pytest.mark.parametrize(("machine", "socket"), [("x86_64", 41), ("aarch64", 198)])
def test_sockets(machine: str, socket: int) -> None:
    unknown = refused(errno.EAFNOSUPPORT)
    nonblocking = 0o4000 | 0o2000000
    for family, kind, protocol in [(1, 1, 0), (1, 2, 0), (2, 1, 6), (10, 2, 17), (2, 1, 0)]:
        assert run(machine, socket, family, kind | nonblocking, protocol) == ALLOW
        said = run(machine, socket, family, kind, protocol, internet=False)
        assert said == (ALLOW if family == 1 else unknown)
    for family, kind, protocol in [
        (2, 3, 0),
        (2, 1, 132),
        (2, 1, 262),
        (16, 3, 4),
        (16, 2, 12),
        (17, 3, 0),
    ]:
        assert run(machine, socket, family, kind, protocol) == unknown
    assert run(machine, socket, 16, 3, 0) == ALLOW  # the interfaces of the empty namespace
    assert run(machine, socket, 16, 3, 0, internet=False) == unknown
    assert run(machine, socket, 0xFFFFFFFF00000001, 1) == ALLOW  # the upper half is not looked at


@pytest.mark.parametrize(
    ("machine", "openat", "chmodat"), [("x86_64", 257, 268), ("aarch64", 56, 53)]
)
def test_files_never_get_set_id_bits(machine: str, openat: int, chmodat: int) -> None:
    create, temporary = 0o100 | 1, 0o20000000 | 0o200000 | 2
    assert run(machine, openat, 0, 0, create, 0o644) == ALLOW
    assert run(machine, openat, 0, 0, 0, 0o6777) == ALLOW  # no mode is read without O_CREAT
    assert run(machine, chmodat, 0, 0, 0o1777) == ALLOW
    for flags in (create, temporary):
        assert run(machine, openat, 0, 0, flags, 0o4755) == refused(errno.EPERM)
    for mode in (0o4755, 0o2755, 0o6000):
        assert run(machine, chmodat, 0, 0, mode) == refused(errno.EPERM)


@pytest.mark.parametrize(
    ("machine", "ioctl", "prlimit"), [("x86_64", 16, 302), ("aarch64", 29, 261)]
)
def test_terminals_and_others_limits(machine: str, ioctl: int, prlimit: int) -> None:
    for request in (0x5412, 0x541C, 0x541D, 0x5423, 0xDEAD00005412):
        assert run(machine, ioctl, 0, request) == refused(errno.EPERM)
    assert run(machine, ioctl, 0, 0x5413) == ALLOW  # the size of the window
    assert run(machine, prlimit, 0, 7) == ALLOW
    assert run(machine, prlimit, 1, 7) == refused(errno.EPERM)


def test_an_unknown_processor_gets_no_fence() -> None:
    with pytest.raises(OSError, match="riscv64"):
        assemble("riscv64", internet=True)
