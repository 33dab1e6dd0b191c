"""Words to widgets that wait for a busy kernel: few, and no more of them than memory bears."""

from __future__ import annotations

from typing import Any

import pytest

from lookin.apps.kernels.broker.commline import MOST_CHARS, CommLine
from lookin.core.kernels.driver import CommMessage, KernelBusyError


def update(**state: Any) -> dict[str, Any]:
    return {"method": "update", "state": state, "buffer_paths": []}


@pytest.fixture
def line() -> CommLine:
    said: list[CommMessage] = []
    busy = CommLine(said.append, lambda: 0.0)
    busy.send("a", "first", update(value=0))  # under way; the kernel never says that it is done
    assert len(said) == 1
    return busy


def test_a_slider_that_is_dragged_for_an_hour_is_one_word(line: CommLine) -> None:
    for value in range(10_000):
        line.send("a", "slider", update(value=value))


def test_updates_that_become_one_are_bounded_together(line: CommLine) -> None:
    for number in range(19):
        line.send("a", "w", update(**{f"key{number}": "x" * (MOST_CHARS // 20)}))
    with pytest.raises(KernelBusyError):
        line.send("a", "w", update(more="x" * (MOST_CHARS // 20)))


def test_words_with_much_in_them_are_bounded_together(line: CommLine) -> None:
    for number in range(19):
        line.send("a", f"w{number}", update(), (b"x" * (MOST_CHARS // 20),))
    with pytest.raises(KernelBusyError):
        line.send("a", "one more", update(), (b"x" * (MOST_CHARS // 20),))
