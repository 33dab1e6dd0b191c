"""Every row of the two how-to pages is answered as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lookin.core.lib.errors import LookinError
from tests.core.calculator.lines import ask, line

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "how-to"
ROW = re.compile(r"^\| `(.+?)` \| `(.+?)` \|$", re.M)


def rows(name: str) -> list[tuple[str, str]]:
    return ROW.findall((FOLDER / name).read_text())


@pytest.mark.parametrize(("typed", "shown"), rows("calculator.md"))
def test_the_english_page_is_right(typed: str, shown: str) -> None:
    assert line(typed) == shown


@pytest.mark.parametrize(("typed", "shown"), rows("calculator.ko.md"))
def test_the_korean_page_is_right(typed: str, shown: str) -> None:
    assert line(typed, "ko") == shown


def test_both_pages_have_examples() -> None:
    assert len(rows("calculator.md")) > 50
    assert len(rows("calculator.ko.md")) > 50


@pytest.mark.parametrize("typed", ["2026-11-22.csv", "python 3.11", "5 km", "10-12", "3-1", "3조"])
def test_what_the_pages_say_is_left_alone_is(typed: str) -> None:
    assert ask(typed) is None


@pytest.mark.parametrize("typed", ["1/0", "5 km + 3 kg", "3 + * 4"])
def test_what_the_pages_say_has_no_answer_has_none(typed: str) -> None:
    with pytest.raises(LookinError):
        ask(typed)


def test_the_sums_beside_the_tables_are_right_too() -> None:
    assert line("100-37") == "= 63"
    assert line("3 - 1") == "= 2"
    assert line("round(2.5)") == "= 3"
    assert line("20°C + 5°C") == "= 25 °C"
