"""The pure session: operations and happenings in, events and effects out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lookin.core.documents import inputs as i
from lookin.core.documents.document import (
    Cell,
    Document,
    apply,
    document_from_json,
    document_of,
)
from lookin.core.documents.outputs import Limits, output_chars
from lookin.core.documents.session import Session, step

NOW = 1_000


def session(*sources: str) -> Session:
    cells = [Cell(f"c{n}", "code", source) for n, source in enumerate(sources)]
    return Session(document_of(cells, {}))


def play(start: Session, *inputs: i.Input) -> tuple[Session, list[i.Effect]]:
    """The session after all inputs, and all effects."""
    effects: list[i.Effect] = []
    for input_ in inputs:
        result = step(start, input_, NOW)
        start, effects = result.session, [*effects, *result.effects]
    return start, effects


def events(effects: list[i.Effect]) -> list[str]:
    return [e.event["type"] for e in effects if isinstance(e, i.Record)]


def states(after: Session) -> dict[str, str | None]:
    return {c.id: c.run["state"] if c.run else None for c in after.document}


def running(*cells: str) -> tuple[i.Input, ...]:
    return (*(i.Run(n, cell) for n, cell in enumerate(cells)), i.KernelReady())


def test_the_first_run_starts_a_kernel_and_waits_for_it() -> None:
    after, effects = play(session("x"), i.Run(1, "c0"))
    assert i.StartKernel() in effects
    assert not [e for e in effects if isinstance(e, i.Execute)]
    after, effects = play(after, i.KernelReady())
    assert effects[-1] == i.Execute("c0", "x", f"c0.{NOW}")
    assert after.kernel["state"] == "busy"


def test_cells_run_one_after_another() -> None:
    after, effects = play(session("a", "b"), *running("c0", "c1"))
    assert [e.cell for e in effects if isinstance(e, i.Execute)] == ["c0"]
    after, effects = play(after, i.Started("c0", 1), i.Finished("c0", "done"))
    assert i.Execute("c1", "b", f"c1.{NOW}") in effects
    assert states(after) == {"c0": "done", "c1": "queued"}


def test_an_error_clears_the_queue() -> None:
    after, _ = play(
        session("a", "b"), *running("c0", "c1"), i.Started("c0", 1), i.Finished("c0", "failed")
    )
    assert states(after) == {"c0": "failed", "c1": "interrupted"}
    assert after.kernel["state"] == "idle"
    assert after.queue == ()


def test_old_outputs_stay_until_the_new_run_begins() -> None:
    out = {"output_type": "stream", "name": "stdout", "text": "old"}
    start = session("a")
    start, _ = play(start, *running("c0"), i.Started("c0", 1), i.Shown("c0", out))
    start, _ = play(start, i.Finished("c0", "done"), i.Run(9, "c0"))
    assert start.document.cells["c0"].outputs
    start, effects = play(start, i.Started("c0", 2))
    assert events(effects) == ["outputs_cleared", "run_started"]


def test_a_lost_kernel_marks_the_running_cell_and_starts_anew_on_the_next_run() -> None:
    after, _ = play(
        session("a", "b"), *running("c0", "c1"), i.Started("c0", 1), i.KernelLost("killed", "Why.")
    )
    assert states(after) == {"c0": "lost", "c1": "interrupted"}
    why = {"reason": "killed", "message": "Why.", "values": {}}
    assert after.kernel == {"state": "dead", **why}
    _, effects = play(after, i.Run(5, "c1"))
    assert i.StartKernel() in effects


def test_restart_ends_what_runs_and_what_waits() -> None:
    after, effects = play(session("a", "b"), *running("c0", "c1"), i.RestartAsked(3))
    assert states(after) == {"c0": "interrupted", "c1": "interrupted"}
    assert effects[-2:] == [i.RestartKernel(), i.Accepted(3)]
    assert after.kernel["state"] == "starting"


def test_interrupt_asks_the_kernel_only_when_something_runs() -> None:
    idle, effects = play(session("a"), i.InterruptAsked(1))
    assert effects == [i.Accepted(1)]
    _, effects = play(idle, *running("c0"), i.InterruptAsked(2))
    assert effects[-2:] == [i.Interrupt(), i.Accepted(2)]


def test_an_edit_on_an_old_version_is_refused_and_changes_nothing() -> None:
    edit = i.Edit(1, "c0", 0, ({"client": "a", "changes": [1, [0, "b"]]},))
    after, _ = play(session("a"), edit)
    again, effects = play(after, edit)
    assert again == after
    assert isinstance(effects[0], i.Refused)
    assert effects[0].code == "behind"


def test_clear_output_can_wait_for_the_next_output() -> None:
    out = {"output_type": "stream", "name": "stdout", "text": "1"}
    after, _ = play(session("a"), *running("c0"), i.Started("c0", 1), i.Shown("c0", out))
    after, effects = play(after, i.Cleared("c0", wait=True))
    assert events(effects) == []
    after, effects = play(after, i.Shown("c0", {**out, "text": "2"}))
    assert events(effects) == ["outputs_cleared", "output_added"]


def test_output_of_a_deleted_cell_falls_away_and_the_next_cell_still_runs() -> None:
    out = {"output_type": "stream", "name": "stdout", "text": "1"}
    after, _ = play(session("a", "b"), *running("c0", "c1"), i.Delete(1, "c0"), i.Started("c0", 1))
    after, effects = play(after, i.Shown("c0", out), i.Finished("c0", "done"))
    assert events(effects) == []
    assert i.Execute("c1", "b", f"c1.{NOW}") in effects


def test_refusals_are_answers() -> None:
    start = session("a")
    wrong: list[tuple[i.Input, str]] = [
        (i.Run(1, "nope"), "no_such_cell"), (i.Insert(1, "c0", "code", "", None), "cell_exists"),
        (i.Move(1, "c0", "c0"), "no_such_cell"), (i.Delete(1, "nope"), "no_such_cell"),
        (i.Edit(1, "c0", 0, ({"client": "a", "changes": [7]},)), "bad_changes"),
    ]  # fmt: skip
    for operation, code in wrong:
        after, effects = play(start, operation)
        assert after == start
        assert [e.code for e in effects if isinstance(e, i.Refused)] == [code]


def test_a_new_cell_whose_neighbour_is_gone_stands_at_the_end() -> None:
    after, _ = play(session("a", "b"), i.Insert(1, "n", "code", "text", "nope"))
    assert after.document.order == ("c0", "c1", "n")


def test_a_full_notebook_leaves_marks_and_never_grows_past_its_bound() -> None:
    limits = Limits(stream_chars=2_000, rich_bytes=3_000, notebook_chars=20_000)
    state = replace(session(*["x"] * 20), limits=limits)
    big = {"output_type": "display_data", "data": {"text/plain": "y" * 2_500}, "metadata": {}}
    for number in range(20):
        state, _ = play(state, i.Shown(f"c{number}", big))
    assert output_chars(state.document) <= limits.notebook_chars + 20 * 200
    notes = [c.outputs[0]["metadata"].get("lookin") for c in state.document]
    assert notes[0] is None
    assert notes[-1] == {"note": "output_too_large"}


# ---- properties

IDS = st.sampled_from(["c0", "c1", "c2", "c3", "gone"])
OUT = st.one_of(
    st.builds(
        lambda name, text: {"output_type": "stream", "name": name, "text": text},
        st.sampled_from(["stdout", "stderr"]),
        st.text(st.sampled_from("ab\r\b\n한😀"), max_size=12),
    ),
    st.just(
        {"output_type": "display_data", "data": {"text/plain": "d"}, "metadata": {},
         "transient": {"display_id": "d"}}
    ),
)  # fmt: skip
CHANGES = st.lists(
    st.one_of(
        st.integers(0, 3), st.tuples(st.integers(0, 3), st.text("a😀", max_size=2)).map(list)
    ),
    max_size=3,
)
INPUTS: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        i.Edit, st.just(1), IDS, st.integers(0, 3),
        CHANGES.map(lambda c: ({"client": "a", "changes": c},)),
    ),
    st.builds(i.Insert, st.just(1), IDS, st.sampled_from(["code", "markdown"]), st.just("x"),
              st.one_of(st.none(), IDS)),
    st.builds(i.Delete, st.just(1), IDS),
    st.builds(i.Move, st.just(1), IDS, st.one_of(st.none(), IDS)),
    st.builds(i.Retype, st.just(1), IDS, st.sampled_from(["code", "markdown", "raw"])),
    st.builds(i.Run, st.just(1), IDS),
    st.builds(i.Clear, st.just(1), IDS),
    st.builds(i.InterruptAsked, st.just(1)),
    st.builds(i.RestartAsked, st.just(1)),
    st.just(i.KernelReady()),
    st.just(i.KernelLost("killed", "m")),
    st.builds(i.Started, IDS, st.one_of(st.none(), st.integers(1, 9))),
    st.builds(i.Shown, IDS, OUT),
    st.builds(i.DisplayUpdated, st.just("d"), st.just({"data": {"text/plain": "n"}})),
    st.builds(i.Cleared, IDS, st.booleans()),
    st.builds(i.Finished, IDS, st.sampled_from(["done", "failed", "interrupted"])),
    st.builds(i.NextInput, IDS, st.just("new\r\n"), st.booleans(), st.just("c3")),
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(INPUTS, max_size=25))
def test_replaying_the_log_gives_the_live_document(inputs: list[i.Input]) -> None:
    start = session("a", "b😀", "c")
    replayed = document_from_json(start.document.to_json())
    after, effects = play(start, *inputs)
    for effect in effects:
        if isinstance(effect, i.Record):
            replayed = apply(replayed, effect.event)
    assert replayed == after.document
    assert document_from_json(after.document.to_json()) == replace(after.document, trash=())


@given(st.lists(INPUTS, max_size=25))
def test_every_operation_is_answered_once_and_only_code_that_waits_runs(
    inputs: list[i.Input],
) -> None:
    state = session("a", "b", "c")
    for input_ in inputs:
        result = step(state, input_, NOW)
        answers = [e for e in result.effects if isinstance(e, i.Accepted | i.Refused)]
        assert len(answers) == isinstance(input_, i.Operation)
        for effect in result.effects:
            if isinstance(effect, i.Execute):
                assert effect.cell == result.session.running
        assert set(result.session.queue) <= set(result.session.document.order)
        state = result.session


def ids_in_order(document: Document) -> bool:
    return set(document.order) == set(document.cells)


@given(st.lists(INPUTS, max_size=25))
def test_no_cell_is_doubled_or_dropped(inputs: list[i.Input]) -> None:
    after, _ = play(session("a", "b", "c"), *inputs)
    assert ids_in_order(after.document)
    assert len(set(after.document.order)) == len(after.document.order)
