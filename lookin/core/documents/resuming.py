"""A session's state beside its document, so that a session whose process died can go on. Pure.

Events say what a document is; this says what is not in them: tallies of outputs, and clearing that
waits. Who waits and who runs follows from the cells' `run`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from lookin.core.documents.document import Document, Event, Json
from lookin.core.documents.outputs import Tally
from lookin.core.documents.trash import without
from lookin.core.documents.turn import Session

BUSY = frozenset({"queued", "running"})


def notes_since(before: Session | None, session: Session) -> Json:
    """What changed since `before` of the things that no event says; all of them for None."""
    notes: Json = {}
    old = before.tallies if before else {}
    if session.tallies is not old:
        changed = {id_: t for id_, t in session.tallies.items() if old.get(id_) is not t}
        tallies = {id_: _brief(tally) for id_, tally in changed.items() if id_ in session.document}
        notes = {"tallies": tallies} if tallies else {}
    if session.clearing != (before.clearing if before else frozenset()):
        notes["clearing"] = sorted(session.clearing)
    return notes


def joined_notes(old: Json, new: Json) -> Json:
    """`old`, brought up to date by what was noted later."""
    joined = {**old, **new}
    joined["tallies"] = {**old.get("tallies", {}), **new.get("tallies", {})}
    if "captured" in joined:  # by Output widgets: entries, of which a whole one stands for all
        entries = [*old.get("captured", ()), *new.get("captured", ())]
        begin = max((i for i, entry in enumerate(entries) if "whole" in entry), default=0)
        joined["captured"] = entries[begin:]
    return joined


def line_after(line: tuple[str, ...], event: Event) -> tuple[str, ...]:
    """The cells that wait for their turn, in order, after `event`."""
    match event["type"]:
        case "run_queued":
            return (*(id_ for id_ in line if id_ != event["cell"]), event["cell"])
        case "run_started" | "run_finished" | "cell_deleted":
            return tuple(id_ for id_ in line if id_ != event["cell"])
    return line


def session_again(document: Document, line: Iterable[str], notes: Json) -> Session:
    """The session of a process that died, for `KernelAdopted` or `KernelLost` as its next input.

    `line` is who waited for a turn, in order. What the kernel said since is to be taken by it.
    """
    return Session(
        document,
        running=next((c.id for c in document if _state(document, c.id) == "running"), None),
        queue=tuple(id_ for id_ in line if _state(document, id_) == "queued"),
        tallies={id_: _tally(value) for id_, value in notes.get("tallies", {}).items()},
        clearing=frozenset(notes.get("clearing", ())),
    )


def line_of(session: Session) -> tuple[str, ...]:
    """Who waits for a turn, in order; first the cell whose code the kernel got but has not begun.

    The inverse of what `session_again` and `KernelAdopted` make of it.
    """
    now = session.running
    sent = (now,) if now is not None and _state(session.document, now) == "queued" else ()
    return (*sent, *session.queue)


def requests_of(document: Document) -> list[tuple[str, str]]:
    """(request, cell) of every cell's last run, the oldest first."""
    runs = sorted((c.run["queued_at"], c.id) for c in document if c.run)
    return [(f"{cell}.{queued_at}", cell) for queued_at, cell in runs]


def with_runs_of(document: Document, old: Document) -> Document:
    """`document` with what no file says of `old`: the runs that are not over, and the trash."""
    busy = {c.id: c.run for c in old if c.run and c.run["state"] in BUSY and c.id in document}
    cells = {id_: document.cells[id_].with_(run=run) for id_, run in busy.items()}
    trash = without(old.trash, document.cells)
    return replace(document, cells={**document.cells, **cells}, trash=trash)


def _brief(tally: Tally) -> Json:
    """Only what differs from an empty one."""
    return {key: value for key, value in asdict(tally).items() if value}


def _tally(value: Mapping[str, object]) -> Tally:
    tail = value.get("tail", ())
    assert isinstance(tail, list | tuple)
    pairs = tuple((int(index), int(chars)) for index, chars in tail)
    return Tally(**{**value, "tail": pairs})  # type: ignore[arg-type]


def _state(document: Document, id_: str) -> str | None:
    run = document.cells[id_].run if id_ in document else None
    return run["state"] if run else None
