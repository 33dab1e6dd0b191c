"""What was typed is read as words and filters, and nothing that can be typed fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.search.query import (
    LONGEST_QUERY,
    MOST_FILTERS,
    MOST_WORDS,
    Filter,
    read_query,
)


def words(text: str) -> list[str]:
    return [word.text for word in read_query(text).words]


def test_words_are_normalised_and_the_last_is_open() -> None:
    query = read_query("  Read_CSV 파이")
    assert [(word.text, word.open) for word in query.words] == [("readcsv", False), ("파이", True)]
    assert query.words[0].parts == ("read", "csv")
    assert query.text == "Read_CSV 파이"


def test_a_space_behind_closes_the_last_word() -> None:
    assert [word.open for word in read_query("파이 ").words] == [False]


def test_filters_are_taken_out_of_the_words() -> None:
    query = read_query('in:"2학년 3반" type:csv 날씨 by:민지')
    assert query.filters == (Filter("in", "2학년 3반"), Filter("type", "csv"), Filter("by", "민지"))
    assert words('in:"2학년 3반" type:csv 날씨 by:민지') == ["날씨"]


def test_filters_work_on_the_wrong_keyboard_and_half_typed() -> None:
    assert read_query("쇼ㅔㄷ:csv").filters == (Filter("type", "csv"),)
    assert read_query("in:").filters == (Filter("in", ""),)
    assert read_query('by:"김').filters == (Filter("by", "김"),)


def test_what_only_looks_like_a_filter_is_words() -> None:
    assert read_query("https://example.org x:y").filters == ()
    assert words("x:y begin:now") == ["x", "y", "begin", "now"]


def test_the_other_keyboard_is_said() -> None:
    assert read_query("vkdlTjs").other_keyboard == "파이썬"
    assert read_query("ㅔ갸ㅜㅅ").other_keyboard == "print"


@pytest.mark.parametrize(
    "text",
    [
        *("", " " * 10_000, "a" * 10_000, "a " * 5_000, "in: " * 3_000, '"' * 10_000),
        *("(((((" * 2_000, "(a+)+$" * 40, "'; DROP TABLE x; --", "\x00\x00", "\ud800\udfff"),
        *("AND OR NOT NEAR(a, 5) * ^ - : {} col:val", "👩‍👩‍👧‍👦 🐍", "\u202eمرحبا שלום"),
        *("e\u0301" * 200, "\u0301" * 300, "٣٤٥", "𝟘𝟙", "ᄒ" * 300, "ㅎㅏㄴ" * 90),
    ],
)
def test_odd_input_is_read_calmly_and_within_bounds(text: str) -> None:
    query = read_query(text)
    assert len(query.words) <= MOST_WORDS
    assert len(query.filters) <= MOST_FILTERS
    assert len(query.text) <= LONGEST_QUERY
    query.text.encode()
    for word in query.words:
        word.plain.encode()


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    query = read_query(text)
    assert all(word.text for word in query.words)
    query.other_keyboard.encode()
