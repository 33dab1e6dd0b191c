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


def test_format_2_is_read() -> None:
    old = {
        "nbformat": 2,
        "metadata": {"name": "x"},
        "worksheets": [{"cells": [
            {"cell_type": "code", "input": "1+1", "language": "python", "prompt_number": 1,
             "outputs": [{"output_type": "pyout", "text": "2", "prompt_number": 1}]},
            {"cell_type": "text", "source": "T"}, {"cell_type": "html", "source": "<b>"},
        ]}],
    }  # fmt: skip
    code, text, html = read_ipynb(json.dumps(old).encode())
    assert (code.source, code.outputs[0]["data"]) == ("1+1", {"text/plain": "2"})
    assert (text.type, text.source, html.source) == ("markdown", "T", "<b>")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("abcdefg", max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
KEYS = st.dictionaries(st.text("vwxyz", min_size=1, max_size=4), JSON, max_size=3)


@given(KEYS, KEYS, KEYS, KEYS, st.integers(5, 9))
def test_what_lookin_does_not_know_is_written_as_it_was_read(
    notebook_metadata: dict[str, Any],
    cell_metadata: dict[str, Any],
    output_metadata: dict[str, Any],
    unknown: dict[str, Any],
    minor: int,
) -> None:
    output = {"output_type": "display_data", "data": {"text/plain": "x"}, **unknown}
    output |= {"metadata": output_metadata}
    cell = {"cell_type": "code", "id": "a", "source": "1", "execution_count": None, **unknown}
    cell |= {"metadata": cell_metadata, "outputs": [output]}
    metadata = {"kernelspec": {"name": "x"}, **notebook_metadata}
    data = notebook(cell, metadata=metadata, nbformat_minor=minor)
    raw = json.loads(write_ipynb(read_ipynb(data)))
    assert raw["metadata"] == metadata
    (only,) = raw["cells"]
    shown = only["outputs"][0]
    assert only["metadata"] == cell_metadata
    assert shown["metadata"] == output_metadata
    assert unknown.items() <= only.items()
    assert unknown.items() <= shown.items()


ODD = {
    "no metadata at all": b'{"nbformat":4,"nbformat_minor":0,"cells":'
    b'[{"cell_type":"raw","source":""}]}',
    "a byte order mark": b"\xef\xbb\xbf" + notebook(),
    "one line": notebook({"cell_type": "markdown", "source": "x", "metadata": {}}),
    "no minor": b'{"nbformat":4,"metadata":{},"cells":[]}',
    "NaN in an output": b'{"nbformat":4,"cells":[{"cell_type":"code","source":"","metadata":{},'
    b'"outputs":[{"output_type":"display_data","metadata":{},"data":{"application/json":NaN}}]}]}',
    "attachments": notebook({"cell_type": "markdown", "source": "![a](attachment:a.png)",
                             "metadata": {}, "attachments": {"a.png": {"image/png": "iVBO"}}}),
    "format 3 without worksheets' metadata": b'{"nbformat":3,"metadata":{},'
    b'"worksheets":[{"cells":[]}]}',
    "two worksheets": b'{"nbformat":3,"metadata":{},"worksheets":[{"cells":'
    b'[{"cell_type":"markdown","source":"a"}]},{"cells":[{"cell_type":"markdown","source":"b"}]}]}',
    "an output with lists of lines": notebook({"cell_type": "code", "source": ["a\n"],
        "metadata": {},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}]}),
    "a stream that lacks all": notebook({"cell_type": "code", "source": "", "metadata": {},
        "outputs": [{"output_type": "stream"}]}),
    "an unknown kernel": notebook(metadata={"kernelspec": {"name": "ir", "display_name": "R"}}),
}  # fmt: skip


@pytest.mark.parametrize("data", ODD.values(), ids=list(ODD))
def test_odd_files_are_opened_and_written_the_same_from_then_on(data: bytes) -> None:
    once = write_ipynb(read_ipynb(data))
    assert write_ipynb(read_ipynb(once)) == once
    raw = json.loads(once)
    assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
    assert all(cell["id"] for cell in raw["cells"])
    nbformat.validate(nbformat.reads(once.decode(), 4))


def test_an_empty_file_is_a_notebook_not_begun() -> None:
    assert len(read_ipynb(b"  \n").order) == 1


BROKEN = [
    b"{\n,}", b"[]", b"{}", b'{"nbformat":4}', b'{"nbformat":9,"cells":[]}', b"a\n\xff",
    b"[" * 10**5,
    b'{"nbformat":1,"cells":[]}', b'{"nbformat":2,"worksheets":3}', b'{"nbformat":3}',
    b'{"nbformat":true,"cells":[]}',
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
