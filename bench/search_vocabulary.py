"""How long the words of an index take: to be read in, and to be met by what a person types.

`python -m bench.search_vocabulary [WORDS …]`, by default 200,000 and 1,000,000 made-up words, half
Korean and half Latin. Times are of one thread's own work, so that a busy machine does not count.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from lookin.core.search.plan import stages
from lookin.core.search.query import read_query, typed_word
from lookin.core.search.vocabulary import Vocabulary
from lookin.core.search.words import words_of

_SYLLABLES = (
    "가나다라마바사아자차카타파하고기는도로를리미수시어에여우은을이인자정제조지한해데터분석파썬판스"
)
_LETTERS = "etaoinshrdlcumwfgypbvk"
_KNOWN = ("파이썬", "데이터", "분석", "python", "data", "frame", "analysis", "print")
_MOST = 64
_QUERIES = (
    "데이터 분석",
    "데이터분석",
    "analisys of data",
    "ㄷㅇㅌㅂㅅ",
    "vkdlTjs",
    "파이썬 데이터 zzqqzz",
)

Asked = TypeVar("Asked")


def made_up(count: int) -> list[str]:
    """So many different words."""
    chance = random.Random(5)
    words = dict.fromkeys(_KNOWN)
    while len(words) < count:
        korean = chance.random() < 0.5
        size = chance.choice((2, 3, 3, 4, 5) if korean else (3, 4, 5, 6, 7, 8, 9, 10, 12))
        words["".join(chance.choices(_SYLLABLES if korean else _LETTERS, k=size))] = None
    return list(words)


def slipped(word: str, chance: random.Random) -> str:
    """`word` with one letter wrong."""
    at = chance.randrange(len(word))
    return word[:at] + chance.choice(_SYLLABLES if word[0] > "z" else _LETTERS) + word[at + 1 :]


def measure(name: str, asked: Sequence[Asked], act: Callable[[Asked], object]) -> None:
    """Print the median and the 99th percentile of `act` in milliseconds."""
    took = []
    for one in asked:
        act(one)
        for _ in range(5):
            start = time.thread_time()
            act(one)
            took.append(1000 * (time.thread_time() - start))
    took.sort()
    print(f"  {name:28}{took[len(took) // 2]:8.2f}{took[int(len(took) * 0.99)]:8.2f}")


def main() -> None:
    """Print a table for each size."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("words", nargs="*", type=int, default=[200_000, 1_000_000])
    chance = random.Random(7)
    for count in asked.parse_args().words:
        words = made_up(count)
        start = time.thread_time()
        vocabulary = Vocabulary(words)
        print(f"{count:,} words, read in {time.thread_time() - start:.1f} s; ms: p50, p99")
        _measure_all(vocabulary, words, chance)
    text = " ".join(made_up(900))[:5_000]
    measure("the words of 5,000 characters", [text], lambda one: list(words_of(one)))


def _measure_all(vocabulary: Vocabulary, words: Sequence[str], chance: random.Random) -> None:
    def near(typed: str) -> object:
        return vocabulary.expand(typed_word(typed), most=_MOST, far=False)

    def far(typed: str) -> object:
        return vocabulary.expand(typed_word(typed), most=_MOST)

    measure("one key", ("p", "e", "ㅍ", "ㄱ", "가"), near)
    measure("a word", chance.sample(list(words), 40), near)
    measure("initials", ("ㄷㅇㅌ", "ㅍㅇㅆ", "ㅅㅅ"), near)
    for size in (4, 5, 6, 8, 10, 12):
        some = [word for word in words[:20_000] if len(typed_word(word).plain) == size][:40]
        measure(f"typo, parts: {size} strokes", [slipped(word, chance) for word in some], far)
    measure("all stages of a query", _QUERIES, lambda q: list(stages(read_query(q), vocabulary)))


if __name__ == "__main__":
    main()
