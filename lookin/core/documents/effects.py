"""What a step of a session leaves to do, in this order: for the room. All plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from lookin.core.documents.document import Event


@dataclass(frozen=True, slots=True)
class Record:
    """Give the event the next number, put it in the log, then tell everybody."""

    event: Event


@dataclass(frozen=True, slots=True)
class Spill:
    """Printed text of a cell for which the document has no room; `at` such characters came before.

    Keep it beside the log, before what is recorded next.
    """

    cell: str
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """Tell the asker that the operation is done, once the log has it."""

    ref: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Tell the asker why not. A normal answer, not a failure."""

    ref: int
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class StartKernel:
    """Start a kernel; answer with KernelReady or KernelLost."""


@dataclass(frozen=True, slots=True)
class RestartKernel:
    """End the kernel and start another; answer as for StartKernel."""


@dataclass(frozen=True, slots=True)
class CancelStart:
    """Nobody waits for a kernel any more: leave the line. Answer nothing."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Interrupt the kernel."""


@dataclass(frozen=True, slots=True)
class GiveInput:
    """Give the kernel what a person answered to the question `request` of `cell`."""

    cell: str
    request: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Execute:
    """Give the kernel this code; what comes back belongs to `cell`.

    `request` names this run of the cell, the same after a crash of ours: see `document.request_of`.
    To be carried out when the log holds all events recorded before it.
    """

    cell: str
    code: str
    request: str


Effect = (
    Record
    | Accepted
    | Refused
    | StartKernel
    | RestartKernel
    | CancelStart
    | Interrupt
    | GiveInput
    | Spill
    | Execute
)
