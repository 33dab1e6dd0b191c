"""Bounds of what one cell may put out: nothing is left out silently."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.document import Cell, apply, document_of
from lookin.core.documents.outputs import Limits, Tally, output_chars, show, within_notebook

SMALL = Limits(stream_chars=400, rich_bytes=1_000, outputs=12)


def shown(outputs: list[dict[str, Any]], limits: Limits = SMALL) -> tuple[Cell, Tally]:
    """A cell after these outputs, as its events build it."""
    document, tally = document_of([Cell("c", "code")], {}), Tally()
    for output in outputs:
        events, tally = show(document.cells["c"], output, tally, limits)
        for event in events:
            document = apply(document, event)
    return document.cells["c"], tally


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def rich(text: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}


def text_of(cell: Cell) -> str:
    return "".join(o.get("text", "") for o in cell.outputs)


def test_streams_of_one_name_are_one_output() -> None:
    cell, _ = shown([stream("a"), stream("b"), stream("c", "stderr"), stream("d")])
    assert [(o["name"], o["text"]) for o in cell.outputs] == [
        ("stdout", "ab"), ("stderr", "c"), ("stdout", "d"),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.integers(0, 300)), max_size=9))
def test_head_tail_and_what_is_left_out_add_up(prints: list[tuple[str, int]]) -> None:
    whole = "".join(chr(0x4E00 + n % 5000) for n in range(sum(size for _, size in prints)))
    outputs, at = [], 0
    for name, size in prints:
        outputs.append(stream(whole[at : at + size], name))
        at += size
    cell, tally = shown(outputs)
    text = text_of(cell)
    marks = re.findall(r"\n\[… ([\d,]+) characters left out by Lookin …\]\n", text)
    kept = re.sub(r"\n\[…[^]]*\]\n", "", text)
    assert len(kept) <= SMALL.stream_chars
    assert len(marks) == (1 if tally.left_out else 0)
    assert len(kept) + tally.left_out == len(whole)
    assert whole.startswith(kept[:200])
    assert whole.endswith(kept[200:])


def test_a_progress_bar_does_not_fill_the_cell() -> None:
    cell, tally = shown([stream(f"\r{n} %") for n in range(1000)])
    assert text_of(cell) == "999 %"
    assert tally.left_out == 0


def test_rich_output_beyond_the_bound_leaves_a_note() -> None:
    cell, _ = shown([rich("x" * 600), rich("y" * 600), rich("z" * 100)])
    notes = [o["metadata"].get("lookin") for o in cell.outputs]
    assert notes == [None, {"note": "output_too_large"}, None]


def test_too_many_outputs_end_in_one_note() -> None:
    cell, _ = shown([rich(str(n)) for n in range(100)])
    assert len(cell.outputs) == SMALL.outputs + 1
    assert cell.outputs[-1]["metadata"]["lookin"]["note"] == "too_many_outputs"


def test_a_huge_traceback_keeps_its_two_ends() -> None:
    lines = ["first", "x" * 500_000, "y" * 500_000, "last"]
    error = {"output_type": "error", "ename": "E", "evalue": "v" * 10**6, "traceback": lines}
    cell, _ = shown([error], Limits())
    kept = cell.outputs[0]
    assert kept["traceback"][0].startswith("first")
    assert kept["traceback"][-1].endswith("last")
    assert sum(map(len, kept["traceback"])) + len(kept["evalue"]) < 500_000


def test_a_notebook_that_is_nearly_full_leaves_less_room_to_each_cell() -> None:
    limits = Limits(stream_chars=100_000, rich_bytes=50_000, notebook_chars=300_000)
    full = output_chars([Cell("a", "code", outputs=(stream("x" * 290_000),))])
    assert within_notebook(limits, 0, Tally()) == limits
    narrow = within_notebook(limits, full, Tally())
    assert (narrow.stream_chars, narrow.rich_bytes) == (10_000, 10_000)
    over = within_notebook(limits, 2 * full, Tally())
    assert (over.stream_chars, over.rich_bytes) == (4_000, 0)
    cell, _ = shown([stream("y" * 50_000), rich("z" * 100)], over)
    assert len(text_of(cell)) < 5_000
    assert cell.outputs[-1]["metadata"]["lookin"]["note"] == "output_too_large"
