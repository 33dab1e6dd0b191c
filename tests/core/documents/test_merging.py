"""Two documents of one notebook: events between them, and both sides' changes in one."""

from __future__ import annotations

import time
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.document import Cell, Document, apply, document_of
from lookin.core.documents.lines import changes_between, merge_lines
from lookin.core.documents.merging import (
    changed_cells,
    events_between,
    is_same,
    merge,
    with_known_ids,
)
from lookin.core.documents.text import apply_changes
from lookin.core.lib.differences import hunks_between

TEXTS = st.text(st.sampled_from("ab\n😀한"), max_size=20)
OUTPUTS = st.lists(
    st.builds(lambda text: {"output_type": "stream", "name": "stdout", "text": text}, TEXTS),
    max_size=2,
)
METADATA = st.dictionaries(
    st.sampled_from(["tags", "x"]), st.one_of(st.none(), st.integers(0, 2)), max_size=2
)


@st.composite
def cells(draw: st.DrawFn, id_: str) -> Cell:
    kind = draw(st.sampled_from(["code", "markdown", "raw"]))
    code = kind == "code"
    return Cell(
        id_,
        kind,
        draw(TEXTS),
        outputs=tuple(draw(OUTPUTS)) if code else (),
        execution_count=draw(st.none() | st.integers(1, 3)) if code else None,
        metadata=draw(METADATA),
        attachments=draw(st.dictionaries(st.sampled_from("pq"), st.just({}), max_size=1)),
        extra=draw(METADATA),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    ids = draw(st.lists(st.sampled_from("abcdef"), unique=True))
    return document_of([draw(cells(id_)) for id_ in ids], draw(METADATA))


def code(id_: str, source: str, **fields: Any) -> Cell:
    return Cell(id_, "code", source, **fields)


def notebook(**sources: str) -> Document:
    return document_of([code(id_, source) for id_, source in sources.items()], {})


def sources(document: Document) -> dict[str, str]:
    return {cell.id: cell.source for cell in document}


@given(documents(), documents())
def test_the_events_between_two_documents_lead_from_one_to_the_other(
    old: Document, new: Document
) -> None:
    made = reduce(apply, events_between(old, new), old)
    assert is_same(made, new)
    assert made.order == new.order
    for cell in made:
        was = old.cells.get(cell.id)
        assert cell.version - (was.version if was else 0) == bool(was and was.source != cell.source)


@given(documents())
def test_nothing_happens_between_equal_documents(document: Document) -> None:
    assert events_between(document, document) == []
    assert changed_cells(document, document) == ()


@given(documents(), documents(), documents())
def test_a_merge_takes_what_one_side_changed_and_is_the_other_where_nothing_was(
    base: Document, ours: Document, theirs: Document
) -> None:
    assert is_same(merge(base, base, theirs, 0).document, theirs)
    assert is_same(merge(base, ours, base, 0).document, ours)
    both = merge(base, ours, theirs, 0)
    assert set(both.clashes) <= set(ours.order) & set(theirs.order)
    for id_ in ours.order:  # what somebody wrote since the base is never lost
        cell = ours.cells[id_]
        if id_ not in base or base.cells[id_].source != cell.source:
            assert id_ in both.document


@given(TEXTS, TEXTS)
def test_the_changes_between_two_texts_lead_from_one_to_the_other(old: str, new: str) -> None:
    assert apply_changes(old, changes_between(old, new)) == new


@given(TEXTS, TEXTS, TEXTS)
def test_lines_merge_the_same_from_both_sides(base: str, ours: str, theirs: str) -> None:
    assert merge_lines(base, ours, base) == ours
    assert merge_lines(base, base, theirs) == theirs
    assert merge_lines(base, ours, theirs) == merge_lines(base, theirs, ours)


def test_one_moved_cell_is_one_event() -> None:
    old = notebook(a="1", b="2", c="3", d="4")
    new = document_of([old.cells[i] for i in "bcda"], {})
    assert events_between(old, new) == [{"type": "cell_moved", "cell": "a", "after": "d"}]


def test_lines_that_two_people_changed_in_one_cell_are_both_kept() -> None:
    base = notebook(a="x = 1\ny = 2\nz = 3")
    ours = notebook(a="x = 10\ny = 2\nz = 3")
    theirs = notebook(a="x = 1\ny = 2\nz = 30\nw = 4")
    both = merge(base, ours, theirs, 0)
    assert sources(both.document) == {"a": "x = 10\ny = 2\nz = 30\nw = 4"}
    assert both.clashes == ()


def test_the_same_line_changed_twice_stays_ours_and_is_said() -> None:
    both = merge(notebook(a="x = 1"), notebook(a="x = 2"), notebook(a="x = 3"), 0)
    assert sources(both.document) == {"a": "x = 2"}
    assert both.clashes == ("a",)


def test_a_cell_deleted_on_one_side_goes_only_when_the_other_left_it_alone() -> None:
    base = notebook(a="1", b="2", c="3")
    both = merge(base, notebook(a="1", c="3"), notebook(a="1", b="2", c="4"), 0)
    assert sources(both.document) == {"a": "1", "c": "4"}
    kept = merge(base, notebook(a="1", c="3"), notebook(a="1", b="22", c="3"), 0)
    assert sources(kept.document) == {"a": "1", "b": "22", "c": "3"}


def test_new_cells_of_both_sides_stand_where_they_were_put() -> None:
    base = notebook(a="1", b="2")
    both = merge(base, notebook(a="1", m="mine", b="2"), notebook(a="1", b="2", t="theirs"), 0)
    assert list(both.document.order) == ["a", "m", "b", "t"]


@pytest.mark.parametrize(("ended", "whose"), [(5, "theirs"), (50, "ours"), (None, "ours")])
def test_of_two_runs_the_newer_ones_outputs_stay(ended: int | None, whose: str) -> None:
    def ran(name: str, run: dict[str, Any] | None = None) -> Document:
        output = {"output_type": "stream", "name": "stdout", "text": name}
        return document_of([code("a", "1", outputs=(output,), execution_count=1, run=run)], {})

    run = {"state": "done", "queued_at": 1, "started_at": 2, "ended_at": ended}
    both = merge(ran("old"), ran("ours", run), ran("theirs"), 10)
    assert both.document.cells["a"].outputs[0]["text"] == whose


def test_metadata_is_merged_key_by_key() -> None:
    def with_(metadata: dict[str, Any]) -> Document:
        return document_of([], metadata)

    base, ours = with_({"a": 1, "k": {"x": 1, "y": 1}}), with_({"a": 2, "k": {"x": 2, "y": 1}})
    both = merge(base, ours, with_({"a": 1, "b": None, "k": {"x": 1}}), 0).document
    assert dict(both.metadata) == {"a": 2, "b": None, "k": {"x": 2}}


def test_a_file_without_ids_is_matched_by_text_and_place() -> None:
    known = notebook(a="one", b="two", c="three")
    theirs = document_of(
        [code("r1", "zero"), code("r2", "one"), code("r3", "2"), code("r4", "three")], {}
    )
    assert sources(with_known_ids(theirs, known)) == {
        "r1": "zero", "a": "one", "b": "2", "c": "three",
    }  # fmt: skip


def test_large_texts_that_differ_wholly_are_compared_quickly() -> None:
    began = time.perf_counter()
    hunks_between(["x"] * 20_000, ["x", "y"] * 10_000)
    changes_between("x\n" * 200_000, "y\n" * 200_000)
    hunks_between([str(n) for n in range(50_000)], [str(n) for n in range(50_000, 0, -1)])
    assert time.perf_counter() - began < 5
