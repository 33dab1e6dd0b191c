"""Every way a kernel can come to its end: a code and one sentence that ends in what to do next.

Here are all of them, whoever finds out: the driver (a status), the broker (a rule, a person).
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, field

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Exit:
    """`reason` for programs, `message` for people; `values` are those in the message."""

    reason: str
    message: str
    values: Values = field(default_factory=dict)


_SAVED = "Your notebook is saved; the variables are gone."
_RUN = f"{_SAVED} Run a cell to start a new kernel."
_LESS = f"{_SAVED} Work on less data at once, then run again."
_SENTENCES = {
    # What the driver finds out.
    "exited": f"The code ended its own kernel with status {{status}}. {_RUN}",
    "crashed": f"The kernel stopped, and left no reason. {_RUN}",
    "crashed_memory": f"The kernel crashed: it reached for memory that is not its own. {_RUN}",
    "crashed_abort": f"The kernel crashed: a library gave up. {_RUN}",
    "crashed_arithmetic": "The kernel crashed: a library calculated something impossible. " + _RUN,
    "crashed_instruction": "The kernel crashed: a library used an instruction this machine does "
    f"not have. {_SAVED} Use another version of that library, then run again.",
    "crashed_forbidden": "The kernel crashed: a library asked the system for something that is "
    f"not allowed here. {_SAVED} Do it another way, then run again.",
    "killed": "The kernel was ended by signal {signal}, sent by the code or from outside. " + _RUN,
    "out_of_memory": f"The machine ran out of memory, so its system ended this kernel. {_LESS}",
    "file_too_large": f"The code wrote a larger file than is allowed here. {_SAVED} "
    "Write smaller files, then run again.",
    "processor_time": f"The kernel used up its processor time. {_RUN}",
    "zygote_lost": "The part of Lookin that prepares kernels stopped while yours was starting. "
    "Your notebook is as it was. Run the cell again.",
    "fence_failed": "The kernel could not be fenced off, so it was not started. Your notebook is "
    "as it was. Tell the person who runs this place.",
    # What the broker decides, or is told to do.
    "memory_limit": "The kernel used {used} MB of memory, and {limit} MB are allowed here. "
    + _LESS,
    "cell_minutes": f"A cell may run for {{minutes}} minutes here. {_SAVED} "
    "Do the work in smaller steps, then run again.",
    "disk_full": f"The disk is nearly full, so the kernel was ended. {_SAVED} "
    "Delete files that you do not need, then run again.",
    "culled": f"The kernel was put away after {{minutes}} minutes without work. {_RUN}",
    "let_go": f"The person who started this kernel was signed out everywhere. {_RUN}",
    "stopped": f"The kernel was ended from the list of running kernels. {_RUN}",
    "ended": f"The person who runs this place ended the kernel. {_RUN}",
    "broker_restarted": "The part of Lookin that runs notebooks was restarted. " + _RUN,
    "adoption_failed": "The part of Lookin that runs notebooks was restarted and could not take "
    f"this kernel over. {_RUN}",
}
_SIGNALS = {
    signal.SIGSEGV: "crashed_memory",
    signal.SIGBUS: "crashed_memory",
    signal.SIGABRT: "crashed_abort",
    signal.SIGFPE: "crashed_arithmetic",
    signal.SIGILL: "crashed_instruction",
    signal.SIGSYS: "crashed_forbidden",
    signal.SIGXFSZ: "file_too_large",
    signal.SIGXCPU: "processor_time",
}
REASONS = frozenset(_SENTENCES)


def explain(reason: str, **values: object) -> Exit:
    """The explanation of a reason of `REASONS` with the values that its sentence names."""
    return Exit(reason, _SENTENCES[reason].format(**values), values)


def explain_exit(status: int | None, *, out_of_memory: bool = False) -> Exit:
    """The explanation of a process's exit status (negative: the signal that ended it).

    None means that nobody could tell. `out_of_memory`: the system says that it killed for want of
    memory; SIGKILL alone does not say so.
    """
    if status is None:
        return explain("crashed")
    if status == -signal.SIGKILL and out_of_memory:
        return explain("out_of_memory")
    if status >= 0:
        return explain("exited", status=status)
    if -status in _SIGNALS:
        return explain(_SIGNALS[signal.Signals(-status)])
    return explain("killed", signal=_name(-status))


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return str(number)
