"""Notebooks that nobody wrote, for measuring search: Korean and English words after Zipf's law.

The same seed gives the same notebooks. Each has a title, ten cells of some 25 words (about 2 kB),
and one identifier that hardly any other has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lookin.apps.search.index.entry import Entry, Part

WORDS = 100_000
CELLS, WORDS_OF_CELL, WORDS_OF_TITLE = 10, 25, 3
_SEED = 20261122
_BATCH = 1_000
_KNOWN = (
    *("import", "pandas", "as", "pd", "numpy", "np", "matplotlib", "pyplot", "plt", "data", "df"),
    *("print", "for", "in", "range", "def", "return", "데이터", "분석", "파이썬", "그래프", "평균"),
    *("함수", "변수", "목록", "과제", "수업", "read_csv", "DataFrame", "groupby", "mean", "plot"),
    *("axis", "index", "column", "value", "train", "test", "model", "score", "머신러닝", "회귀"),
    *("분류", "기온", "강수량", "날짜", "이름", "점수"),
)
_HEADS = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조"
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"


@dataclass(frozen=True)
class Lexicon:
    """The words by rank, and how often each comes."""

    words: tuple[str, ...]
    cumulated: np.ndarray[tuple[int], np.dtype[np.float64]]

    def draw(self, dice: np.random.Generator, count: int) -> list[str]:
        """So many words, the common ones often."""
        ranks = np.searchsorted(self.cumulated, dice.random(count))
        return [self.words[rank] for rank in ranks.tolist()]


def make_lexicon() -> Lexicon:
    """Known words first, then made-up ones: half Hangul, half Latin, some of them camelCase."""
    dice = np.random.default_rng(_SEED)
    words = dict.fromkeys(_KNOWN)
    while len(words) < WORDS:
        words[_made_up(dice, len(words))] = None
    weights = 1 / (np.arange(WORDS) + 2.7) ** 1.15  # Mandelbrot's form of Zipf's law
    return Lexicon(tuple(words)[:WORDS], np.cumsum(weights / weights.sum()))


def notebooks(
    lexicon: Lexicon, count: int, *, first: int = 0, cells: int = CELLS
) -> Iterator[Entry]:
    """`count` entries of so many cells, the oldest first, numbered from `first`."""
    for start in range(first, first + count, _BATCH):
        dice = np.random.default_rng([_SEED, start])
        some = min(_BATCH, first + count - start)
        each = WORDS_OF_TITLE + cells * WORDS_OF_CELL
        drawn = lexicon.draw(dice, some * each)
        for at in range(some):
            yield _notebook(start + at, drawn[at * each : (at + 1) * each])


def _notebook(number: int, words: list[str]) -> Entry:
    title = f"{' '.join(words[:WORDS_OF_TITLE])} {number}"
    cells = [
        _cell(words[start : start + WORDS_OF_CELL])
        for start in range(WORDS_OF_TITLE, len(words), WORDS_OF_CELL)
    ]
    cells[0] = f"value_{number * 7919 % 1_000_003} = 1\n{cells[0]}"
    parts = tuple(Part(f"c{at}", "code" if at % 3 else "markdown", c) for at, c in enumerate(cells))
    folder = f"folder {number % 40}"
    changed_ns = 1_700_000_000_000_000_000 + number * 1_000_000_000
    people = (f"person-{number % 300}",)
    path = f"{folder}/{title}.ipynb"
    size = sum(map(len, cells)) * 2
    return Entry(path, "notebook", title, "ipynb", None, people, changed_ns, size, parts)


def _cell(words: list[str]) -> str:
    lines = (words[start : start + 8] for start in range(0, len(words), 8))
    return "\n".join(" ".join(line) for line in lines)


def _made_up(dice: np.random.Generator, rank: int) -> str:
    length = 2 + int(dice.integers(3)) if rank < 20_000 else 3 + int(dice.integers(3))
    if rank % 2:
        return "".join(
            chr(ord(_HEADS[int(dice.integers(len(_HEADS)))]) + int(dice.choice([0, 0, 4, 16, 21])))
            for _ in range(length)
        )
    pairs = [
        _CONSONANTS[int(dice.integers(18))] + _VOWELS[int(dice.integers(5))] for _ in range(length)
    ]
    if rank % 10 == 0:
        return "".join(pairs[:1]) + "".join(pairs[1:]).capitalize()
    return f"{pairs[0]}_{''.join(pairs[1:])}" if rank % 10 == 2 else "".join(pairs)
