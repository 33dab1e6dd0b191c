"""The words of a text and the forms under which they are found."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.search.words import LONGEST, forms_of, normal, words_of


@pytest.mark.parametrize(
    ("surface", "forms"),
    [
        ("print", ("print",)),
        ("read_csv", ("readcsv", "read", "csv")),
        ("DataFrame", ("dataframe", "data", "frame")),
        ("HTTPServer", ("httpserver", "http", "server")),
        ("__init__", ("init",)),
        ("pandas를", ("pandas",)),
        ("numpy에서는", ("numpy",)),
        ("3반", ("3반",)),
        ("수행평가_3반", ("수행평가3반", "수행평가", "3반")),
        ("Café", ("cafe",)),
        ("ＡＢＣ", ("abc",)),
        ("Straße", ("strasse",)),
        ("ㅍㅇㅆ", ("ㅍㅇㅆ",)),
        ("___", ()),
        ("12345678901234567890", ()),
    ],
)
def test_a_word_is_found_whole_and_by_its_parts(surface: str, forms: tuple[str, ...]) -> None:
    assert forms_of(surface) == forms


def test_words_stand_where_they_say() -> None:
    text = "df = pd.read_csv('날씨 2026.csv')  # 🐍"
    assert [text[word.start : word.end] for word in words_of(text)] == [
        "df", "pd", "read_csv", "날씨", "2026", "csv", "🐍",
    ]  # fmt: skip


def test_long_decimals_are_no_words() -> None:
    forms = [form for word in words_of("0.48273645 and 2026") for form in word.forms]
    assert forms == ["0", "and", "2026"]


def test_a_decomposed_word_has_the_forms_of_the_composed_one() -> None:
    assert forms_of(unicodedata.normalize("NFD", "수행평가_파이썬")) == forms_of("수행평가_파이썬")
    assert forms_of(unicodedata.normalize("NFD", "Émile")) == ("emile",)


@given(st.text())
def test_forms_are_short_and_clean_whatever_the_text(text: str) -> None:
    for word in words_of(text):
        assert 0 <= word.start < word.end <= len(text)
        for form in word.forms:
            assert 0 < len(form) <= LONGEST
            assert "\n" not in form
            assert "\x00" not in form
            form.encode()


@given(st.text(max_size=40))
def test_a_normal_word_stays_normal(text: str) -> None:
    assert normal(normal(text)) == normal(text)


def test_a_very_long_word_is_cut() -> None:
    assert [len(form) for form in forms_of("a" * 10_000)] == [LONGEST]
