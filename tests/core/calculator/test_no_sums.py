"""What people look for is not taken for a sum: a false answer above a search is a nuisance."""

from __future__ import annotations

import pytest

from tests.core.calculator.lines import ask

SEARCHES = """
python
python 3.11
data_2
2026-11-22.csv
2026-11-22
2026-11
2026/11/22
11/22/2026
2026년 11월 22일
hw1+hw2
a+b
x^2
2x + 1
f(x) = x^2
c++
C++ 3
print(1+2)
len(3)
range(10)
sqrt(x)
=SUM(A1:A3)
*.csv
a*
--help
notes*
1+1.ipynb
v1.2
3.11.2
192.168.0.1
127.0.0.1:8000
010-1234-5678
02-123
10-12
3-1
3-1 homework
3-2 과제
2025-2026
16:9
12:30
42
-5
50%
1,234
1e5
5 km
10 kg
100 m
24 hours
100 days of code
3 of 4
2 to 5
1 in 10
12 in
5 a day
5G + 4G
3D + 2
CS 101 - 2
chapter 3 + 4
100 m h
1주차
1주 - 2차시
3주 - 2
3조
3조 발표
3만
만이천
2학년 3반
3월 1일
오늘
내일
today
5!!
hello 5!
5 > 3
1+2=3
1920x1080
log 100
max 3
mean
e
x
pi
NaN
infinity
1+1 AND 2
1+1 OR
title:1+1
"1+1"
' OR 1=1
1 + 1; drop table
<script>1+1</script>
1;2
٣+٤
𝟙+𝟙
((((
(
)
()
3 -
10 /
2026-
sqrt(
5 km in
5 km in foo
week 3 - 2
in 5 min
1 + 1 notes
"""


@pytest.mark.parametrize("typed", SEARCHES.strip().splitlines())
def test_a_search_is_no_sum(typed: str) -> None:
    assert ask(typed) is None


@pytest.mark.parametrize("typed", ["", " ", "\n\t", "=", "==", "?", "\x00", "😀", "\u202e1+1", "١"])
def test_nothing_and_signs_alone_are_no_sum(typed: str) -> None:
    assert ask(typed) is None


@pytest.mark.parametrize("word", ["dog", "barn", "pace", "data", "hat", "ton", "pants", "mints"])
def test_a_number_beside_a_word_is_no_sum_even_if_the_word_is_a_unit(word: str) -> None:
    assert ask(f"3 {word}") is None
