"""A live notebook as a pure reducer: `step(session, input) -> (session, effects)`.

Knows no sockets, files, kernels or clocks; the room (apps/kernels/broker) carries out the effects.
The shape follows Livebook's `data.ex`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lookin.core.documents import asking, becoming, describing, dividing, editing, running
from lookin.core.documents import inputs as i
from lookin.core.documents.turn import NO_KERNEL, Session, Turn

__all__ = ["NO_KERNEL", "Session", "Step", "step"]


@dataclass(frozen=True, slots=True)
class Step:
    """The session afterwards, and what to do, in order."""

    session: Session
    effects: tuple[i.Effect, ...]


def step(session: Session, input_: i.Input, now: int, by: str = "") -> Step:
    """What `input_` does to the session. `now` in milliseconds since 1970. Total: never raises.

    `by` is the person whose operation it is; the events that it causes carry it.
    """
    turn = Turn(session, now, by)
    _TAKE[type(input_)](turn, input_)
    running.run_next(turn)
    return Step(turn.session, tuple(turn.effects))


_TAKE: dict[type, Callable[[Turn, Any], None]] = {
    i.Edit: editing.edit,
    i.Insert: editing.insert,
    i.Split: dividing.split,
    i.Merge: dividing.merge,
    i.Delete: editing.delete,
    i.Undelete: editing.undelete,
    i.Move: editing.move,
    i.Retype: editing.retype,
    i.Note: describing.note,
    i.Attach: describing.attach,
    i.Detach: describing.detach,
    i.Run: running.run,
    i.AnswerGiven: asking.answer,
    i.Clear: editing.clear,
    i.InterruptAsked: running.interrupt,
    i.RestartAsked: running.restart,
    i.KernelReady: running.ready,
    i.KernelAdopted: running.adopted,
    i.KernelWaiting: running.waiting,
    i.KernelStarting: running.starting,
    i.KernelLost: running.lost,
    i.Started: running.started,
    i.Shown: running.shown,
    i.DisplayUpdated: running.display_updated,
    i.Cleared: running.cleared,
    i.Finished: running.finished,
    i.InputAsked: asking.asked,
    i.NextInput: running.next_input,
    i.Became: becoming.become,
}
