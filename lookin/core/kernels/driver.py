"""What a driver of kernels offers, wherever they run. Drivers stand in `drivers/`.

Not for notebooks: a kernel takes code and reports, and does not know what a cell is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from lookin.core.kernels.exits import Exit
from lookin.core.kernels.messages import Asked, Report
from lookin.core.lib.errors import LookinError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KernelSpec:
    """What to start: `folder` becomes the working directory and HOME. Times in seconds.

    `label` is kept with the kernel, in a file that its code cannot see, and given back by
    `Driver.found`. `argv` starts another kernel than Python's, in a kernelspec's words: one of its
    items holds `{connection_file}`. Only the subprocess driver knows how. `written_for` is what a
    notebook's metadata says of its kernel (`kernelspec`, `language_info`); empty for Python.
    """

    folder: Path
    label: Json = field(default_factory=dict)
    argv: tuple[str, ...] | None = None
    written_for: Json = field(default_factory=dict)
    start_seconds: float = 60.0
    stop_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Heard:
    """A report and its number in the kernel's life, counted from 1; 0 where the kernel counts not.

    The numbers grow and have holes: not everything that a kernel says is a report.
    """

    number: int
    report: Report


@dataclass(frozen=True, slots=True)
class Resumed:
    """What an adopted kernel knows: the ids of the last requests it took, and the running one.

    `asking` is what the running one waits for, if it waits for a person's line.
    """

    received: frozenset[str] = frozenset()
    running: str | None = None
    asking: Asked | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A request that runs no cell. `kind` has no `_request` at its end; `seconds` to wait for it.

    `ours`: only a kernel of Lookin knows it.
    """

    kind: str
    content: Json
    seconds: float = 3.0
    ours: bool = False


@dataclass(frozen=True, slots=True)
class CommMessage:
    """A comm_msg under the id `request`."""

    request: str
    comm: str
    data: Json
    buffers: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a kernel and all it started use: memory that nobody shares, CPU time since its start.

    `memory_bytes` holds files in its own /tmp and /dev/shm, too, which lie in memory;
    `written_bytes` is what its living processes wrote to disks.
    """

    memory_bytes: int
    cpu_seconds: float
    processes: int
    written_bytes: int = 0


class KernelStartError(LookinError):
    """The kernel did not come up; the message says why in a sentence for people."""

    code = "not_started"
    status = 503


class KernelBusyError(LookinError):
    """The kernel did not answer a question."""

    code = "kernel_busy"
    status = 503

    def __init__(self) -> None:
        super().__init__("The kernel is busy and cannot answer now.", "Try again in a moment.")


class NotSupportedError(LookinError):
    """This kernel does not know such questions."""

    code = "not_supported"
    status = 501

    def __init__(self) -> None:
        super().__init__("The kernel of this notebook cannot tell that.")


def not_started(reason: str, *, fence: bool = False) -> KernelStartError:
    """The error with its usual words; `fence`: because the kernel could not be fenced off."""
    return KernelStartError(
        "The kernel did not start ({reason}). Your notebook is as it was.",
        "Try again; if it goes on, tell the person who runs this place.",
        code="fence_failed" if fence else None,
        values={"reason": reason[:300]},
    )


class Kernel(Protocol):
    """A running kernel of one notebook."""

    @property
    def id(self) -> str:
        """Its name, not used again for another kernel: sixteen hex digits, not to be guessed."""

    @property
    def exit(self) -> Exit | None:
        """Why it is gone; None while it runs. Set before `reports` ends."""

    @property
    def pid(self) -> int | None:
        """The kernel's own process as this machine sees it, where there is one."""

    @property
    def label(self) -> Json:
        """What `KernelSpec.label` or the last `relabel` said."""

    def reports(self) -> AsyncIterator[Heard]:
        """Everything the kernel says, in order for each request. To be read by one reader.

        Ends when the kernel is gone and the last report has been handed over.
        """

    async def execute(
        self, request: str, code: str, *, again: bool = False, stdin: bool = True
    ) -> None:
        """Ask to run `code`; its reports carry `request` as `parent`.

        `again`: the kernel may have the request already, and then leaves this one aside. Without
        `stdin` nobody can answer when the code asks for a line; it gets an error at once.
        """

    async def answer(self, asked: str, text: str) -> None:
        """The line for `Asked.request`. Left aside when nobody waits for that one any more."""

    async def ask(self, question: Question) -> Json:
        """The content of the kernel's reply, also while code runs where the kernel can do that.

        Raises KernelBusyError when it does not answer in time, or cannot while it is busy;
        NotSupportedError when this kernel does not know the question. Never starts anything.
        """

    async def send_comm(self, message: CommMessage) -> None:
        """A front end's word to a widget. What follows from it carries the request as `parent`.

        Taken up in turn: after the code that runs.
        """

    def acknowledge(self, number: int) -> None:
        """All reports up to `number` are in safety: the kernel need not keep them. Never waits."""

    async def resume(self, after: int) -> Resumed:
        """Only for kernels of `Driver.found`, once, before `reports`, which begin after `after`.

        Raises KernelStartError when the kernel does not answer; it is to be shut down then.
        """

    def relabel(self, label: Json) -> None:
        """Keep another label with the kernel."""

    async def usage(self) -> Usage | None:
        """What it uses now; None where the system does not tell or the kernel is gone."""

    async def interrupt(self) -> None:
        """Stop the code that runs, as Ctrl-C does. Harmless when nothing runs or it is gone."""

    async def shutdown(self) -> None:
        """End it and all it started; leaves no process, socket or folder. May be called twice."""


class Driver(Protocol):
    """Starts kernels, and finds those of a broker that died."""

    async def start(self, spec: KernelSpec) -> Kernel:
        """A kernel that is ready for code. Raises KernelStartError; then nothing remains of it."""

    async def found(self) -> list[Kernel]:
        """The kernels that a dead broker left, each to be resumed or shut down by the caller.

        A dead one has `exit` set. To be asked once, before the first start; everything else that
        was left is removed.
        """

    def status(self) -> Json:
        """Name, tier and counts, for the doctor and the admin. No person's data."""

    async def close(self) -> None:
        """End what the driver keeps for itself. Started kernels are their owners' care."""
