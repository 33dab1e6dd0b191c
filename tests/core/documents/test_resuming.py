"""A session whose process died goes on from its events and notes as if nothing had happened."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents import inputs as i
from lookin.core.documents.document import (
    Cell,
    apply,
    document_from_json,
    document_of,
    request_of,
)
from lookin.core.documents.pieces import json_pieces
from lookin.core.documents.resuming import (
    joined_notes,
    line_after,
    line_of,
    notes_since,
    requests_of,
    session_again,
    with_runs_of,
)
from lookin.core.documents.session import Session, step

NOW = 1_000


def session(*sources: str) -> Session:
    return Session(document_of([Cell(f"c{n}", "code", s) for n, s in enumerate(sources)], {}))


def play(start: Session, *inputs: i.Input) -> tuple[Session, list[i.Effect]]:
    effects: list[i.Effect] = []
    for number, input_ in enumerate(inputs):
        result = step(start, input_, NOW + number)
        start, effects = result.session, [*effects, *result.effects]
    return start, effects


def printed(cell: str, text: str) -> i.Shown:
    return i.Shown(cell, {"output_type": "stream", "name": "stdout", "text": text})


def recorded(effects: list[i.Effect]) -> list[dict[str, Any]]:
    return [e.event for e in effects if isinstance(e, i.Record)]


def again(before: Session, after: Session, effects: list[i.Effect]) -> Session:
    """What a new process makes of the log of `after`, which began with `before`."""
    line = line_of(before)
    for event in recorded(effects):
        line = line_after(line, event)
    notes = json.loads(json.dumps(notes_since(None, after)))
    return session_again(after.document, line, notes)


HAPPENINGS = st.lists(
    st.sampled_from(
        [
            i.Run(1, "c0"),
            i.Run(2, "c1"),
            i.Run(3, "c2"),
            i.Started("c0", 1),
            i.Started("c1", 2),
            printed("c0", "50 %\r"),
            printed("c0", "100 %"),
            printed("c1", "x\b"),
            i.Cleared("c0", wait=True),
            i.Finished("c0", "done"),
            i.Finished("c1", "done"),
            i.Finished("c1", "failed"),
            i.Delete(4, "c1"),
            i.Delete(4, "c2"),
        ]
    ),
    max_size=25,
)


@given(HAPPENINGS, HAPPENINGS)
def test_whenever_it_dies_it_goes_on_as_if_it_had_not(
    first: list[i.Input], later: list[i.Input]
) -> None:
    before, _ = play(session("a", "b", "c"), i.Run(0, "c0"), i.KernelReady())
    after, effects = play(before, *first)
    resumed = again(before, after, effects)
    running = after.running
    cell = after.document.cells.get(running or "")
    request = request_of(cell) if cell else f"{running}.7" if running else None
    received = frozenset({request} if request else ())
    new, _ = play(resumed, i.KernelAdopted(received, request))
    assert (new.running, new.queue) == (after.running, after.queue)
    assert new.kernel["state"] == after.kernel["state"]
    assert recorded(play(new, *later)[1]) == recorded(play(after, *later)[1])


def test_what_the_kernel_never_received_is_sent_again() -> None:
    before, _ = play(session("a"), i.KernelReady())
    after, effects = play(before, i.Run(1, "c0"))
    sent = next(e for e in effects if isinstance(e, i.Execute))
    resumed = again(before, after, effects)
    _, effects = play(resumed, i.KernelAdopted(frozenset(), None))
    assert sent in effects
    _, effects = play(resumed, i.KernelAdopted(frozenset({sent.request}), sent.request))
    assert not [e for e in effects if isinstance(e, i.Execute)]


def test_a_kernel_that_died_meanwhile_ends_what_ran_and_what_waited() -> None:
    before, _ = play(session("a", "b"), i.KernelReady())
    after, effects = play(before, i.Run(1, "c0"), i.Run(2, "c1"), i.Started("c0", 1))
    resumed = again(before, after, effects)
    lost, _ = play(resumed, i.KernelLost("exited", "It ended.", {"status": 1}))
    assert [(c.run or {})["state"] for c in lost.document] == ["lost", "interrupted"]
    assert lost.kernel["values"] == {"status": 1}


def test_notes_hold_only_what_changed() -> None:
    start, _ = play(session("a", "b"), i.KernelReady(), i.Run(1, "c0"), i.Started("c0", 1))
    one, _ = play(start, printed("c0", "50 %\r"))
    assert notes_since(start, start) == {}
    notes = notes_since(start, one)
    assert list(notes["tallies"]) == ["c0"]
    two, _ = play(one, i.Cleared("c0", wait=True))
    assert notes_since(one, two) == {"clearing": ["c0"]}
    assert joined_notes(notes, {"clearing": ["c0"]}) == {**notes, "clearing": ["c0"]}


def test_a_file_read_anew_keeps_the_runs_that_are_not_over() -> None:
    after, _ = play(session("a", "b"), i.KernelReady(), i.Run(1, "c0"), i.Started("c0", 1))
    fresh = with_runs_of(session("new", "b").document, after.document)
    assert fresh.cells["c0"].source == "new"
    assert (fresh.cells["c0"].run or {})["state"] == "running"
    assert fresh.cells["c1"].run is None
    assert requests_of(fresh) == [(request_of(fresh.cells["c0"]), "c0")]


def test_a_wait_is_told_and_ends_with_its_last_cell() -> None:
    start, effects = play(session("a", "b"), i.Run(1, "c0"))
    assert i.StartKernel() in effects
    waiting, _ = play(start, i.KernelWaiting("machine_full", "Wait.", {"place": 2}))
    assert waiting.kernel["state"] == "waiting"
    assert waiting.kernel["values"] == {"place": 2}
    more, effects = play(waiting, i.Run(2, "c1"))
    assert i.StartKernel() not in effects
    started, _ = play(more, i.KernelStarting())
    assert started.kernel["state"] == "starting"
    for ending in ([i.InterruptAsked(3)], [i.RestartAsked(3)], [i.Delete(3, "c0")]):
        after, effects = play(waiting, *ending)
        assert i.CancelStart() in effects
        assert i.RestartKernel() not in effects
        assert after.kernel["state"] == "none"
    _, effects = play(more, i.Delete(3, "c0"))
    assert i.CancelStart() not in effects


@given(st.lists(st.tuples(st.text(), st.lists(st.text(), max_size=3)), max_size=4))
def test_a_document_in_pieces_is_the_same_document(cells: list[tuple[str, list[str]]]) -> None:
    made = document_of(
        [
            Cell(f"c{n}", "code", source, outputs=tuple({"text": text} for text in texts))
            for n, (source, texts) in enumerate(cells)
        ],
        {"title": "한글 😀"},
    )
    assert json.loads("".join(json_pieces(made, for_pages=True))) == made.to_json()
    for cell in made.order[:2]:
        made = apply(made, {"type": "cell_deleted", "cell": cell})
    assert document_from_json(json.loads("".join(json_pieces(made)))) == made
    assert "trash" not in json.loads("".join(json_pieces(made, for_pages=True)))
