"""The labelled queries: the wanted item stands in the first three, of every kind, in both halves.

`python -m bench.search_quality` prints the same by kind, and beside it what others reach.
"""

from __future__ import annotations

from collections import Counter

import pytest

from bench.search_quality import ours, read, shares

ITEMS, LABELS = read()


def test_the_labels_are_many_and_name_what_there_is() -> None:
    names = {item["name"] for item in ITEMS}
    assert len(names) == len(ITEMS)
    assert len({label["query"] for label in LABELS}) == len(LABELS) >= 300
    assert all(label["wanted"] and names.issuperset(label["wanted"]) for label in LABELS)
    languages = Counter(label["language"] for label in LABELS)
    assert min(languages.values()) > 0.4 * len(LABELS)


@pytest.mark.parametrize("half", ["tuning", "held out"])
def test_what_is_wanted_stands_in_the_first_three(half: str) -> None:
    found = shares([label for label in LABELS if label["half"] == half], ITEMS, ours(ITEMS))
    every = [hit for hits in found.values() for hit in hits]
    assert sum(every) >= 0.97 * len(every)


def test_no_kind_of_query_is_left_behind() -> None:
    found = shares(LABELS, ITEMS, ours(ITEMS))
    assert {kind: hits for kind, hits in found.items() if sum(hits) < 0.9 * len(hits)} == {}
