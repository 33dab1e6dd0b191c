"""What a kernel may answer to a page's question: only what was asked for, in its shape and size."""

from __future__ import annotations

from typing import Any

import pytest

from lookin.apps.kernels.broker.questions import MOST_NAME, MOST_ROWS, read_question
from lookin.core.lib.errors import LookinError

VARIABLE = {"op": "variable", "ref": 1, "name": "a"}
INSPECT = {"op": "inspect", "ref": 1, "code": "f(", "cursor": 2}
SNAPSHOT = {"t": "snapshot", "ref": 9, "role": "owner", "document": {"cells": []}}


def answer(frame: dict[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
    return read_question(frame).answer({"status": "ok", **reply})


@pytest.mark.parametrize("kind", ["table", "text"])
def test_an_answer_cannot_pose_as_another_frame(kind: str) -> None:
    page = answer(VARIABLE, {"kind": kind, **SNAPSHOT})
    assert not page.keys() & {"t", "ref", "role", "document"}


def test_a_table_has_texts_and_counts_only() -> None:
    evil: list[Any] = [{"x": 1}, None, ["deep"], "one"]
    wrong = {"columns": [*evil, {"name": 7, "type": "n" * 999}], "index": evil, "rows": [evil, 3]}
    page = answer(VARIABLE, {"kind": "table", **wrong, "start": -1, "total": "many"})
    assert page["columns"][-1] == {"name": "", "type": "n" * MOST_NAME}
    assert page["index"] == ["", "", "", "one"]
    assert page["rows"] == [["", "", "", "one"], []]
    assert (page["start"], page["total"], page["more_columns"]) == (0, 0, 0)


def test_a_page_has_no_more_than_was_to_be_asked_for() -> None:
    page = answer(VARIABLE, {"kind": "table", "rows": [["a"]] * 9_999, "index": ["a"] * 9_999})
    assert len(page["rows"]) == len(page["index"]) == MOST_ROWS
    with pytest.raises(LookinError, match="too large"):
        answer(VARIABLE, {"kind": "table", "rows": [["a" * 1_000_000]] * 9})


def test_a_signature_is_texts_and_a_number() -> None:
    wrong = {"label": ["x"], "parameters": [{}, "a"], "active": "0", "html": "<b>", "doc": None}
    assert answer(INSPECT, {"found": True, "signature": wrong})["signature"] == {
        "label": "", "parameters": ["", "a"], "active": None, "doc": ""
    }  # fmt: skip
