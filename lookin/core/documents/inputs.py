"""What a session takes in (operations of people, happenings of the kernel) and what it gives out.

All plain data. Deciding what they mean is `session.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lookin.core.documents.document import Event, Output

# ---- operations: what a person asks for; `ref` is the browser's number for the answer


@dataclass(frozen=True, slots=True)
class Edit:
    """Change sets for one cell, made on its version `version`."""

    ref: int
    cell: str
    version: int
    updates: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Insert:
    """A new cell after another (None: at the top)."""

    ref: int
    cell: str
    type: str
    source: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a cell away."""

    ref: int
    cell: str


@dataclass(frozen=True, slots=True)
class Move:
    """Put a cell after another (None: at the top)."""

    ref: int
    cell: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Retype:
    """Make a cell code, markdown or raw."""

    ref: int
    cell: str
    type: str


@dataclass(frozen=True, slots=True)
class Run:
    """Run a code cell after those that wait already."""

    ref: int
    cell: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Take a cell's outputs away."""

    ref: int
    cell: str


@dataclass(frozen=True, slots=True)
class InterruptAsked:
    """Stop the running cell and forget the waiting ones. Variables stay."""

    ref: int


@dataclass(frozen=True, slots=True)
class RestartAsked:
    """A new kernel without variables."""

    ref: int


Operation = Edit | Insert | Delete | Move | Retype | Run | Clear | InterruptAsked | RestartAsked

# ---- happenings: what the kernel did; `cell` is the cell whose code caused it


@dataclass(frozen=True, slots=True)
class KernelReady:
    """The kernel takes code."""


@dataclass(frozen=True, slots=True)
class KernelAdopted:
    """A kernel of ours that outlived us takes code: what it received, and the request it runs."""

    received: frozenset[str]
    running: str | None


@dataclass(frozen=True, slots=True)
class KernelWaiting:
    """The start of a kernel waits for a place: a code, a sentence, and values.place (1 = next)."""

    reason: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KernelStarting:
    """A kernel that had to wait starts now."""


@dataclass(frozen=True, slots=True)
class KernelLost:
    """The kernel is gone without being asked: a code, and a sentence for people.

    `values` fill `{name}` places of the sentence's translation; the sentence has them filled.
    """

    reason: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Started:
    """The kernel began to run the cell."""

    cell: str
    execution_count: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An output: stream, display_data, execute_result or error."""

    cell: str
    output: Output


@dataclass(frozen=True, slots=True)
class DisplayUpdated:
    """New data for every output with this display id, in whatever cell."""

    display: str
    news: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cleared:
    """clear_output: now, or when the next output comes."""

    cell: str
    wait: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """The cell's run is over: "done", "failed" or "interrupted"."""

    cell: str
    state: str


@dataclass(frozen=True, slots=True)
class NextInput:
    """The kernel wants text as the cell's source (`%load`), or in a new cell after it."""

    cell: str
    text: str
    replaces: bool
    new_id: str


Happening = (
    KernelReady
    | KernelAdopted
    | KernelWaiting
    | KernelStarting
    | KernelLost
    | Started
    | Shown
    | DisplayUpdated
    | Cleared
    | Finished
    | NextInput
)
Input = Operation | Happening

# ---- effects: what the room is to do, in this order


@dataclass(frozen=True, slots=True)
class Record:
    """Give the event the next number, put it in the log, then tell everybody."""

    event: Event


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
class Execute:
    """Give the kernel this code; what comes back belongs to `cell`.

    `request` names this run of the cell, the same after a crash of ours: see `document.request_of`.
    To be carried out when the log holds all events recorded before it.
    """

    cell: str
    code: str
    request: str


Effect = (
    Record | Accepted | Refused | StartKernel | RestartKernel | CancelStart | Interrupt | Execute
)
