"""What of a notebook is searched: its texts, bounded, whatever a file holds."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.searchable import (
    MOST_CELLS,
    MOST_OUTPUTS,
    NOTEBOOK_CHARS,
    OUTPUT_CHARS,
    SOURCE_CHARS,
    searchable_texts,
)

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KEYS = ("id", "type", "cell_type", "source", "outputs", "text", "data", "ename", "evalue")


def code(source: object, *outputs: object) -> dict[str, object]:
    return {"id": "c", "cell_type": "code", "source": source, "outputs": list(outputs)}


def texts(*cells: Any) -> list[tuple[str, str, str]]:
    return [(found.cell, found.kind, found.text) for found in searchable_texts(cells)]


def test_sources_and_outputs_are_texts_of_their_cells() -> None:
    printed = {"output_type": "stream", "text": ["\x1b[31mred\x1b[0m\n", "line"]}
    value = {"output_type": "display_data", "data": {"text/plain": "plain", "image/png": "AA"}}
    marked = {"output_type": "display_data", "data": {"text/plain": "<x>", "text/markdown": "md"}}
    wrong = {"output_type": "error", "ename": "E", "evalue": "why", "traceback": ["long"]}
    assert texts(code(["a = 1\n", "b"], printed, value, marked, wrong)) == [
        ("c", "code", "a = 1\nb"),
        ("c", "output", "red\nline\nplain\nmd\nE: why"),
    ]
    assert texts({"id": "m", "type": "markdown", "source": "# 제목"}) == [
        ("m", "markdown", "# 제목")
    ]


def test_an_id_that_no_page_knows_is_left_out() -> None:
    assert texts({"id": "a b", "type": "raw", "source": "x"}) == [("", "markdown", "x")]


def test_everything_has_its_bounds() -> None:
    long = "x" * (SOURCE_CHARS * 3)
    printed = {"output_type": "stream", "text": long}
    (source, output) = searchable_texts([code(long, printed, printed)])
    assert len(source.text) == SOURCE_CHARS
    assert len(output.text) == OUTPUT_CHARS
    whole = searchable_texts(code(long) for _ in range(MOST_CELLS * 2))
    assert sum(len(text.text) for text in whole) < NOTEBOOK_CHARS + SOURCE_CHARS + OUTPUT_CHARS
    assert len(searchable_texts(code("x") for _ in range(MOST_CELLS * 2))) == MOST_CELLS


def test_the_text_behind_an_address_is_read() -> None:
    output = {"output_type": "display_data", "data": {"text/plain": {"lookin": {"blob": "d"}}}}
    found = searchable_texts([code("", output)], lambda address: f"behind {address}"[:6])
    assert [text.text for text in found] == ["behind"]


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), anything) | anything, max_size=4))
def test_no_file_makes_it_fail(cells: list[Any]) -> None:
    for text in searchable_texts([*cells, code(cells, *cells)]):
        text.text.encode()


def test_only_so_many_outputs_of_a_cell_are_read() -> None:
    asked: list[object] = []

    def read(address: object) -> str | None:
        asked.append(address)
        return ""

    outputs = [{"data": {"text/plain": {"blob": number}}} for number in range(5_000)]
    searchable_texts([{"cell_type": "code", "source": "x", "outputs": outputs}], read)
    assert len(asked) == MOST_OUTPUTS
