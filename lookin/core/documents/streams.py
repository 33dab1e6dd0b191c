r"""Printed text as a terminal shows it: `\r`, `\b`, the cursor up and down, and erasing.

Nested progress bars go up with `ESC [ n A`. Colours stay in the text (the page reads them) and take
no room. Not for bounds (`outputs.py`). Source of the sequences: ECMA-48.
"""

from __future__ import annotations

import re

from lookin.core.documents.text import utf16_length

MOST_UP = 200  # lines that one chunk may go back; above that is history
MOST_COLUMNS = 10_000
_TOKEN = re.compile(r"(\n|\r|\x08|\x1b\[\d*[A-DGJK])")
_MOVES = re.compile(r"[\r\x08]|\x1b\[\d*[A-DGJK]")
_CELL = re.compile(r"(?:\x1b\[[0-9;:]*m)*[^\x1b]|(?:\x1b\[[0-9;:]*m)+\Z|\x1b", re.DOTALL)


def fold(text: str, back: int, chunk: str) -> tuple[str, int]:
    """`text` after the terminal prints `chunk`, with its cursor `back` characters before the end.

    Returns the new text and the new `back`.
    """
    start, rest, back = fold_end(text, back, chunk)
    return text[:start] + rest, back


def fold_end(text: str, back: int, chunk: str) -> tuple[int, str, int]:
    """As `fold`, but only what changes: how much of `text` stays, what follows, and `back`.

    Linear in the lines that the cursor can reach and the chunk.
    """
    at = len(text) - back
    start = _line_start(text, at)
    for _ in range(min(MOST_UP, _lines_up(chunk))):
        if start == 0:
            break
        start = _line_start(text, start - 1)
    screen = _Screen(text[start:], at - start)
    for piece in _TOKEN.split(chunk):
        screen.take(piece)
    rest, cursor = screen.result()
    return start, rest, len(rest) - cursor


def is_plain(chunk: str) -> bool:
    """Whether `chunk` moves no cursor, so that printing it at the end is appending it."""
    return _MOVES.search(chunk) is None


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _lines_up(chunk: str) -> int:
    if "\x1b[" not in chunk:
        return 0
    return sum(_count(found[1], 1) for found in re.finditer(r"\x1b\[(\d*)A", chunk))


def _count(digits: str, otherwise: int) -> int:
    return min(int(digits[:6]), MOST_COLUMNS) if digits else otherwise


class _Screen:
    """Lines of cells: a cell is one character with the colours that begin before it."""

    def __init__(self, text: str, cursor: int) -> None:
        before = text[:cursor]
        self.lines = [_CELL.findall(line) for line in text.split("\n")]
        self.row = before.count("\n")
        self.column = len(_CELL.findall(before[_line_start(before, len(before)) :]))

    def take(self, piece: str) -> None:
        if piece == "\n":
            self.row, self.column = self.row + 1, 0
            if self.row == len(self.lines):
                self.lines.append([])
        elif piece == "\r":
            self.column = 0
        elif piece == "\b":
            self.column = max(0, self.column - 1)
        elif piece.startswith("\x1b[") and _TOKEN.fullmatch(piece):
            self._move(piece[-1], piece[2:-1])
        elif piece:
            self._write(_CELL.findall(piece))

    def result(self) -> tuple[str, int]:
        """The text, and where in it the cursor stands."""
        self.column = min(self.column, len(self.lines[self.row]))
        texts = ["".join(line) for line in self.lines]
        before = sum(len(line) + 1 for line in texts[: self.row])
        return "\n".join(texts), before + len("".join(self.lines[self.row][: self.column]))

    def _write(self, cells: list[str]) -> None:
        line = self.lines[self.row]
        line.extend(" " * (self.column - len(line)))
        line[self.column : self.column + len(cells)] = cells
        self.column += len(cells)

    def _move(self, kind: str, digits: str) -> None:
        count = _count(digits, 0 if kind in "JK" else 1)
        match kind:
            case "A":
                self.row = max(0, self.row - count)
            case "B":
                self.row = min(len(self.lines) - 1, self.row + count)
            case "C":
                self.column = min(self.column + count, MOST_COLUMNS)
            case "D":
                self.column = max(0, self.column - count)
            case "G":
                self.column = max(0, count - 1)
            case _:
                self._erase(kind, count)

    def _erase(self, kind: str, how: int) -> None:
        line = self.lines[self.row]
        if how == 2:
            line[:] = [" "] * len(line)
        elif how == 1:
            line[: self.column] = [" "] * min(self.column, len(line))
        else:
            del line[self.column :]
            if kind == "J":
                del self.lines[self.row + 1 :]


def rewritten(text: str, cut: int, more: str) -> str:
    """`text` without its last `cut` UTF-16 units, and then `more`. Raises ValueError for a bad cut.

    Units, because pages count so.
    """
    if not 0 <= cut <= 2 * len(text):
        raise ValueError(cut)
    end = len(text)
    while cut > 0 and end > 0:
        end -= 1
        cut -= 2 if text[end] > "\uffff" else 1
    if cut != 0:
        raise ValueError("a cut through a character")
    return text[:end] + more


def joined(first: tuple[int, str], then: tuple[int, str]) -> tuple[int, str]:
    """One (cut, text) that rewrites as the two after each other do."""
    (cut, text), (cut_then, text_then) = first, then
    units = utf16_length(text)
    if cut_then >= units:
        return cut + cut_then - units, text_then
    return cut, rewritten(text, cut_then, text_then)
