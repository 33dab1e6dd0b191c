"""A version taken to its things and back, and given to a live notebook, makes it what it was."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.document import Cell, Document, apply, cell_from_json, document_of
from lookin.core.documents.inputs import Became, Record, Run
from lookin.core.documents.merging import is_same
from lookin.core.documents.session import Session, step
from lookin.core.history.versions import Manifest, Things, cells_of, record_cell

TEXT = st.text("ab \n한😀", max_size=12)
OUTPUTS = st.lists(
    st.fixed_dictionaries(
        {"output_type": st.just("stream"), "name": st.just("stdout"), "text": TEXT}
    ),
    max_size=2,
).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Some of six cells in any order."""
    ids = draw(st.lists(st.sampled_from("abcdef"), unique=True))
    return document_of([draw(cells(id_)) for id_ in ids], draw(st.dictionaries(TEXT, TEXT)))


@st.composite
def cells(draw: st.DrawFn, id_: str) -> Cell:
    type_ = draw(st.sampled_from(["code", "markdown", "raw"]))
    code: dict[str, Any] = {}
    if type_ == "code":
        code = {"outputs": draw(OUTPUTS), "execution_count": draw(st.none() | st.integers(1, 9))}
    metadata = draw(st.dictionaries(TEXT, TEXT, max_size=2))
    return Cell(id_, type_, draw(TEXT), version=draw(st.integers(0, 9)), metadata=metadata, **code)


def version_of(document: Document) -> Document:
    """The document as a history gives it back."""
    things = Things()
    entries = []
    for cell in document:
        entry, made = record_cell(cell.to_json())
        entries.append(entry)
        things |= made
    kept = Manifest(tuple(entries), dict(document.metadata))
    return document_of(map(cell_from_json, cells_of(kept, things.get)), kept.metadata)


@given(documents(), documents())
def test_bringing_back_gives_the_version_and_undoing_gives_what_was_there(
    now: Document, then: Document
) -> None:
    version, before = version_of(then), version_of(now)
    restored = step(Session(now), Became(version, "p"), 1)
    assert is_same(restored.session.document, then)
    undone = step(restored.session, Became(before, "p"), 2)
    assert is_same(undone.session.document, now)


@given(documents(), documents())
def test_who_follows_the_events_sees_the_same_and_who_did_it(now: Document, then: Document) -> None:
    result = step(Session(now), Became(version_of(then), "p"), 1)
    seen = now
    for effect in result.effects:
        assert isinstance(effect, Record)
        assert effect.event["by"] == "p"
        seen = apply(seen, effect.event)
    assert seen == result.session.document


@given(documents(), documents())
def test_a_cell_that_waits_goes_on_waiting_when_the_version_has_it(
    now: Document, then: Document
) -> None:
    session = Session(now)
    for cell in now:
        session = step(session, Run(1, cell.id), 1).session
    after = step(session, Became(version_of(then), "p"), 2).session
    assert after.queue == tuple(id_ for id_ in session.queue if id_ in then)
    for id_ in after.queue:
        assert after.document.cells[id_].type == "code"
        assert after.document.cells[id_].source == then.cells[id_].source
