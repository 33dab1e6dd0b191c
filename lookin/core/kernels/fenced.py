"""Runs under the kernels' own Python: raises the fence round one command, and ends as it ends.

Imports nothing of Lookin but `sandbox`, which lies beside it. Called as
`python fenced.py PARENT_PID PLAN FOLDER COMMAND…`; `{parent}` in COMMAND becomes its parent's pid.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_FAILED = 70  # EX_SOFTWARE; the reason stands on stderr


def prctl(option: int, value: int) -> None:
    """See prctl(2)."""
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def main() -> None:
    """This process stays outside: the broker's child, whose end is the kernel's end."""
    parent, order, folder, *command = sys.argv[1:]
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):  # it died before we asked
        os._exit(1)
    sandbox = importlib.import_module("sandbox.fence")
    plan = importlib.import_module("sandbox.plan").Plan.from_json(order)
    told, tell = os.pipe()
    sandbox.detach(plan)
    warden = os.fork()
    if warden == 0:
        guard(sandbox, plan, folder, command, tell)
    os.close(tell)
    with os.fdopen(told, "rb") as file:
        said = file.read()
    os.waitpid(warden, 0)
    end_as(int(said) if said else -signal.SIGKILL)


def guard(sandbox: Any, plan: Any, folder: str, command: list[str], tell: int) -> NoReturn:
    """The first process inside: builds the fence, starts the command, buries the dead."""
    try:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        fence = sandbox.Fence(plan)
        sandbox.harden_warden(plan)
        fence.raise_()
        inside = fence.admit(folder)
        kernel = os.fork()
        if kernel == 0:
            become(sandbox, plan, inside, command)
        fence.shut()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            pid, status = os.wait()
            if pid == kernel:
                break
        os.write(tell, str(os.waitstatus_to_exitcode(status)).encode())
        kill_what_is_left()
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 (nothing may go on, whatever it was)
        fail(error, tell)


def become(sandbox: Any, plan: Any, inside: str, command: list[str]) -> NoReturn:
    """The kernel: behind the fence, then another program."""
    try:
        sandbox.confine(plan, inside, (0, 1, 2))
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # in every tier, and the command need not know
        os.chdir(inside)
        words = [word.replace("{parent}", str(os.getppid())) for word in command]
        os.execvp(words[0], words)  # noqa: S606 (no shell is wanted)
    except BaseException as error:  # noqa: BLE001
        fail(error, None)


def kill_what_is_left() -> None:
    """Where there is no pid namespace, what the kernel started has come to us."""
    if os.getpid() == 1:
        return
    found = [os.getpid()]
    for pid in found:  # grows meanwhile
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    for pid in found[1:]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def fail(error: BaseException, tell: int | None) -> NoReturn:
    """Say why on stderr, which the driver keeps."""
    try:
        os.write(2, f"{error}\n".encode(errors="replace")[:2000])
        if tell is not None:
            os.write(tell, str(_FAILED).encode())
    finally:
        os._exit(_FAILED)


def end_as(status: int) -> NoReturn:
    """End with this status; a negative one is the signal to die of."""
    if status >= 0:
        os._exit(status)
    prctl(_PR_SET_DUMPABLE, 0)  # no core file of ours
    with contextlib.suppress(OSError, ValueError):
        signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
    os._exit(1)


if __name__ == "__main__":
    main()
