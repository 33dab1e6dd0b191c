"""What a typed word may mean among the words of an index."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookin.core.search.query import TypedWord, read_query, typed_word
from lookin.core.search.vocabulary import Vocabulary
from lookin.core.search.words import words_of

WORDS = [
    *("파이썬", "python", "print", "데이터", "데이터분석", "분석", "dataframe", "data", "frame"),
    *("matplotlib", "analysis", "값", "3반", "값어치", "파도", "피아노", "date", "readcsv"),
]


def readings(typed: str, *words: str) -> dict[str, str]:
    vocabulary = Vocabulary(words or WORDS)
    return {one.word: one.kind for one in vocabulary.expand(typed_word(typed), most=20)}


@pytest.mark.parametrize(
    ("typed", "word", "kind"),
    [
        ("파이썬", "파이썬", "exact"),
        ("파이", "파이썬", "prefix"),
        ("파있", "파이썬", "prefix"),
        ("파잇", "파이썬", "slip"),
        ("ㅍㅇㅆ", "파이썬", "initials"),
        ("ㅍㅇㅅ", "파이썬", "initials"),
        ("ㄷㅇㅌ", "데이터분석", "initials"),
        ("vkdlTjs", "파이썬", "keyboard"),
        ("VKDL", "파이썬", "keyboard"),
        ("ㅔ갸ㅜㅅ", "print", "keyboard"),
        ("분석", "데이터분석", "part"),
        ("plot", "matplotlib", "part"),
        ("anlysis", "analysis", "typo"),
        ("analisys", "analysis", "typo"),
        ("pritn", "print", "typo"),
        ("bython", "python", "typo"),
        ("데이타", "데이터", "typo"),
        ("갑", "값", "prefix"),
        ("3", "3반", "prefix"),
    ],
)
def test_a_typed_word_means(typed: str, word: str, kind: str) -> None:
    assert readings(typed)[word] == kind


@pytest.mark.parametrize(("typed", "word"), [("dat", "cat"), ("바", "파"), ("xyzw", "print")])
def test_short_or_far_words_are_not_taken_for_typos(typed: str, word: str) -> None:
    assert word not in readings(typed, word, "other")


def test_the_likeliest_reading_comes_first() -> None:
    vocabulary = Vocabulary(["database", "date", "data", "dada"])
    found = vocabulary.expand(typed_word("data"), most=9)
    assert [one.word for one in found] == ["data", "database", "date", "dada"]
    assert [one.cost for one in found] == sorted(one.cost for one in found)


def test_a_wrong_first_letter_costs_more() -> None:
    vocabulary = Vocabulary(["pythom", "bython"])
    costs = {one.word: one.cost for one in vocabulary.expand(typed_word("python"), most=9)}
    assert costs["bython"] > costs["pythom"]


def test_numbers_are_places_and_stay_so_while_the_vocabulary_grows() -> None:
    words = [f"{word}{at}" for at in range(120) for word in ("파이", "data", "값")]
    vocabulary = Vocabulary()
    for start in range(0, len(words), 7):
        vocabulary.extend(words[start : start + 7])
    assert len(vocabulary) == len(words)
    assert [vocabulary.word(at) for at in range(len(words))] == words
    assert [vocabulary.number(word) for word in words] == list(range(len(words)))
    found = vocabulary.expand(typed_word("data77"), most=5)
    assert [(one.word, one.number) for one in found if one.kind == "exact"] == [
        ("data77", words.index("data77"))
    ]
    assert vocabulary.number("nothing") is None
    with pytest.raises(IndexError):
        vocabulary.word(len(words))


def test_words_of_names_come_first_when_a_beginning_has_too_many() -> None:
    words = [f"p{at:04}" for at in range(2000)]
    vocabulary = Vocabulary(words)
    assert "p1999" not in {one.word for one in vocabulary.expand(typed_word("p"), most=50)}
    vocabulary.prefer([1999, 5_000_000, -1])
    found = vocabulary.expand(typed_word("p"), most=50)
    assert "p1999" in {one.word for one in found}
    assert len(found) == 50


def test_only_asked_for_far_are_typos_and_parts_tried() -> None:
    vocabulary = Vocabulary(WORDS)
    assert vocabulary.expand(typed_word("pritn"), most=9, far=False) == []


def test_an_empty_vocabulary_knows_nothing() -> None:
    assert Vocabulary().expand(typed_word("파이"), most=9) == []
    assert Vocabulary().number("x") is None
    assert Vocabulary().expand(TypedWord(""), most=9) == []


@pytest.mark.parametrize("word", ["", "two\nlines", "\ud800"])
def test_what_is_no_word_is_refused_and_nothing_is_harmed(word: str) -> None:
    vocabulary = Vocabulary(["data"])
    with pytest.raises(ValueError):  # noqa: PT011
        vocabulary.extend(["fine", word])
    assert len(vocabulary) == 1


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_text_is_indexed_and_any_text_is_sought(text: str, typed: str) -> None:
    forms = list(dict.fromkeys(form for word in words_of(text) for form in word.forms))
    vocabulary = Vocabulary(forms)
    for number, form in enumerate(forms):
        assert vocabulary.number(form) == number
        exact = vocabulary.expand(typed_word(form), most=3)[0]
        assert (exact.word, exact.cost) == (form, 0.0)
    for word in read_query(typed).words:
        vocabulary.expand(word, most=9)
