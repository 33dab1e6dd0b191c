"""Printed text as a terminal would show it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.streams import fold, fold_end, is_plain

UP = "\x1b[A"


class Terminal:
    """One character at a time."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]
        self.row = self.column = 0

    def print(self, text: str) -> None:
        for piece in text.replace(UP, "\0"):
            self._take(piece)
        # Between two pieces only the place in the text is kept, not a column past a line's end.
        self.column = min(self.column, len(self.lines[self.row]))

    def _take(self, character: str) -> None:
        if character == "\n":
            self.row, self.column = self.row + 1, 0
            if self.row == len(self.lines):
                self.lines.append([])
        elif character == "\r":
            self.column = 0
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character == "\0":
            self.row = max(0, self.row - 1)
        else:
            line = self.lines[self.row]
            line.extend(" " * (self.column - len(line)))
            line[self.column : self.column + 1] = [character]
            self.column += 1

    @property
    def text(self) -> str:
        return "\n".join("".join(line) for line in self.lines)


PIECES = st.lists(st.sampled_from(["a", "b", "한", "😀", "\n", "\r", "\b", UP]), max_size=8)


@given(st.lists(PIECES.map("".join), max_size=6))
def test_folding_in_pieces_shows_what_a_terminal_shows(chunks: list[str]) -> None:
    terminal, text, back = Terminal(), "", 0
    for chunk in chunks:
        terminal.print(chunk)
        start, rest, _ = fold_end(text, back, chunk)
        text, back = fold(text, back, chunk)
        assert text == terminal.text
        assert text.endswith(rest)
        assert len(text) == start + len(rest)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("10%\r20%\r30%\n", "30%\n"),
        ("abc\rX", "Xbc"),
        ("ab\bc", "ac"),
        ("a\r\nb", "a\nb"),
        ("long line\r\x1b[Kshort", "short"),
        ("one\ntwo\x1b[1A\r\x1b[2Kx", "x  \ntwo"),
    ],
)
def test_progress_bars_show_their_last_state(printed: str, shown: str) -> None:
    assert fold("", 0, printed)[0] == shown


def test_nested_bars_move_in_their_own_lines() -> None:
    text, back = "", 0
    for outer in range(3):
        text, back = fold(text, back, f"\router {outer}")
        for inner in range(2):
            for chunk in ("\n", f"\rinner {inner}", UP):
                text, back = fold(text, back, chunk)
    assert text == "outer 2\ninner 1"


def test_a_colour_takes_no_room_and_is_not_torn_apart() -> None:
    red = "\x1b[31m██\x1b[0m"
    assert fold("", 0, f"{red}ab\rXY")[0] == "XY\x1b[0mab"
    assert fold("", 0, f"ab\r{red}")[0] == red


def test_what_moves_no_cursor_is_plain() -> None:
    assert is_plain("\x1b[31mred\x1b[0m\n")
    assert not is_plain("a\rb")
    assert not is_plain(f"a{UP}b")


def test_a_bar_at_the_end_of_a_long_text_costs_no_more_than_its_line() -> None:
    text = "line\n" * 200_000
    began = time.perf_counter()
    for step in range(200):
        start, rest, _ = fold_end(text, 0, f"\r{step} %")
        assert start == len(text)
        assert rest == f"{step} %"
    assert time.perf_counter() - began < 2.0
