"""Does the wanted item stand in the first three? Ours, FTS5's trigrams alone, and rapidfuzz.

On the labelled queries of tests/data, by kind and language, and apart for the half that was never
looked at while tuning. `python -m bench.search_quality [--misses]` prints the table, and what we
miss of the tuning half. No index on disk and no page takes part.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from rapidfuzz import fuzz, process, utils

from lookin.core.search.plan import Stage, gather
from lookin.core.search.query import read_query
from lookin.core.search.rank import Candidate, rank
from lookin.core.search.vocabulary import Vocabulary
from lookin.core.search.words import words_of

_DATA = Path(__file__).parent.parent / "tests" / "data"
_NOW = 1_800_000_000.0
_FIRST = 3
_ENOUGH, _FEW = 24, 8  # as apps/search asks

Search = Callable[[str], list[int]]


class Item(TypedDict):
    """A notebook or file of the class."""

    name: str
    days_ago: int
    text: str


class Label(TypedDict):
    """A query, and the names of which one is wanted among the first three."""

    query: str
    wanted: list[str]
    kind: str
    language: str
    half: str


def ours(items: Sequence[Item]) -> Search:
    """Our stages and ranking over an index in memory, which answers as the stored ones do."""
    numbers: dict[str, int] = {}
    in_names: dict[int, set[int]] = defaultdict(set)
    in_texts: dict[int, set[int]] = defaultdict(set)
    for at, item in enumerate(items):
        for text, held in ((item["name"], (in_names, in_texts)), (item["text"], (in_texts,))):
            for form in (form for word in words_of(text) for form in word.forms):
                for table in held:
                    table[numbers.setdefault(form, len(numbers))].add(at)
    vocabulary = Vocabulary(tuple(numbers))

    def find(stage: Stage) -> list[int]:
        found: list[int] = []
        for table in (in_names, in_texts):
            every = [set().union(*(table[one] for one in group)) for group in stage.numbers]
            newest = sorted(set.intersection(*every), key=lambda at: items[at]["days_ago"])
            found += [at for at in newest[:_ENOUGH] if at not in found]
        return found

    def search(text: str) -> list[int]:
        found, asked = gather(read_query(text), vocabulary, find, enough=_ENOUGH, few=_FEW)
        candidates = [
            Candidate(
                at,
                items[at]["name"],
                _NOW - 86_400 * items[at]["days_ago"],
                (items[at]["text"],),
            )
            for at in found
        ]
        return [one.candidate.key for one in rank(candidates, asked, now=_NOW, uses={})]

    return search


def trigrams(items: Sequence[Item]) -> Search:
    """SQLite's FTS5 trigram table alone, at its best: every word somewhere, names weigh tenfold.

    A word of one or two characters holds no trigram, so those are looked for with LIKE.
    """
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE found USING fts5(name, text, tokenize='trigram')")
    base.executemany(
        "INSERT INTO found(rowid, name, text) VALUES (?, ?, ?)",
        [(at + 1, item["name"], item["text"]) for at, item in enumerate(items)],
    )

    def search(text: str) -> list[int]:
        words = text.split()
        long = [word for word in words if len(word) > 2]
        short = [f"%{word}%" for word in words if len(word) <= 2]
        where = ["(name || ' ' || text) LIKE ?"] * len(short)
        values: list[str] = list(short)
        order = "name LIKE ? DESC, rowid"
        if long:
            where.append("found MATCH ?")
            values.append(" ".join(f'"{word}"' for word in long))
            order = "bm25(found, 10.0, 1.0)"
        else:
            values.append(short[0])
        question = f"SELECT rowid FROM found WHERE {' AND '.join(where)} ORDER BY {order} LIMIT 3"
        return [row[0] - 1 for row in base.execute(question, values)]

    return search


def fuzzy(items: Sequence[Item], scorer: str) -> Search:
    """One of rapidfuzz's scorers over names and texts; the better of the two counts."""
    names = [utils.default_process(item["name"]) for item in items]
    wholes = [utils.default_process(f"{item['name']} {item['text']}") for item in items]
    score = getattr(fuzz, scorer)

    def search(text: str) -> list[int]:
        asked = [utils.default_process(text)]
        by_name = process.cdist(asked, names, scorer=score)[0]
        by_whole = process.cdist(asked, wholes, scorer=score)[0]
        best = [
            (-max(a, b * 0.9), -a, at)
            for at, (a, b) in enumerate(zip(by_name, by_whole, strict=True))
        ]
        return [at for _, _, at in sorted(best)[:3]]

    return search


def shares(
    labels: Sequence[Label], items: Sequence[Item], search: Search, first: int = _FIRST
) -> dict[tuple[str, str], list[bool]]:
    """(kind, language) -> for each query whether a wanted item stood in the first ones."""
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for label in labels:
        names = [items[at]["name"] for at in search(label["query"])[:first]]
        found[label["kind"], label["language"]].append(any(n in label["wanted"] for n in names))
    return found


def read() -> tuple[list[Item], list[Label]]:
    """The class and the queries."""
    items = json.loads((_DATA / "search_corpus.json").read_text())
    return items, json.loads((_DATA / "search_queries.json").read_text())


def main() -> None:
    """Print the table; with --misses also what we miss of the half that may be looked at."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--misses", action="store_true")
    misses = asked.parse_args().misses
    items, labels = read()
    searches = {"Lookin": ours(items), "FTS5 trigram": trigrams(items)}
    for scorer in ("WRatio", "partial_ratio", "token_set_ratio", "partial_token_ratio"):
        searches[scorer] = fuzzy(items, scorer)
    print(f"{len(items)} items, {len(labels)} queries: wanted item in the first {_FIRST}")
    _print_table(items, labels, searches)
    if misses:
        _print_misses(items, labels, searches["Lookin"])


def _print_table(
    items: Sequence[Item], labels: Sequence[Label], searches: dict[str, Search]
) -> None:
    print(f"{'':22}{'n':>4}" + "".join(f"{name:>20}" for name in searches))
    results = {name: shares(labels, items, search) for name, search in searches.items()}
    for place in sorted({(label["kind"], label["language"]) for label in labels}):
        counts = [results[name][place] for name in searches]
        print(f"{place[0]:16}{place[1]:6}{len(counts[0]):4}" + _row(counts))
    for half in ("tuning", "held out"):
        some = [label for label in labels if label["half"] == half]
        counts = [
            [hit for hits in shares(some, items, search).values() for hit in hits]
            for search in searches.values()
        ]
        print(f"{half:22}{len(some):4}" + _row(counts))
    for name, first in (("all", _FIRST), ("all, in first place", 1)):
        counts = [
            [hit for hits in shares(labels, items, search, first).values() for hit in hits]
            for search in searches.values()
        ]
        print(f"{name:22}{len(labels):4}" + _row(counts))


def _row(counts: Sequence[Sequence[bool]]) -> str:
    return "".join(f"{100 * sum(hits) / len(hits):19.1f}%" for hits in counts)


def _print_misses(items: Sequence[Item], labels: Sequence[Label], search: Search) -> None:
    for label in labels:
        names = [items[at]["name"] for at in search(label["query"])]
        if label["half"] == "tuning" and not set(names[:_FIRST]) & set(label["wanted"]):
            print(f"{label['kind']:9} {label['query']!r} wants {label['wanted'][:2]}: {names[:4]}")


if __name__ == "__main__":
    main()
