"""Why a kernel is gone: an exit status -> a code and a sentence that ends in what to do next."""

from __future__ import annotations

import signal
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exit:
    """`reason` for programs, `message` for people."""

    reason: str
    message: str


_NEXT = "Your notebook is saved; the variables are gone. Run a cell to start a new kernel."
_KILLED = (
    "The kernel was stopped by the machine, most often because it used too much memory. "
    "Your notebook is saved; the variables are gone. Work on less data at once, then run again."
)
_CRASHES = {
    signal.SIGSEGV: "it reached for memory that is not its own",
    signal.SIGBUS: "it reached for memory that is not there",
    signal.SIGABRT: "a library gave up",
    signal.SIGFPE: "a library calculated something impossible",
    signal.SIGILL: "a library used an instruction this machine does not have",
}


def explain_exit(status: int | None) -> Exit:
    """The explanation of a process's exit status (negative: the signal that ended it).

    None means that nobody could tell. SIGKILL is what the kernel of the operating system sends
    when memory runs out.
    """
    if status is None:
        return Exit("crashed", f"The kernel stopped, and left no reason. {_NEXT}")
    if status == -signal.SIGKILL:
        return Exit("killed", _KILLED)
    if status == 0:
        return Exit("exited", f"The code ended its own kernel. {_NEXT}")
    if status < 0 and -status in _CRASHES:
        return Exit("crashed", f"The kernel crashed: {_CRASHES[signal.Signals(-status)]}. {_NEXT}")
    if status < 0:
        return Exit("killed", f"The kernel was stopped by signal {-status}. {_NEXT}")
    return Exit("exited", f"The code ended its own kernel with status {status}. {_NEXT}")
