"""Running one piece of code in a person's own kernel and handing back what it printed.

The way of /ajax/runpython: a scratch notebook per person, a cell that lives as long as the call.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from lookin.apps.kernels.broker.room import Room
from lookin.core.documents import inputs
from lookin.core.documents.document import Json
from lookin.core.documents.text import normal_lines
from lookin.core.lib.ids import new_cell_id

MOST_CHARS = 1_000_000
GRACE_SECONDS = 5.0  # for code to notice that it was interrupted
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_]")


@dataclass
class _Catch:
    """What one run puts out, verbatim and bounded."""

    parts: list[str] = field(default_factory=list)
    chars: int = 0
    left_out: int = 0
    state: str = ""
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, happening: inputs.Happening) -> None:
        """One happening of the cell, or the loss of its kernel."""
        match happening:
            case inputs.Shown():
                self.add(_text(happening.output))
            case inputs.Finished():
                self.state = happening.state
                self.done.set()
            case inputs.KernelLost():
                self.add(happening.message + "\n")
                self.state = "lost"
                self.done.set()

    def add(self, text: str) -> None:
        """More output; what is beyond MOST_CHARS is counted."""
        room = MOST_CHARS - self.chars
        self.parts.append(text[:room])
        self.chars += min(room, len(text))
        self.left_out += max(0, len(text) - room)

    def output(self) -> str:
        """Everything, with a mark where something is missing."""
        mark = f"\n[… {self.left_out:,} characters left out …]\n" if self.left_out else ""
        return "".join(self.parts) + mark


async def run_code(room: Room, code: str, timeout_seconds: float) -> Json:
    """`{output, failed, state, timed_out}` of `code`, run after whatever runs there already.

    `state` is done, failed, interrupted or lost. The time-out counts from the call; the caller
    sees to it that one person's calls come one after another.
    """
    catch, cell = _Catch(), new_cell_id()
    room.taps[cell] = catch.take
    try:
        after = room.session.document.order[-1] if room.session.document.order else None
        room.take(inputs.Insert(0, cell, "code", normal_lines(code), after))
        room.take(inputs.Run(0, cell))
        timed_out = not await _wait(catch, timeout_seconds)
        if timed_out:
            await _stop(room, catch)
            catch.add(f"\n[Stopped after {timeout_seconds:g} seconds.]\n")
    finally:
        del room.taps[cell]
        if cell in room.session.document:
            room.take(inputs.Delete(0, cell))
    failed = timed_out or catch.state != "done"
    state = catch.state or "interrupted"
    return {"output": catch.output(), "failed": failed, "state": state, "timed_out": timed_out}


async def _stop(room: Room, catch: _Catch) -> None:
    room.take(inputs.InterruptAsked(0))
    if not await _wait(catch, GRACE_SECONDS):  # it does not listen: only a new kernel helps
        room.take(inputs.RestartAsked(0))


async def _wait(catch: _Catch, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await catch.done.wait()
    except TimeoutError:
        return False
    return True


def _text(output: Json) -> str:
    """An output as plain text, as a terminal would show it."""
    match output["output_type"]:
        case "stream":
            return str(output["text"])
        case "error":
            return _ANSI.sub("", "\n".join(output["traceback"])) + "\n"
        case _:
            plain = output["data"].get("text/plain", "")
            return f"{''.join(plain) if isinstance(plain, list) else plain}\n"
