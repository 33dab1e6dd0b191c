"""What a session takes in (operations of people, happenings of the kernel) and what it gives out.

All plain data. Deciding what they mean is `session.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lookin.core.documents import effects
from lookin.core.documents.document import Document, Output

# What it gives out, under the same roof.
Accepted = effects.Accepted
CancelStart = effects.CancelStart
Effect = effects.Effect
Execute = effects.Execute
GiveInput = effects.GiveInput
Interrupt = effects.Interrupt
Record = effects.Record
Refused = effects.Refused
RestartKernel = effects.RestartKernel
Spill = effects.Spill
StartKernel = effects.StartKernel

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
    metadata: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Split:
    """The text of a cell from `at` on becomes a cell `id` after it; `skip` units are dropped.

    Made on the cell's `version`; counted in UTF-16 units. `id` may name a deleted cell.
    """

    ref: int
    cell: str
    version: int
    at: int
    skip: int
    id: str


@dataclass(frozen=True, slots=True)
class Merge:
    """`next` goes, and its text stands in `cell` behind `joint`. Both made on these versions."""

    ref: int
    cell: str
    version: int
    next: str
    next_version: int
    joint: str | None


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a cell away."""

    ref: int
    cell: str


@dataclass(frozen=True, slots=True)
class Undelete:
    """Bring a deleted cell back after another (None: at the top)."""

    ref: int
    cell: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """Change a cell's metadata by a JSON merge patch (RFC 7396)."""

    ref: int
    cell: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attach:
    """A picture of a text cell, in base64, under a name that its text can say."""

    ref: int
    cell: str
    name: str
    mime: str
    data: str


@dataclass(frozen=True, slots=True)
class Detach:
    """Take an attachment away."""

    ref: int
    cell: str
    name: str


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
    """Run a code cell after those that wait already.

    `goes_on`: when it fails, those that wait run all the same.
    """

    ref: int
    cell: str
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What a person answers to `input()` or `getpass()`. The text is in no event and no log."""

    ref: int
    cell: str
    request: str
    text: str = field(repr=False)


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


Operation = (
    Edit
    | Insert
    | Split
    | Merge
    | Delete
    | Undelete
    | Move
    | Retype
    | Note
    | Attach
    | Detach
    | Run
    | AnswerGiven
    | Clear
    | InterruptAsked
    | RestartAsked
)

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
class InputAsked:
    """The cell's code waits for a line of text; `request` is the kernel's name for the question."""

    cell: str
    request: str
    prompt: str
    password: bool


@dataclass(frozen=True, slots=True)
class NextInput:
    """The kernel wants text as the cell's source (`%load`), or in a new cell after it."""

    cell: str
    text: str
    replaces: bool
    new_id: str


@dataclass(frozen=True, slots=True)
class Became:
    """The document is another one now: from the file, or an earlier version; by whom, or ""."""

    document: Document
    by: str = ""


Happening = (
    Became
    | KernelReady
    | KernelAdopted
    | KernelWaiting
    | KernelStarting
    | KernelLost
    | Started
    | Shown
    | DisplayUpdated
    | Cleared
    | Finished
    | InputAsked
    | NextInput
)
Input = Operation | Happening
