"""An index that somebody fills with words on purpose stays small; the honest are still found."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookin.apps.search.index import cutting, opening, writing
from lookin.apps.search.index.opening import open_for_writing, open_index
from tests.apps.search.indexes import file, fill, notebook
from tests.apps.search.test_index import NAME, found, paths

OTHER = "22222222-2222-2222-2222-222222222222"


def words(first: int, last: int) -> str:
    return " ".join(f"x{number}y" for number in range(first, last))


@pytest.fixture
def index_file(home: Path) -> Path:
    return home / "search" / f"{NAME}.sqlite3"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "MOST_WORDS_EACH", 2_000)
    monkeypatch.setattr(cutting, "MOST_WORDS", 6_000)
    monkeypatch.setattr(cutting, "MOST_NAMED_WORDS", 7_000)
    monkeypatch.setattr(writing, "_MANY_WORDS", 3_000)


@pytest.mark.usefixtures("small", "index_file")
def test_one_file_gives_no_more_than_its_fill_of_words() -> None:
    fill(NAME, file("mad.txt", "firstword " + words(0, 5_000) + " lastword firstword"))
    reader = open_index(NAME)
    assert paths(found(reader, "firstword")) == ["mad.txt"]
    assert reader.vocabulary().number("lastword") is None
    assert len(reader.vocabulary()) < 8_000


@pytest.mark.usefixtures("small", "index_file")
def test_a_full_index_still_finds_every_name_and_every_word_that_it_knew() -> None:
    fill(NAME, notebook("early.ipynb", "commonword"))
    fill(NAME, *(file(f"{n}.txt", words(n * 1_000, n * 1_000 + 1_000)) for n in range(30)))
    fill(NAME, notebook("latename.ipynb", "commonword newword latename"))
    reader = open_index(NAME)
    assert len(reader.vocabulary()) <= cutting.MOST_NAMED_WORDS
    assert paths(found(reader, "latename")) == ["latename.ipynb"]
    assert paths(found(reader, "commonword")) == ["latename.ipynb", "early.ipynb"]
    assert reader.vocabulary().number("newword") is None


@pytest.mark.usefixtures("small", "index_file")
def test_words_of_nothing_are_forgotten_once_they_are_most() -> None:
    writer = open_for_writing(NAME)
    for n in range(4):
        writer.put([file("mad.txt", words(n * 700, n * 700 + 700))])
    assert not writer.tidy() or len(open_index(NAME).vocabulary()) == 0
    for n in range(4, 9):
        writer.put([file("mad.txt", words(n * 700, n * 700 + 700))])
    assert writer.tidy()
    assert writer.known() == {}
    writer.put([file("mad.txt", "calmword")])
    assert not writer.tidy()
    assert paths(found(open_index(NAME), "calmword")) == ["mad.txt"]
    writer.close()


@pytest.mark.usefixtures("index_file")
def test_pages_keep_only_so_many_words_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(NAME, file("a.txt", words(0, 1_000)))
    fill(OTHER, file("b.txt", "otherword"))
    opening._open.clear()
    monkeypatch.setattr(opening, "MOST_WORDS_OPEN", 500)
    assert len(open_index(NAME).vocabulary()) > 500
    open_index(OTHER).vocabulary()
    assert [key[1] for key in opening._open] == [OTHER]
    assert paths(found(open_index(NAME), "x1y")) == ["a.txt"]
