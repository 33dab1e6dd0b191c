"""Key strokes, initials and the two keyboards, by a table that the browser's tests share."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.search import hangul

TABLE = json.loads((Path(__file__).parents[2] / "data" / "hangul.json").read_text())
SYLLABLES = [chr(code) for code in range(0xAC00, 0xAC00 + 11172)]


@pytest.mark.parametrize("function", sorted(TABLE))
def test_the_table_that_the_browser_shares(function: str) -> None:
    for given_text, wanted in TABLE[function]:
        assert getattr(hangul, function)(given_text) == wanted, given_text


def test_every_syllable_is_typed_and_read_back() -> None:
    assert [hangul.as_hangul(hangul.strokes(one)) for one in SYLLABLES] == SYLLABLES


@given(st.text(alphabet=st.sampled_from(SYLLABLES), max_size=12))
def test_a_row_of_syllables_is_typed_and_read_back(text: str) -> None:
    assert hangul.as_hangul(hangul.as_latin(text)) == text


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz _.3", max_size=20))
def test_latin_on_the_korean_keyboard_is_read_back(text: str) -> None:
    assert hangul.as_latin(hangul.as_hangul(text)) == text
    assert hangul.strokes(hangul.as_hangul(text)) == text


@given(st.text())
def test_any_text_is_taken_calmly(text: str) -> None:
    hangul.strokes(text)
    hangul.initials(text)
    hangul.is_initials(text)
    hangul.as_latin(text)
    hangul.as_hangul(text)


def test_a_decomposed_name_is_typed_as_the_composed_one() -> None:
    apart = unicodedata.normalize("NFD", "데이터 분석")
    assert apart != "데이터 분석"
    assert hangul.strokes(apart) == hangul.strokes("데이터 분석") == "epdlxj qnstjr"
    assert hangul.initials(apart) == "ㄷㅇㅌ ㅂㅅ"


def test_a_half_typed_syllable_begins_the_strokes_of_the_word() -> None:
    assert hangul.strokes("파이썬").startswith(hangul.strokes("파있"))
    slip = hangul.strokes("파잇")
    assert not hangul.strokes("파이썬").startswith(slip)
    assert hangul.plain(hangul.strokes("파이썬")).startswith(hangul.plain(slip))
