"""What kernels say, the ordinary and the strange."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.kernels.environment import kernel_environment
from lookin.core.kernels.messages import (
    Began,
    DisplayUpdate,
    Idle,
    Output,
    OutputCleared,
    Replied,
    clean,
    read_message,
)


def message(kind: str, **content: Any) -> dict[str, Any]:
    return {"msg_type": kind, "parent_header": {"msg_id": "p"}, "content": content}


def test_ordinary_messages_are_reports() -> None:
    data: dict[str, Any] = {"data": {"text/plain": "1"}, "metadata": {}}
    expected = {"output_type": "execute_result", "execution_count": 2, **data}
    assert read_message(message("execute_input", execution_count=2)) == Began("p", 2)
    assert read_message(message("execute_result", execution_count=2, **data)) == Output(
        "p", expected
    )
    assert read_message(message("status", execution_state="idle")) == Idle("p")
    assert read_message(message("status", execution_state="busy")) is None
    assert read_message(message("clear_output", wait=True)) == OutputCleared("p", wait=True)
    update = message("update_display_data", transient={"display_id": "d"}, **data)
    assert read_message(update) == DisplayUpdate("d", data)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ({"status": "ok"}, "done"),
        ({"status": "error", "ename": "ValueError"}, "failed"),
        ({"status": "error", "ename": "KeyboardInterrupt"}, "interrupted"),
        ({"status": "aborted"}, "interrupted"),
    ],
)
def test_a_reply_tells_how_a_run_ended(content: dict[str, Any], state: str) -> None:
    assert read_message(message("execute_reply", **content)) == Replied("p", state, None, ())


def test_a_reply_may_bring_text_for_a_cell_and_a_page() -> None:
    payload = [
        {"source": "set_next_input", "text": "x", "replace": True},
        {"source": "page", "data": {"text/plain": "help"}},
        {"source": "other"},
    ]
    report = read_message(message("execute_reply", status="ok", payload=payload))
    assert isinstance(report, Replied)
    assert report.next_input == ("x", True)
    assert report.pages[0]["data"] == {"text/plain": "help"}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)
KINDS = st.sampled_from(
    ["stream", "display_data", "execute_result", "error", "status", "execute_reply",
     "update_display_data", "clear_output", "execute_input", "comm_open", ""]
)  # fmt: skip


@given(KINDS, st.one_of(JSON, st.dictionaries(st.sampled_from(
    ["name", "text", "data", "metadata", "transient", "traceback", "ename", "payload", "status"]
), JSON)), JSON)  # fmt: skip
def test_nothing_a_kernel_sends_breaks_the_reader(kind: str, content: Any, parent: Any) -> None:
    report = read_message({"msg_type": kind, "content": content, "parent_header": parent})
    if isinstance(report, Output):
        json.dumps(report.output, allow_nan=False).encode()


def test_nan_half_characters_and_bottomless_nesting_do_not_reach_a_page() -> None:
    assert clean({"a": float("nan"), "b": ["\ud800x"]}) == {"a": None, "b": ["\ufffdx"]}
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    assert read_message(message("display_data", data={"application/json": deep})) is None


def test_a_kernels_environment_holds_only_what_is_on_the_list() -> None:
    outer = {"LANG": "ko_KR.UTF-8", "SECRET_KEY": "x", "DJANGO_SETTINGS_MODULE": "y",
             "PYTHONPATH": "/evil", "LD_PRELOAD": "z", "AWS_SECRET_ACCESS_KEY": "w"}  # fmt: skip
    made = kernel_environment(outer, Path("/v/bin/python"), Path("/ws"), Path("/private"))
    assert made["LANG"] == "ko_KR.UTF-8"
    assert made["HOME"] == "/ws"
    assert not set(made) & (set(outer) - {"LANG"})
