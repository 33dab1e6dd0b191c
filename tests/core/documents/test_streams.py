"""Printed text as a terminal would show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.streams import fold


class Terminal:
    """One character at a time."""

    def __init__(self) -> None:
        self.done, self.line, self.column = "", [], 0  # type: str, list[str], int

    def print(self, text: str) -> None:
        for character in text:
            if character == "\n":
                self.done += "".join(self.line) + "\n"
                self.line, self.column = [], 0
            elif character == "\r":
                self.column = 0
            elif character == "\b":
                self.column = max(0, self.column - 1)
            else:
                self.line[self.column : self.column + 1] = [character]
                self.column += 1

    @property
    def text(self) -> str:
        return self.done + "".join(self.line)


@given(st.lists(st.text(st.sampled_from("ab한😀\n\r\b"), max_size=8), max_size=6))
def test_folding_in_pieces_shows_what_a_terminal_shows(chunks: list[str]) -> None:
    terminal, text, back = Terminal(), "", 0
    for chunk in chunks:
        terminal.print(chunk)
        text, back = fold(text, back, chunk)
    assert text == terminal.text


@pytest.mark.parametrize(
    ("printed", "shown"),
    [("10%\r20%\r30%\n", "30%\n"), ("abc\rX", "Xbc"), ("ab\bc", "ac"), ("a\r\nb", "a\nb")],
)
def test_progress_bars_show_their_last_state(printed: str, shown: str) -> None:
    assert fold("", 0, printed)[0] == shown
