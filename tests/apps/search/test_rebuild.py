"""`lookin search rebuild`: from files to an index that answers as one made bit by bit would."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookin.apps.search.index import building, cutting
from lookin.apps.search.index.opening import open_for_building, open_for_writing, open_index
from lookin.apps.search.index.postings import BLOCK
from lookin.apps.search.index.protocol import EVERYTHING, Reading
from lookin.apps.search.index.sheaf import bind
from lookin.apps.search.index.store import IndexUnavailableError
from tests.apps.search.indexes import file, fill, notebook

NAME = "0f0f0f0f-0000-4000-8000-00000000000a"
ENTRIES = [
    notebook("a/Old Plan.ipynb", "apple read_csv", "0.48273645 pear", people=("p1",), changed=1),
    file("나무.txt", "데이터를 심는다 " * 400, people=("p1", "p2"), changed=2),
    notebook("new.ipynb", "apple\0\ud800 plum", changed=3),
    file("picture.png", changed=4),
]


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    settings.SEARCH_INDEX = "sqlite"  # type: ignore[attr-defined]
    return tmp_path


def _everything(name: str) -> dict[str, object]:
    """What an index answers, without its numbers."""
    index = open_index(name)
    words = {index.vocabulary().word(one): one for one in range(len(index.vocabulary()))}
    entries = index.newest(where=EVERYTHING, most=100)
    return {
        "entries": [(one.path, one.title, one.people, one.changed_ns) for one in entries],
        "parts": {one.path: index.parts(one.id) for one in entries},
        "names": {word: _paths(index, number, "names") for word, number in words.items()},
        "text": {word: _paths(index, number, "text") for word, number in words.items()},
        "pieces": {word: _pieces(index, number) for word, number in words.items()},
    }


def _paths(index: Reading, number: int, field: object) -> list[str]:
    found = index.find([[number]], field=field, where=EVERYTHING, most=100)  # type: ignore[arg-type]
    return [one.path for one in found]


def _pieces(index: Reading, number: int) -> list[str]:
    found = [one.id for one in index.find([[number]], field="text", where=EVERYTHING, most=100)]
    return [p.part.text for few in index.pieces(found, [[number]], most=9).values() for p in few]


def test_an_index_built_at_once_answers_as_one_made_bit_by_bit(home: Path) -> None:
    fill("bit-by-bit", *ENTRIES)
    with open_for_building(NAME) as made:
        made.add(bind(ENTRIES[:2]))
        made.add(bind(ENTRIES[2:]))
    assert _everything(NAME) == _everything("bit-by-bit")


def test_postings_written_in_several_goes_are_whole(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "WAITING", 20_000)
    with open_for_building(NAME) as made:
        for start in range(0, BLOCK + 9_000, 3_000):
            numbers = range(start, start + 3_000)
            made.add(bind(file(f"{n}.txt", "apple" if n % 2 else "pear") for n in numbers))
    index = open_index(NAME)
    for word, odd in (("apple", 1), ("pear", 0)):
        number = index.vocabulary().number(word)
        assert number is not None
        found = index.find([[number]], field="text", where=EVERYTHING, most=100_000)
        assert len(found) == (BLOCK + 9_000) // 3_000 * 1_500 + 1_500
        assert {int(one.title[:-4]) % 2 for one in found} == {odd}


def test_readers_see_the_old_index_until_the_new_one_is_whole(home: Path) -> None:
    fill(NAME, notebook("old.ipynb", "apple"))
    reader = open_index(NAME)
    assert reader.vocabulary().number("pear") is None
    with open_for_building(NAME) as made:
        made.add(bind([notebook("new.ipynb", "pear")]))
        assert [one.path for one in reader.newest(where=EVERYTHING, most=9)] == ["old.ipynb"]
    assert [one.path for one in reader.newest(where=EVERYTHING, most=9)] == ["new.ipynb"]
    assert reader.vocabulary().number("apple") is None


def test_a_build_that_fails_leaves_the_old_index_and_nothing_else(home: Path) -> None:
    fill(NAME, notebook("old.ipynb", "apple"))
    twice = [notebook("new.ipynb", "pear"), notebook("new.ipynb", "plum")]
    with pytest.raises(IndexUnavailableError), open_for_building(NAME) as made:
        made.add(bind(twice))
    newest = open_index(NAME).newest(where=EVERYTHING, most=9)
    assert [one.path for one in newest] == ["old.ipynb"]
    assert not list((home / "search").glob("*-new*"))


def test_an_index_that_was_built_can_be_written_on(home: Path) -> None:
    with open_for_building(NAME) as made:
        made.add(bind(ENTRIES))
    writer = open_for_writing(NAME)
    writer.put([notebook("new.ipynb", "cherry", changed=5)])
    writer.remove(["a"])
    writer.close()
    fill("bit-by-bit", ENTRIES[1], ENTRIES[3], notebook("new.ipynb", "cherry", changed=5))
    ours, theirs = _everything(NAME), _everything("bit-by-bit")
    assert ours["parts"] == theirs["parts"]
    assert {w: p for w, p in ours["text"].items() if p} == theirs["text"]  # type: ignore[attr-defined]


def test_an_index_that_is_built_has_no_more_words_than_one_may(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "MOST_WORDS_EACH", 2)
    monkeypatch.setattr(cutting, "MOST_WORDS", 6)
    monkeypatch.setattr(cutting, "MOST_NAMED_WORDS", 9)
    first = notebook("one.ipynb", "apple pear", "apple plum")
    second = notebook("two.ipynb", "apple melon cherry lemon lime")
    with open_for_building(NAME) as made:
        made.add(bind([first]))
        made.add(bind([second]))
    index = open_index(NAME)
    numbers = {word: index.vocabulary().number(word) for word in ("apple", "two", "plum", "lime")}
    assert (numbers["plum"], numbers["lime"]) == (None, None)
    assert numbers["two"] is not None
    assert numbers["apple"] is not None
    assert _paths(index, numbers["apple"], "text") == ["two.ipynb", "one.ipynb"]
    assert _paths(index, numbers["two"], "names") == ["two.ipynb"]
