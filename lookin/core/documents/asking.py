"""What code asks people while it runs: `input()` and `getpass()`. Pure; the kernel is elsewhere."""

from __future__ import annotations

from lookin.core.documents import inputs as i
from lookin.core.documents.running import shown
from lookin.core.documents.turn import Turn, find

PROMPT_CHARS = 10_000
_HIDDEN = "········"


def asked(turn: Turn, happening: i.InputAsked) -> None:
    """The running cell waits for a line."""
    if happening.cell != turn.session.running or turn.cell(happening.cell) is None:
        return
    turn.record(
        "input_asked",
        cell=happening.cell,
        request=happening.request,
        prompt=happening.prompt[:PROMPT_CHARS],
        password=happening.password,
    )


def answer(turn: Turn, op: i.AnswerGiven) -> None:
    """A person's line goes to the kernel and is shown as in a terminal; a password is not."""
    cell = find(turn, op)
    if cell is None:
        return
    asks = (cell.run or {}).get("asks")
    if not asks or asks["request"] != op.request:
        turn.refuse(op.ref, "not_asked", "Somebody has answered already, or nobody asks any more.")
        return
    turn.record("input_answered", cell=op.cell, request=op.request)
    text = asks["prompt"] + (_HIDDEN if asks["password"] else op.text)
    shown(turn, i.Shown(op.cell, {"output_type": "stream", "name": "stdout", "text": f"{text}\n"}))
    turn.effects.append(i.GiveInput(op.cell, op.request, op.text))
    turn.accept(op.ref)
