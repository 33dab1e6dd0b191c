r"""Printed text as a terminal shows it: `\r` goes back to the start of the line, `\b` one back.

Not for colours (the page reads ANSI codes) and not for bounds (`outputs.py`).
"""

from __future__ import annotations


def fold(text: str, back: int, chunk: str) -> tuple[str, int]:
    r"""`text` after the terminal prints `chunk`, with its cursor `back` characters before the end.

    Returns the new text and the new `back`. Only the last line can change: a terminal's `\r` never
    leaves its line. Linear in the last line and the chunk.
    """
    start = text.rfind("\n") + 1
    head, line = text[:start], text[start:]
    column = len(line) - back
    done: list[str] = []
    *ended, last = chunk.split("\n")
    for piece in ended:
        line, column = _overwrite(line, column, piece)
        done.append(line)
        line, column = "", 0
    line, column = _overwrite(line, column, last)
    return head + "".join(f"{ready}\n" for ready in done) + line, len(line) - column


def is_plain(chunk: str) -> bool:
    r"""Whether `chunk` moves no cursor, so that printing it at the end is appending it."""
    return "\r" not in chunk and "\b" not in chunk


def _overwrite(line: str, column: int, piece: str) -> tuple[str, int]:
    for number, run in enumerate(piece.split("\r")):
        if number:
            column = 0
        for step, part in enumerate(run.split("\b")):
            if step:
                column = max(0, column - 1)
            line = line[:column] + part + line[column + len(part) :]
            column += len(part)
    return line, column
