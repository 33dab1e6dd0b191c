"""Running cells: the queue, and what the kernel reports. Pure; the kernel itself is elsewhere."""

from __future__ import annotations

from lookin.core.documents import inputs as i
from lookin.core.documents.document import Cell, request_of
from lookin.core.documents.outputs import (
    Limits,
    Tally,
    added_chars,
    output_chars,
    show,
    update_display,
    within_notebook,
)
from lookin.core.documents.text import SOURCE_UNITS, normal_lines, utf16_length
from lookin.core.documents.turn import (
    Turn,
    empty_cell,
    find,
    finish_running,
    is_busy,
    keep_tally,
    leave_line,
    stop_waiting,
)


def run(turn: Turn, op: i.Run) -> None:
    """A code cell waits for its turn."""
    cell = find(turn, op)
    if cell is None:
        return
    if cell.type != "code":
        turn.refuse(op.ref, "not_code", "Only a code cell can run.")
        return
    if is_busy(turn, op.cell):
        turn.refuse(op.ref, "already_running", "This cell is running or waits for its turn.")
        return
    turn.change(queue=(*turn.session.queue, op.cell))
    then = {"then": "go_on"} if op.goes_on else {}
    turn.record("run_queued", cell=op.cell, at=turn.now, **then)
    turn.effects.append(i.Accepted(op.ref))


def interrupt(turn: Turn, op: i.InterruptAsked) -> None:
    """What runs is interrupted; what waits is forgotten."""
    stop_waiting(turn)
    leave_line(turn)
    if turn.session.running is not None:
        turn.effects.append(i.Interrupt())
    turn.effects.append(i.Accepted(op.ref))


def restart(turn: Turn, op: i.RestartAsked) -> None:
    """A new kernel; what runs and what waits is interrupted. One that waits does not start."""
    finish_running(turn, "interrupted")
    stop_waiting(turn)
    if turn.session.kernel["state"] == "waiting":
        leave_line(turn)
    else:
        turn.kernel("starting", "restarted", "A new kernel is starting. Variables start anew.")
        turn.effects.append(i.RestartKernel())
    turn.effects.append(i.Accepted(op.ref))


def waiting(turn: Turn, happening: i.KernelWaiting) -> None:
    """The kernel cannot start yet."""
    turn.kernel("waiting", happening.reason, happening.message, happening.values)


def starting(turn: Turn, _: i.KernelStarting) -> None:
    """The kernel starts now."""
    turn.kernel("starting")


def ready(turn: Turn, _: i.KernelReady) -> None:
    """The kernel takes code."""
    turn.kernel("idle")


def adopted(turn: Turn, happening: i.KernelAdopted) -> None:
    """The kernel goes on where it was: one cell runs, or the first that waits was sent already."""
    session = turn.session
    if session.running is None and session.queue:
        first, *rest = session.queue
        if request_of(session.document.cells[first]) in happening.received:
            turn.change(running=first, queue=tuple(rest))
    if turn.session.running is None and happening.running is not None:
        cell = happening.running.rpartition(".")[0]
        if cell not in session.document:  # deleted while it ran
            turn.change(running=cell)
    turn.kernel("busy" if turn.session.running is not None else "idle")


def lost(turn: Turn, happening: i.KernelLost) -> None:
    """The kernel is gone: what ran is lost, what waited interrupted."""
    finish_running(turn, "lost")
    stop_waiting(turn)
    turn.kernel("dead", happening.reason, happening.message, happening.values)


def started(turn: Turn, happening: i.Started) -> None:
    """A run begins: the old outputs go now."""
    cell = turn.cell(happening.cell)
    if cell is None or happening.cell != turn.session.running:
        return
    if cell.outputs:
        turn.record("outputs_cleared", cell=cell.id)
    keep_tally(turn, cell.id, Tally())
    turn.change(clearing=turn.session.clearing - {cell.id})
    count = happening.execution_count
    turn.record("run_started", cell=cell.id, at=turn.now, execution_count=count)


def shown(turn: Turn, happening: i.Shown) -> None:
    """An output."""
    if turn.cell(happening.cell) is None:
        return
    if happening.cell in turn.session.clearing:
        empty_cell(turn, happening.cell)
    cell = turn.session.document.cells[happening.cell]
    tally = turn.session.tallies.get(cell.id, Tally())
    limits = _limits_now(turn, tally)
    spilled: list[tuple[int, str]] = []
    events, tally = show(cell, happening.output, tally, limits, spilled)
    turn.effects += [i.Spill(cell.id, at, text) for at, text in spilled]
    for event in events:
        turn.take(event)
    if turn.session.filled is not None:
        turn.change(filled=turn.session.filled + sum(map(added_chars, events)))
    keep_tally(turn, cell.id, tally)


def _limits_now(turn: Turn, tally: Tally) -> Limits:
    """The limits, narrower in a notebook that is nearly full. Counts it only when it may be."""
    session = turn.session
    one = session.limits.stream_chars + session.limits.rich_bytes
    if session.filled is not None and session.filled + one <= session.limits.notebook_chars:
        return session.limits
    filled = output_chars(session.document)
    turn.change(filled=filled)
    return within_notebook(session.limits, filled, tally)


def display_updated(turn: Turn, happening: i.DisplayUpdated) -> None:
    """New data for a display, in whatever cell."""
    session = turn.session
    for event in update_display(
        session.document, happening.display, happening.news, session.limits
    ):
        turn.take(event)


def cleared(turn: Turn, happening: i.Cleared) -> None:
    """clear_output, now or with the next output."""
    cell = turn.cell(happening.cell)
    if cell is None:
        return
    if happening.wait:
        turn.change(clearing=turn.session.clearing | {happening.cell})
    elif cell.outputs:
        empty_cell(turn, happening.cell)


def finished(turn: Turn, happening: i.Finished) -> None:
    """A run is over. A failure stops the cells that wait, unless it was to be expected."""
    if happening.cell != turn.session.running:
        return
    finish_running(turn, happening.state)
    expected = happening.state == "failed" and _may_fail(turn.cell(happening.cell))
    if happening.state != "done" and not expected:
        stop_waiting(turn)
    if not turn.session.queue:
        turn.kernel("idle")


def _may_fail(cell: Cell | None) -> bool:
    """Whether what waits goes on after its failure: asked so, or tagged so, as nbclient has it."""
    if cell is None:
        return False
    tags = cell.metadata.get("tags")
    tagged = isinstance(tags, list) and "raises-exception" in tags
    return tagged or bool(cell.run and cell.run.get("then") == "go_on")


def next_input(turn: Turn, happening: i.NextInput) -> None:
    """Text from the kernel for this cell or a new one after it."""
    cell = turn.cell(happening.cell)
    source = normal_lines(happening.text)
    if cell is None or utf16_length(source) > SOURCE_UNITS:
        return
    if not happening.replaces:
        if happening.new_id not in turn.session.document:
            fresh = Cell(happening.new_id, "code", source)
            turn.record("cell_inserted", cell=fresh.to_json(), after=cell.id)
        return
    changes = [[utf16_length(cell.source), *source.split("\n")]]
    updates = [{"client": "kernel", "changes": changes}]
    turn.record("cell_edited", cell=cell.id, version=cell.version + 1, updates=updates)


def run_next(turn: Turn) -> None:
    """Give the kernel the first waiting cell when it can take one; start a kernel when none is."""
    session = turn.session
    if session.running is not None or not session.queue:
        return
    if session.kernel["state"] in {"none", "dead"}:
        turn.kernel("starting")
        turn.effects.append(i.StartKernel())
    elif session.kernel["state"] in {"idle", "busy"}:
        first, *rest = session.queue
        turn.change(running=first, queue=tuple(rest))
        turn.kernel("busy")
        cell = session.document.cells[first]
        turn.effects.append(
            i.Execute(first, cell.source, request_of(cell) or f"{first}.{turn.now}")
        )
