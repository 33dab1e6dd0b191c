"""Notebook files in and out, the whole and the broken ones."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.ipynb import (
    BrokenNotebookError,
    new_document,
    read_ipynb,
    write_ipynb,
)

SOURCES = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)


def notebook(*cells: dict[str, Any], **fields: Any) -> bytes:
    raw = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **fields}
    return json.dumps(raw).encode()


@given(st.lists(st.tuples(st.sampled_from(["code", "markdown", "raw"]), SOURCES), min_size=1))
def test_what_is_written_is_read_back(cells: list[tuple[str, str]]) -> None:
    made = document_of(
        [Cell(f"c{n}", kind, source) for n, (kind, source) in enumerate(cells)], {"a": {"b": 1}}
    )
    data = write_ipynb(made)
    assert read_ipynb(data) == made
    assert write_ipynb(read_ipynb(data)) == data
    assert data.endswith(b"}\n")
    assert not data.endswith(b"\n\n")


def test_a_new_notebook_is_valid() -> None:
    nbformat.validate(nbformat.reads(write_ipynb(new_document()).decode(), 4))


def test_unknown_metadata_stays_and_nothing_transient_is_saved() -> None:
    output = {"output_type": "display_data", "data": {"text/plain": ["a\n", "b"]}, "metadata": {}}
    cell = {"cell_type": "code", "id": "x", "source": ["a\n", "b"], "execution_count": 3}
    cell |= {"metadata": {"tags": ["t"], "vendor": {"x": 1}}, "outputs": [output]}
    made = read_ipynb(notebook(cell, metadata={"widgets": {"state": {}}}))
    only = made.cells["x"]
    live = only.with_(outputs=({**only.outputs[0], "transient": {"display_id": "d"}},))
    raw = json.loads(write_ipynb(document_of([live], made.metadata)))
    assert raw["metadata"] == {"widgets": {"state": {}}}
    assert raw["cells"][0]["metadata"] == {"tags": ["t"], "vendor": {"x": 1}}
    assert "transient" not in raw["cells"][0]["outputs"][0]
    assert raw["cells"][0]["source"] == ["a\n", "b"]


def test_missing_bad_and_double_ids_are_replaced() -> None:
    cells = [{"cell_type": "raw", "source": "", "metadata": {}, "id": i} for i in ("a", "a", "!")]
    cells.append({"cell_type": "raw", "source": "", "metadata": {}})
    order = read_ipynb(notebook(*cells)).order
    assert order[0] == "a"
    assert len(set(order)) == 4


def test_windows_line_ends_and_half_characters_become_what_the_editor_holds() -> None:
    cell = {"cell_type": "code", "source": "a\r\nb\ud800", "metadata": {}, "outputs": []}
    (only,) = read_ipynb(notebook(cell))
    assert only.source == "a\nb\ufffd"


def test_format_3_is_read() -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": [
            {"cell_type": "code", "input": ["1\n", "2"], "language": "python", "metadata": {},
             "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": ["1"]}]},
            {"cell_type": "heading", "level": 2, "source": ["T"], "metadata": {}},
        ]}],
    }  # fmt: skip
    code, heading = read_ipynb(json.dumps(old).encode())
    assert code.source == "1\n2"
    assert code.outputs[0]["data"] == {"text/plain": "1"}
    assert (heading.type, heading.source) == ("markdown", "## T")


def test_an_empty_file_is_a_notebook_not_begun() -> None:
    assert len(read_ipynb(b"  \n").order) == 1


BROKEN = [
    b"{\n,}", b"[]", b"{}", b'{"nbformat":4}', b'{"nbformat":9,"cells":[]}', b"a\n\xff",
    b"[" * 10**5,
    b'{"nbformat":2,"worksheets":[]}', b'{"nbformat":3}', b'{"nbformat":true,"cells":[]}',
    notebook(1), notebook({}), notebook({"cell_type": "code", "source": [1]}),  # type: ignore[arg-type]
    notebook({"cell_type": "fun", "source": ""}), notebook(cells=None), notebook(cells={"a": 1}),
    notebook({"cell_type": "code", "source": "", "metadata": 3}),
    notebook({"cell_type": "code", "source": "", "metadata": {}, "outputs": [3]}),
    notebook(metadata=[]),
]  # fmt: skip


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_notebook_is_told_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BrokenNotebookError) as caught:
        read_ipynb(data)
    assert caught.value.code == "broken_notebook"
    assert "untouched" in caught.value.sentence()


def test_a_broken_file_says_at_which_line() -> None:
    with pytest.raises(BrokenNotebookError, match="line 3"):
        read_ipynb(b'{\n"cells":\n,')
