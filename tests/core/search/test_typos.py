"""Distances against rapidfuzz's, and no near word lost by the quick look before the exact one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from lookin.core.search.segment import Segment
from lookin.core.search.typos import LONGEST, allowed, distances

LETTERS = st.text(alphabet="abcde1", min_size=1, max_size=11)
WORDS = st.text(alphabet="abc", min_size=1, max_size=30)


def to_start(typed: str, word: str) -> int:
    """The distance to the best beginning of `word`."""
    return min(OSA.distance(typed, word[:end]) for end in range(len(word) + 1))


@settings(deadline=None)
@given(LETTERS, st.lists(LETTERS, min_size=1, max_size=20), st.integers(1, 2))
def test_distances_are_those_of_optimal_string_alignment(
    typed: str, words: list[str], most: int
) -> None:
    width = len(typed) + most + 1
    rows = np.zeros((len(words), width), np.uint8)
    for row, word in zip(rows, words, strict=True):
        row[: min(width, len(word))] = list(word.encode()[:width])
    whole, start = distances(typed.encode(), list(rows.T.copy()), most)
    assert whole.tolist() == [min(OSA.distance(typed, word), most + 1) for word in words]
    assert start.tolist() == [min(to_start(typed, word), most + 1) for word in words]


@settings(deadline=None)
@given(st.text(alphabet="abcde1", min_size=4, max_size=11), st.lists(LETTERS, max_size=30))
def test_no_word_that_is_near_enough_is_overlooked(typed: str, others: list[str]) -> None:
    words = list(dict.fromkeys([*others, typed[1:], typed[:-1] + "exx", typed[1] + typed[0]]))
    words = [word for word in words if word]
    most = allowed(len(typed))
    rows, slips = Segment(0, words).resembling(typed.encode(), whole=False, most=most)
    found = {words[row]: count for row, count in zip(rows.tolist(), slips.tolist(), strict=True)}
    near = {word: to_start(typed, word) for word in words}
    assert found == {word: slip for word, slip in near.items() if slip <= most}


def test_short_words_allow_no_typo_and_long_ones_two() -> None:
    assert [allowed(size) for size in (1, 3, 4, 7, 8, 30)] == [0, 0, 1, 1, 2, 2]


def test_very_long_words_are_compared_by_their_beginning() -> None:
    word = "abcdefghij" * 5
    rows, _ = Segment(0, [word]).resembling(
        (word[:5] + "x" + word[6:]).encode(), whole=False, most=2
    )
    assert rows.tolist() == [0]
    assert len(word) > LONGEST


@settings(deadline=None)
@given(st.text(alphabet="abc", min_size=3, max_size=5), st.lists(WORDS, min_size=1, max_size=30))
def test_every_word_that_holds_some_strokes_is_found_and_no_other(
    key: str, words: list[str]
) -> None:
    words = list(dict.fromkeys(words))
    found = {words[row] for row in Segment(0, words).holding(key.encode()).tolist()}
    assert found == {word for word in words if key in word[1:]}
