"""Which entry comes first, and what of it is marked."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookin.core.search.names import match_names
from lookin.core.search.passages import LENGTH, Segments, marked, passage
from lookin.core.search.plan import Stage, stages
from lookin.core.search.query import read_query
from lookin.core.search.rank import Candidate, Use, rank
from lookin.core.search.vocabulary import Vocabulary
from lookin.core.search.words import words_of

NOW = 1_800_000_000.0
DAY = 86_400.0


def stages_for(query: str, *texts: str) -> list[Stage]:
    forms = dict.fromkeys(form for t in texts for word in words_of(t) for form in word.forms)
    return list(stages(read_query(query), Vocabulary(tuple(forms))))


def order(query: str, *entries: tuple[str, str], uses: dict[str, Use] | None = None) -> list[str]:
    """Names, best first; all changed at the same time."""
    candidates = [Candidate(name, name, NOW, (text,)) for name, text in entries]
    steps = stages_for(query, *(text for entry in entries for text in entry))
    ranked = rank(candidates, steps, now=NOW, uses=uses or {})
    return [one.candidate.name for one in ranked]


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("날씨", ("날씨", ""), ("숙제", "날씨")),
        ("data", ("data", ""), ("database", "")),
        ("database", ("databases", ""), ("datebase", "")),
        ("데이터 분석", ("데이터 분석", ""), ("데이터 수집과 분석", "")),
        ("데이터 분석", ("데이터 분석", ""), ("분석 데이터", "")),
        ("데이터 분석", ("데이터", "분석"), ("숙제", "데이터 분석")),
        ("데이터 분석", ("가", "데이터 분석"), ("나", "데이터는 많고 또 많지만 아직 더 분석")),
        ("파이선", ("파이선", ""), ("파이썬", "")),
        ("print", ("print", ""), ("ㅔ갸ㅜㅅ", "")),
    ],
)
def test_the_better_match_comes_first(
    query: str, better: tuple[str, str], worse: tuple[str, str]
) -> None:
    assert order(query, worse, better) == [better[0], worse[0]]
    assert order(query, better, worse) == [better[0], worse[0]]


def test_of_equal_matches_the_newer_comes_first() -> None:
    steps = stages_for("숙제", "숙제 1", "숙제 2")
    old, new = Candidate(1, "숙제 1", NOW - 90 * DAY), Candidate(2, "숙제 2", NOW - DAY)
    assert [one.candidate.key for one in rank([old, new], steps, now=NOW, uses={})] == [2, 1]


def test_what_a_person_chooses_often_comes_first() -> None:
    entries = [("숙제 1", ""), ("숙제 2", ""), ("숙제 3", "")]
    uses = {"숙제 3": Use(count=5, last=NOW - DAY), "숙제 2": Use(count=9, last=NOW - 300 * DAY)}
    assert order("숙제", *entries, uses=uses)[0] == "숙제 3"


def test_the_best_text_is_named() -> None:
    texts = ("데이터 정리", "분석", "데이터 분석")
    ranked = rank(
        [Candidate(1, "숙제", NOW, texts)], stages_for("데이터 분석", *texts), now=NOW, uses={}
    )
    assert ranked[0].part == 2


def test_a_find_that_is_nowhere_in_sight_stands_last() -> None:
    steps = stages_for("날씨", "날씨")
    seen, unseen = Candidate(1, "가", NOW, ("날씨",)), Candidate(2, "나", NOW, ())
    assert [one.candidate.key for one in rank([unseen, seen], steps, now=NOW, uses={})] == [1, 2]


def marks(segments: Segments) -> str:
    return "".join(f"[{text}]" if is_marked else text for text, is_marked in segments)


@pytest.mark.parametrize(
    ("query", "name", "shown"),
    [
        ("파있", "파이썬 기초", "[파이썬] 기초"),
        ("데이터", "데이터베이스 기초", "[데이터]베이스 기초"),
        ("ㄷㅇㅌ", "빅 데이터를 모으기", "빅 [데이터]를 모으기"),
        ("vkdlTjs", "파이썬 기초", "[파이썬] 기초"),
        ("frame", "DataFrame", "Data[Frame]"),
        ("csv", "load read_csv now", "load read_[csv] now"),
        ("anlysis", "Intro to data analysis", "Intro to data [analysis]"),
        ("데이터분석", "데이터 분석 입문", "[데이터] [분석] 입문"),
        ("plot", "matplotlib", "mat[plot]lib"),
    ],
)
def test_what_was_meant_is_marked(query: str, name: str, shown: str) -> None:
    assert marks(marked(name, stages_for(query, name))) == shown


def test_a_passage_is_cut_around_the_words_at_borders() -> None:
    text = (
        "처음 이야기는 길어요. " * 40
        + "여기에서 데이터를\n\n 분석 합니다. "
        + "끝 이야기도 길어요. " * 40
    )
    found = passage(text, stages_for("데이터 분석", text))
    assert found is not None
    shown = marks(found.segments)
    assert "[데이터]를 [분석] 합니다." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert found.hits == 2
    assert LENGTH * 0.6 < len(shown) < LENGTH + 20


def test_a_short_text_is_shown_whole_and_one_without_the_words_not_at_all() -> None:
    found = passage("데이터 분석", stages_for("데이터", "데이터 분석"))
    assert found is not None
    assert found.segments == (("데이터", True), (" 분석", False))
    assert passage("다른 글", stages_for("데이터", "데이터")) is None


def test_a_name_in_decomposed_hangul_is_marked_in_place() -> None:
    name = unicodedata.normalize("NFD", "데이터 분석")
    segments = marked(name, stages_for("분석", "데이터 분석"))
    assert "".join(text for text, _ in segments) == name
    assert [unicodedata.normalize("NFC", text) for text, is_marked in segments if is_marked] == [
        "분석"
    ]


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=30))
def test_marks_never_lose_a_letter(text: str, query: str) -> None:
    steps = stages_for(query, text)
    assert "".join(part for part, _ in marked(text, steps)) == text
    passage(text, steps)
    rank([Candidate(1, text, NOW, (text,))], steps, now=NOW, uses={})


def test_people_are_found_by_any_part_of_their_names() -> None:
    people = ["김서연", "이민지", "Minji Lee", "박지훈", "Olivia Martin"]
    found = {
        query: [people[one.at] for one in match_names(read_query(query), people, most=3)]
        for query in ("서연", "ㄱㅅㅇ", "민ㅈ", "alswl", "oliva", "lee minji", "")
    }
    assert found == {
        "서연": ["김서연"],
        "ㄱㅅㅇ": ["김서연"],
        "민ㅈ": ["이민지"],
        "alswl": [],
        "oliva": ["Olivia Martin"],
        "lee minji": ["Minji Lee"],
        "": [],
    }
