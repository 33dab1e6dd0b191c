"""What code in a kernel may try against the rest of the machine; run by `fence_runner.py`.

Standard library only. Each returns something when it got through, and raises when it was stopped.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import mmap
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

_libc = ctypes.CDLL(None, use_errno=True)
_X86 = platform.machine() == "x86_64"


def _call(x86: int, arm: int, *arguments: object) -> int:
    """A system call by its number."""
    given = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(_libc.syscall(ctypes.c_long(x86 if _X86 else arm), *given))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _nothing() -> NoReturn:
    """The attack found nothing to take."""
    raise FileNotFoundError("nothing is there")


# files


def read(path: str) -> str:
    """Read a file."""
    return Path(path).read_text(errors="replace")


def look_into(path: str) -> list[str]:
    """List a folder."""
    return os.listdir(path)  # noqa: PTH208


def write(path: str) -> str:
    """Open a file for writing, or make it. Its content is left alone, should we get through."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))
    return path


def delete(path: str) -> str:
    """Remove a file."""
    Path(path).unlink()
    return path


def follow_own_symlink(target: str) -> str:
    """A link from the own folder to elsewhere."""
    Path("link").symlink_to(target)
    return Path("link").read_text()


def make_set_uid_file() -> int:
    """A program that would run as the server for anybody on the machine."""
    Path("set-uid").write_text("#!/bin/sh\n")
    Path("set-uid").chmod(0o4755)
    return Path("set-uid").stat().st_mode


def open_set_uid_file() -> int:
    """The same with open(2) alone."""
    os.close(os.open("set-uid-2", os.O_CREAT | os.O_WRONLY, 0o4755))
    return Path("set-uid-2").stat().st_mode


def make_device() -> str:
    """A device node of the disk."""
    os.mknod("disk", 0o060600, os.makedev(254, 0))
    return "disk"


# other processes


def find_in_proc(secret: str) -> str:
    """Look for a text in everybody's environment, command line and memory maps."""
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("environ", "cmdline", "maps", "cwd", "root/etc/shadow", "net/unix"):
            with contextlib.suppress(OSError):
                text = (process / name).read_bytes()
                if secret.encode() in text:
                    return f"{process}/{name}"
    return _nothing()


def see_processes() -> int:
    """How many processes there are beside one's own and the warden."""
    seen = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    return len(seen) if len(seen) > 2 else _nothing()


def send_signal(pid: int, number: int = signal.SIGTERM) -> int:
    """Signal a process by its number."""
    os.kill(pid, number)
    return pid


def attach(pid: int) -> int:
    """ptrace(PTRACE_ATTACH)."""
    return _call(101, 117, 16, pid, None, None)


def read_memory(pid: int) -> int:
    """process_vm_readv of another process."""
    return _call(310, 270, pid, None, 0, None, 0, 0)


def open_memory(pid: int) -> str:
    """/proc/PID/mem and root of another process."""
    os.listdir(f"/proc/{pid}/root/")  # noqa: PTH208
    return f"/proc/{pid}/root"


def take_descriptor(pid: int) -> int:
    """pidfd_getfd from another process."""
    return _call(438, 438, os.pidfd_open(pid), 0, 0)


def change_limits_of(pid: int) -> tuple[int, int]:
    """prlimit of another process."""
    return resource.prlimit(pid, resource.RLIMIT_NOFILE, (0, 0))


def outlive() -> int:
    """Leave a process behind, in a session of its own, that holds our output open."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1)
        os._exit(0)
    os.wait()
    return 1


# sockets


def connect(path: str) -> str:
    """Connect to a unix socket ('@name': an abstract one)."""
    with socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(2)
        talk.connect("\0" + path[1:] if path.startswith("@") else path)
    return path


def reach(host: str, port: int) -> str:
    """Connect over TCP."""
    with socket.create_connection((host, port), timeout=2):
        return f"{host}:{port}"


def ask_name_server(host: str) -> int:
    """Send a datagram, as a name server's client does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as talk:
        return talk.sendto(b"secret", (host, 53))


def open_socket(family: int, kind: int, protocol: int = 0) -> int:
    """Open an odd socket."""
    with socket.socket(family, kind, protocol) as opened:
        return opened.fileno()


def find_descriptors(expected: int) -> list[str]:
    """What was inherited beside `expected` descriptors."""
    found = []
    for number in range(3, 4096):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(f"{number}: {Path(f'/proc/self/fd/{number}').readlink()}")
    return found if len(found) > expected else _nothing()


# the system


def make_namespace(flags: int) -> int:
    """unshare(2)."""
    if _libc.unshare(ctypes.c_int(flags)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return flags


def clone_namespace(flags: int) -> int:
    """clone(2) into new namespaces."""
    child = _call(56, 220, flags | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    return child


def enter_namespace(path: str) -> int:
    """setns(2)."""
    descriptor = os.open(path, os.O_RDONLY)
    if _libc.setns(descriptor, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return descriptor


def call(x86: int, arm: int, *arguments: int) -> int:
    """A system call with numbers only."""
    return _call(x86, arm, *arguments)


def unmount(path: str) -> int:
    """umount2(2)."""
    return _call(166, 39, path.encode(), 2)


def mount_proc() -> int:
    """mount(2), over the own folder."""
    return _call(165, 40, b"proc", str(Path.cwd()).encode(), b"proc", 0, None)


def type_into_terminal() -> str:
    """TIOCSTI: make the terminal believe that somebody typed."""
    _, inner = os.openpty()
    fcntl.ioctl(inner, 0x5412, b"x")
    return "typed"


def add_key() -> int:
    """add_key(2) into the session's keyring."""
    return _call(248, 217, b"user", b"lookin", b"secret", 6, -3)


def legacy_call() -> int:
    """A 32-bit system call (getpid by int 0x80), which a filter by number would misread."""
    code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return int(ctypes.CFUNCTYPE(ctypes.c_int)(address)())


def raise_limit(kind: int) -> tuple[int, int]:
    """More than was allowed."""
    resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return resource.getrlimit(kind)


def read_capabilities() -> str:
    """Any capability that is left, or could come back."""
    lines = Path("/proc/self/status").read_text().splitlines()
    left = [line for line in lines if line.startswith("Cap") and int(line.split()[1], 16)]
    return left[0] if left else _nothing()


def write_oom_score() -> str:
    """Let the server die first when memory runs out."""
    return write("/proc/self/oom_score_adj")


# bombs; each says how far it came


def fork_bomb(most: int) -> int:
    """Start processes until that is refused."""
    children: list[int] = []
    try:
        for _ in range(most):
            child = os.fork()
            if child == 0:
                time.sleep(30)
                os._exit(0)
            children.append(child)
    except OSError:
        return len(children)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return most


def thread_bomb(most: int) -> int:
    """Start threads until that is refused."""
    over = threading.Event()
    threads: list[threading.Thread] = []
    try:
        for _ in range(most):
            thread = threading.Thread(target=over.wait)
            thread.start()
            threads.append(thread)
    except (RuntimeError, MemoryError):
        return len(threads)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return most


def memory_bomb(most: int) -> int:
    """Take memory until that is refused, in megabytes."""
    held: dict[int, bytearray] = {}
    try:
        for number in range(most):
            held[number] = bytearray(1_048_576)
    except MemoryError:
        return len(held)
    return most


def fill(path: str, most: int) -> int:
    """Write one file until that is refused, in megabytes."""
    block = bytes(1_048_576)
    written = 0
    try:
        with open(path, "wb", buffering=0) as file:  # noqa: PTH123
            for _ in range(most):
                written += file.write(block)
    except OSError:
        pass
    finally:
        with contextlib.suppress(OSError):
            Path(path).unlink()
    return written // 1_048_576


def open_many(most: int) -> int:
    """Open files until that is refused."""
    held: set[int] = set()
    try:
        for _ in range(most):
            held.add(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        return len(held)
    finally:
        for descriptor in held:
            os.close(descriptor)
    return most


# what must work


def work() -> dict[str, object]:
    """What people do all day."""
    Path("made").write_text("mine")
    Path("made").rename("renamed")
    Path("linked").symlink_to("renamed")
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(1))
    thread.start()
    thread.join()
    outer, inner = os.openpty()
    os.write(inner, b"terminal")
    server = socket.create_server(("127.0.0.1", 0))
    with socket.create_connection(server.getsockname()) as talk:
        talk.sendall(b"x")
    shell = ["/bin/sh", "-c", "id -un; cat linked; echo; hostname"]
    says = subprocess.run(shell, capture_output=True, text=True, check=True).stdout.split()
    python = subprocess.run(
        [
            sys.executable,
            "-c",
            "import multiprocessing as m; m.Lock(); print(m.Value('i', 5).value)",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return {
        "says": says,
        "python": python,
        "threads": answers,
        "terminal": os.read(outer, 8).decode(),
        "folder": str(Path.cwd()),
        "home": sorted(os.listdir("/home")),  # noqa: PTH208
        "uid": os.getuid(),
    }


ATTACKS: dict[str, Callable[..., object]] = {
    name: value for name, value in list(globals().items()) if callable(value) and name[0] != "_"
}
