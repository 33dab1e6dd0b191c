"""How long the server takes to answer each kind of query, and how long an index takes to build.

Through the whole of GET /ajax/search (session, rights, index, ranking, marks, JSON), at 50,000
notebooks in one workspace and in forty, and with `million` as a word at 1,000,000. Not for how
good the answers are: that is search_quality.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.figures import Figure, report
from bench.search_place import (
    asker_for,
    fill_index,
    make_person,
    make_workspaces,
    percentile,
    search_place,
)
from bench.search_texts import Lexicon, make_lexicon, notebooks

NOTEBOOKS, MILLION = 50_000, 1_000_000
ROUNDS = 100  # queries of each kind
GOAL_MS, MILLION_MS, BUILD_SECONDS = 10.0, 50.0, 60.0
_MILLION_CELLS = 2  # a million notebooks of ten cells would take half an hour to write


def kinds(lexicon: Lexicon) -> dict[str, Callable[[random.Random], str]]:
    """One maker of queries for each kind, over the words that the notebooks are made of."""
    from lookin.core.search.hangul import initials, strokes

    words = lexicon.words
    hangul = [word for word in words[200:20_000] if ord(word[0]) > 0xABFF and len(word) > 2]
    latin = [word for word in words[200:20_000] if word.isascii() and len(word) > 7]
    rare = words[50_000:]

    def typo(dice: random.Random) -> str:
        word = dice.choice(latin)
        at = dice.randrange(2, len(word) - 1)
        return word[:at] + "q" + word[at + 1 :]

    return {
        "one key": lambda dice: dice.choice("pdinㅍㄷㅂㅅ"),
        "two keys": lambda dice: dice.choice(latin + hangul)[:2],
        "prefix": lambda dice: dice.choice(latin)[:5],
        "half syllable": lambda dice: dice.choice(hangul)[:2] + "ㅅ",
        "initials": lambda dice: initials(dice.choice(hangul)),
        "wrong keyboard": lambda dice: strokes(dice.choice(hangul)),
        "typo": typo,
        "several words": lambda dice: " ".join(dice.sample(words[100:5_000], 3)),
        "common word": lambda dice: dice.choice(words[:20]),
        "two common words": lambda dice: " ".join(dice.sample(words[:40], 2)),
        "rare word": lambda dice: dice.choice(rare),
        "two rare words": lambda dice: " ".join(dice.sample(rare, 2)),
        "filter": lambda dice: f"by:me type:notebook {dice.choice(words[:400])}",
        "no hit": lambda dice: "".join(dice.choice("qxzjwv") for _ in range(9)),
        "joined words": lambda dice: "".join(dice.sample(hangul[:400], 2)),
    }


def main(words: list[str] | None = None) -> int:
    """Measure and print; a missed goal is told in the table."""
    with search_place():
        lexicon = make_lexicon()
        if "million" in (words or []):
            report(_measure_million(lexicon))
        else:
            report([*_measure_one(lexicon), *_measure_many(lexicon)])
    return 0


def _measure_one(lexicon: Lexicon) -> list[Figure]:
    person = make_person("one")
    (name,) = make_workspaces(person, 1)
    entries = list(notebooks(lexicon, NOTEBOOKS))
    began, began_cpu = time.monotonic(), time.process_time()
    fill_index(name, entries)
    took, cpu = time.monotonic() - began, time.process_time() - began_cpu
    del entries
    figures = [
        Figure(
            *("index of 50,000 notebooks, one process", took, "s"),
            goal=f"≤ {BUILD_SECONDS:.0f} s",
            holds=took <= BUILD_SECONDS,
        ),
        Figure("the same, of the processor's time", cpu, "s"),
        *_size(name),
    ]
    return figures + _latencies(person, lexicon, "50,000", GOAL_MS)


def _measure_many(lexicon: Lexicon) -> list[Figure]:
    person = make_person("many")
    names = make_workspaces(person, 40, others=5_000)
    each = NOTEBOOKS // len(names)
    for at, name in enumerate(names):
        fill_index(name, notebooks(lexicon, each, first=at * each))
    return _latencies(person, lexicon, "50,000 in 40 classes", GOAL_MS)


def _measure_million(lexicon: Lexicon) -> list[Figure]:
    person = make_person("million")
    (name,) = make_workspaces(person, 1)
    began, began_cpu = time.monotonic(), time.process_time()
    fill_index(name, notebooks(lexicon, MILLION, cells=_MILLION_CELLS))
    took, cpu = time.monotonic() - began, time.process_time() - began_cpu
    figures = [
        Figure("index of 1,000,000 notebooks of two cells", took, "s"),
        Figure("the same, of the processor's time", cpu, "s"),
        *_size(name),
    ]
    return figures + _latencies(person, lexicon, "1,000,000", MILLION_MS)


def _size(name: str) -> list[Figure]:
    from lookin.apps.search.index.opening import open_index

    size = open_index(name).size()
    return [
        Figure("its size", size.bytes / 1e6, "MB"),
        Figure("its distinct words", size.words, "words"),
    ]


def _latencies(person: Any, lexicon: Lexicon, size: str, goal: float) -> list[Figure]:
    from lookin.apps.search import warming

    ask, dice, figures = asker_for(person), random.Random(7), list[Figure]()
    ask("")  # the box is opened: units and words are loaded beside
    _wait_for_words(person)
    warming.begin().join()
    ask("warm")
    for kind, make in kinds(lexicon).items():
        queries = [make(dice) for _ in range(ROUNDS)]
        took, cpu = zip(*map(ask, queries), strict=True)
        worst = percentile(took, 0.99)
        figures += [
            Figure(f"{size}, {kind}: p50", percentile(took, 0.5), "ms"),
            Figure(
                f"{size}, {kind}: p99", worst, "ms", goal=f"≤ {goal:.0f} ms", holds=worst <= goal
            ),
            Figure("the same, of the processor's time", percentile(cpu, 0.99), "ms"),
        ]
        each = [f"{percentile(some, at):.1f}" for some in (took, cpu) for at in (0.5, 0.99)]
        sys.stderr.write(f"{size} {kind}: {' '.join(each)} {queries[0]}\n")
    return figures


def _wait_for_words(person: Any) -> None:
    """Until the words of all indexes are in memory: that happens beside, when the place starts."""
    from lookin.apps.search.access import places_for

    for place in places_for(person):
        place.open().vocabulary()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
