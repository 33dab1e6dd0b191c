"""Cells tidied by the real ruff."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookin.core.formatting.ruff import Formatted, Limits, format_cells
from lookin.core.lib.errors import LookinError


def tidy(*sources: str) -> list[str]:
    return [done.source for done in format_cells(sources, Limits())]


def test_code_becomes_tidy_and_tidy_code_stays() -> None:
    assert tidy("x = {  'a':1 }", 'x = {"a": 1}') == ['x = {"a": 1}'] * 2


def test_korean_text_and_emoji_survive() -> None:
    assert tidy("이름='😀 한글'") == ['이름 = "😀 한글"']


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline",
        "!ls   -l",
        "files = !ls",
        "%%bash\nls   -l",
        "len?",
        "%%html\n<b  >",
        "",
        "  \n",
    ],
)
def test_lines_of_ipython_stay_as_they_are(source: str) -> None:
    assert tidy(source) == [source]


def test_code_around_a_magic_is_tidied() -> None:
    assert tidy("a=1\n%timeit f( 1 )\nb=2", "%%time\nx=1") == [
        "a = 1\n%timeit f( 1 )\nb = 2",
        "%%time\nx = 1",
    ]


def test_the_last_semicolon_of_a_cell_means_something_and_stays() -> None:
    assert tidy("plot( x );") == ["plot(x);"]


def test_a_cell_that_is_no_python_says_where_and_the_others_are_tidied() -> None:
    first, broken, last, other = format_cells(["a=1", "b=1\nx = = 2", "c=1", "("], Limits())
    assert (first.source, last.source) == ("a = 1", "c = 1")
    assert (broken.source, broken.line, broken.column) == ("b=1\nx = = 2", 2, 5)
    assert broken.message
    assert other.line == 1


def test_too_many_broken_cells_leave_the_rest_alone() -> None:
    limits = Limits(problems=2)
    done = format_cells(["(", "(", "(", "a=1"], limits)
    assert done[-1] == Formatted("a=1")


def test_half_a_character_does_not_break_it() -> None:
    with pytest.raises(LookinError):
        format_cells(["x = '\ud800'"], Limits())


@pytest.mark.parametrize("limits", [Limits(bytes=10), Limits(cells=1)])
def test_too_much_code_is_refused(limits: Limits) -> None:
    with pytest.raises(LookinError, match="too much"):
        format_cells(["a" * 8, "b" * 8], limits)


def test_a_program_that_does_not_answer_is_stopped(tmp_path: Path) -> None:
    slow = tmp_path / "ruff"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    with pytest.raises(LookinError, match="too long"):
        format_cells(["a=1"], Limits(seconds=0.2), slow)


def test_a_missing_program_is_said() -> None:
    with pytest.raises(LookinError) as said:
        format_cells(["a=1"], Limits(), Path("/nowhere/ruff"))
    assert said.value.code == "no_formatter"
