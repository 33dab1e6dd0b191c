"""The stages of a search: which readings are asked, in which order, and when it stops."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookin.core.search.plan import MOST_READINGS, Stage, gather, stages
from lookin.core.search.query import read_query
from lookin.core.search.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    [
        *("파이썬", "print", "데이터", "데이터분석", "분석", "기초", "game", "of", "life"),
        *("read", "csv", "readcsv", "판다스", "정렬"),
    ]
)


def asked(text: str) -> list[Stage]:
    return list(stages(read_query(text), VOCABULARY))


def first_words(stage: Stage) -> list[str]:
    return [group[0].word for group in stage.groups]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("데이터 분석", ["데이터", "분석"]),
        ("데이터 분석", ["데이터분석"]),
        ("데이터분석", ["데이터", "분석"]),
        ("데이터분석기초", ["데이터", "분석", "기초"]),
        ("gameoflife", ["game", "of", "life"]),
        ("read csv", ["readcsv"]),
        ("readcsv", ["read", "csv"]),
        ("read_csv", ["read", "csv"]),
        ("ㄷㅇㅌㅂㅅ", ["데이터", "분석"]),
        ("ㅔ갸ㅜㅅ", ["print"]),
        ("epdlxj qnstjr", ["데이터", "분석"]),
        ("pritn 파이", ["print", "파이썬"]),
        ("판다스 정렬 zzqzzq", ["판다스", "정렬"]),
        ("데이터를 분석하기", ["데이터", "분석"]),
        ("데이터분석기초에서는", ["데이터", "분석", "기초"]),
    ],
)
def test_a_query_is_read_as(text: str, words: list[str]) -> None:
    assert words in [first_words(stage) for stage in asked(text)]


def test_what_was_typed_comes_before_what_may_have_been_meant() -> None:
    assert first_words(asked("데이터분석")[0]) == ["데이터분석"]
    assert asked("데이터분석")[0].cost == 0


def test_no_stage_is_asked_twice_and_none_holds_an_empty_group() -> None:
    for text in ("데이터 분석", "read_csv", "파이", "ㄷㅇㅌ ㅂㅅ"):
        numbers = [stage.numbers for stage in asked(text)]
        assert len(set(numbers)) == len(numbers)
        assert all(all(groups) for groups in numbers)


def test_a_query_without_words_asks_nothing() -> None:
    assert asked("") == asked("?!") == asked("type:csv") == []


def test_a_common_beginning_is_bounded() -> None:
    many = Vocabulary([f"p{at}" for at in range(5000)])
    assert all(
        len(group) <= MOST_READINGS
        for stage in stages(read_query("p p p"), many)
        for group in stage.groups
    )


def test_it_stops_when_enough_is_found() -> None:
    found, steps = gather(
        read_query("데이터분석"), VOCABULARY, lambda _: ["a", "b"], enough=2, few=1
    )
    assert (found, len(steps)) == (["a", "b"], 1)


def test_typos_are_tried_only_while_little_is_found() -> None:
    def kinds(few: int) -> set[str]:
        _, steps = gather(read_query("분석"), VOCABULARY, lambda _: ["a"], enough=9, few=few)
        return {one.kind for stage in steps for group in stage.groups for one in group}

    assert "part" not in kinds(1)
    assert "part" in kinds(2)


def test_a_word_is_left_out_only_when_nothing_is_found_and_that_costs() -> None:
    query = read_query("데이터 판다스")
    left = [one for one in stages(query, VOCABULARY, found_none=lambda: True) if one.missing]
    assert [first_words(stage) for stage in left] == [["판다스"], ["데이터"]]
    assert all(stage.cost >= stage.missing for stage in left)
    assert not any(stage.missing for stage in stages(query, VOCABULARY))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_query_is_planned(text: str) -> None:
    for stage in stages(read_query(text), VOCABULARY):
        assert len(stage.groups) == len(stage.typed) > 0
