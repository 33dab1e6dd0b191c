"""What every index can do, wherever it lies: the same questions to SQLite and to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from lookin.apps.search.index.entry import Part
from lookin.apps.search.index.opening import (
    indexes,
    open_for_building,
    open_for_writing,
    open_index,
)
from lookin.apps.search.index.protocol import EVERYTHING, Field, Found, Index, Reading, Where
from lookin.apps.search.index.sheaf import bind
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.core.search.plan import stages
from lookin.core.search.query import read_query
from tests.apps.search.indexes import file, notebook

NAME = "00000000-0000-4000-8000-000000000001"
pytestmark = pytest.mark.django_db


@pytest.fixture(params=["sqlite", "postgresql"])
def writer(request: pytest.FixtureRequest, home: Path, settings: Any) -> Iterator[Index]:
    if request.param == "postgresql" and connection.vendor != "postgresql":
        pytest.skip("skipped here: runs where the tests' database is PostgreSQL")
    settings.SEARCH_INDEX = request.param
    made = open_for_writing(NAME)
    yield made
    made.close()


@pytest.fixture
def reader(writer: Index) -> Reading:
    return open_index(NAME)


def found(
    reader: Reading, text: str, *, field: Field = "text", where: Where = EVERYTHING, most: int = 50
) -> list[Found]:
    """What the first stage that finds anything finds."""
    for stage in stages(read_query(text), reader.vocabulary()):
        if hits := reader.find(stage.numbers, field=field, where=where, most=most):
            return hits
    return []


def paths(hits: list[Found]) -> list[str]:
    return [hit.path for hit in hits]


def test_a_missing_index_is_an_empty_one(home: Path) -> None:
    reader = open_index("00000000-0000-4000-8000-00000000dead")
    assert len(reader.vocabulary()) == 0
    assert reader.find([{0}], field="text", where=EVERYTHING, most=5) == []
    assert reader.newest(where=EVERYTHING, most=5) == []
    assert (reader.parts(1), reader.held([0]), reader.size().entries) == ((), [], 0)
    assert indexes() == []


def test_an_entry_is_found_by_its_name_and_by_its_text(writer: Index, reader: Reading) -> None:
    writer.put([notebook("반/파이썬 기초.ipynb", "import pandas", "print('hello')")])
    assert paths(found(reader, "파이썬")) == ["반/파이썬 기초.ipynb"]
    assert paths(found(reader, "파이썬", field="names")) == ["반/파이썬 기초.ipynb"]
    assert paths(found(reader, "pandas 기초")) == ["반/파이썬 기초.ipynb"]
    assert found(reader, "pandas", field="names") == []
    assert indexes() == [NAME]


def test_every_word_must_be_there(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a.ipynb", "apple pear"), notebook("b.ipynb", "apple plum")])
    assert paths(found(reader, "apple plum")) == ["b.ipynb"]


def test_the_newest_come_first_and_no_more_than_asked_for(writer: Index, reader: Reading) -> None:
    writer.put([file(f"{n:03}.txt", "same") for n in range(300)])
    assert paths(found(reader, "same", most=3)) == ["299.txt", "298.txt", "297.txt"]
    writer.put([file("000.txt", "same again")])
    assert paths(found(reader, "same", most=1)) == ["000.txt"]


def test_what_is_put_again_replaces_what_was_there(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a.ipynb", "first text")])
    writer.put([notebook("a.ipynb", "second text")])
    assert found(reader, "first") == []
    assert paths(found(reader, "second")) == ["a.ipynb"]
    assert paths(found(reader, "text")) == ["a.ipynb"]
    assert reader.size().entries == 1


def test_an_old_entry_that_changes_forgets_its_old_words(writer: Index, reader: Reading) -> None:
    writer.put([notebook("old.ipynb", "first")])
    writer.put([file(f"{n}.txt") for n in range(150)])
    writer.put([notebook("old.ipynb", "second")])
    assert found(reader, "first") == []
    assert paths(found(reader, "second")) == ["old.ipynb"]


def test_a_removed_folder_takes_everything_below_it(writer: Index, reader: Reading) -> None:
    writer.put([file("a/1.txt", "x1"), file("a/b/2.txt", "x2"), file("ab.txt", "x3")])
    writer.remove(["a", "nowhere"])
    assert list(writer.known()) == ["ab.txt"]
    assert found(reader, "x1") == []
    assert paths(found(reader, "x3")) == ["ab.txt"]


def test_a_moved_folder_takes_its_entries_along(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a/one.ipynb", "apple", changed=7), file("z/one.ipynb", "late")])
    writer.move("a", "z")
    assert writer.known() == {"z/one.ipynb": (7_000_000_000, 10)}
    assert paths(found(reader, "apple")) == ["z/one.ipynb"]
    assert found(reader, "late") == []
    writer.move("z/one.ipynb", "two.csv")
    hit = found(reader, "apple")[0]
    assert (hit.path, hit.title, hit.ending) == ("two.csv", "two", "csv")
    assert found(reader, "one") == []
    writer.move("gone", "anywhere")
    assert list(writer.known()) == ["two.csv"]


def test_filters_hold_for_kind_ending_person_and_path(writer: Index, reader: Reading) -> None:
    writer.put(
        [
            notebook("a.ipynb", "word", people=("p1", "p2")),
            file("b.csv", "word", people=("p2",)),
            file("c.txt", "word"),
        ]
    )
    assert paths(found(reader, "word", where=Where(kinds=("file",)))) == ["c.txt", "b.csv"]
    assert paths(found(reader, "word", where=Where(endings=("csv", "md")))) == ["b.csv"]
    assert paths(found(reader, "word", where=Where(people=("p1",)))) == ["a.ipynb"]
    assert paths(found(reader, "word", where=Where(people=("nobody",)))) == []
    assert paths(found(reader, "word", where=Where(paths=("c.txt",)))) == ["c.txt"]
    assert paths(found(reader, "word", where=Where(paths=()))) == []
    assert paths(reader.newest(where=Where(people=("p2",)), most=9)) == ["b.csv", "a.ipynb"]
    assert paths(reader.newest(where=EVERYTHING, most=2)) == ["c.txt", "b.csv"]


def test_parts_come_back_as_they_were_put(writer: Index, reader: Reading) -> None:
    long = "\n".join(f"line {n} 가나다" for n in range(2000))
    writer.put([notebook("a.ipynb", "short", long, "")])
    hit = found(reader, "line")[0]
    assert [part.text for part in reader.parts(hit.id)] == ["short", long, ""]
    assert [part.id for part in reader.parts(hit.id)] == ["c0", "c1", "c2"]


def test_a_piece_says_how_many_of_the_words_it_holds(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a.ipynb", "pear", "plum", "apple")])
    stage = next(stages(read_query("apple pear "), reader.vocabulary()))
    hit = reader.find(stage.numbers, field="text", where=EVERYTHING, most=1)[0]
    pieces = reader.pieces([hit.id], stage.numbers, most=5)[hit.id]
    assert [(piece.part.id, piece.held) for piece in pieces] == [("c0", 1), ("c2", 1)]


def test_no_piece_is_read_beside_one_that_holds_all_words(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a.ipynb", "apple", "apple pear", "plum")])
    stage = next(stages(read_query("apple pear "), reader.vocabulary()))
    hit = reader.find(stage.numbers, field="text", where=EVERYTHING, most=1)[0]
    pieces = reader.pieces([hit.id], stage.numbers, most=5)[hit.id]
    assert [(piece.part, piece.held) for piece in pieces] == [(Part("c1", "code", "apple pear"), 2)]


def test_a_word_that_no_entry_holds_any_more_is_not_held(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a.ipynb", "secretword apple"), notebook("b.ipynb", "apple")])
    writer.remove(["a.ipynb"])
    vocabulary = reader.vocabulary()
    numbers = [vocabulary.number("secretword"), vocabulary.number("apple")]
    assert reader.held([one for one in numbers if one is not None]) == [numbers[1]]


def test_any_string_may_come(writer: Index, reader: Reading) -> None:
    writer.put(
        [file("a\0b\ud800.txt", "x\0y \udfff 😀 \u202e abc"), file("'; DROP TABLE.txt", "q")]
    )
    assert paths(found(reader, "abc")) == ["a\ufffdb\ufffd.txt"]
    writer.remove(["a\0b\ud800.txt"])
    assert found(reader, "abc") == []
    assert list(writer.known()) == ["'; DROP TABLE.txt"]


def test_a_failed_put_leaves_everything_as_it_was(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a.ipynb", "first")])
    broken: Any = notebook("b.ipynb", "second")
    object.__setattr__(broken, "size", {})
    with pytest.raises(Exception, match=r".+"):
        writer.put([notebook("c.ipynb", "third"), broken])
    assert list(writer.known()) == ["a.ipynb"]
    writer.put([notebook("d.ipynb", "fourth third")])
    assert paths(found(reader, "third")) == ["d.ipynb"]
    assert paths(found(reader, "fourth")) == ["d.ipynb"]
    assert paths(found(reader, "first")) == ["a.ipynb"]


def test_clear_starts_again_and_a_reader_notices(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a.ipynb", "apple")])
    assert paths(found(reader, "apple")) == ["a.ipynb"]
    writer.clear()
    assert (found(reader, "apple"), len(reader.vocabulary())) == ([], 0)
    writer.put([notebook("b.ipynb", "pear apple")])
    assert paths(found(reader, "apple")) == ["b.ipynb"]


def test_drop_takes_the_index_away_and_a_reader_notices(writer: Index, reader: Reading) -> None:
    writer.put([notebook("a.ipynb", "apple")])
    assert paths(found(reader, "apple")) == ["a.ipynb"]
    writer.drop()
    assert (indexes(), found(reader, "apple"), len(reader.vocabulary())) == ([], [], 0)
    again = open_for_writing(NAME)
    again.put([notebook("b.ipynb", "pear apple")])
    assert paths(found(reader, "apple")) == ["b.ipynb"]
    again.close()


def test_an_index_that_is_built_at_once_takes_the_place_of_the_old(
    writer: Index, reader: Reading
) -> None:
    writer.put([notebook("old.ipynb", "apple")])
    assert paths(found(reader, "apple")) == ["old.ipynb"]
    writer.close()
    with open_for_building(NAME) as made:
        made.add(bind([notebook("one.ipynb", "pear", people=("p1",)), file("two.txt", "pear")]))
        made.add(bind([notebook("three.ipynb", "plum pear")]))
    assert paths(found(reader, "pear")) == ["three.ipynb", "two.txt", "one.ipynb"]
    assert paths(found(reader, "pear", where=Where(people=("p1",)))) == ["one.ipynb"]
    assert paths(found(reader, "old", field="names")) == []
    assert reader.vocabulary().number("apple") is None


def test_a_build_that_fails_changes_nothing(writer: Index, reader: Reading) -> None:
    writer.put([notebook("old.ipynb", "apple")])
    writer.close()
    twice = [notebook("new.ipynb", "pear"), notebook("new.ipynb", "plum")]
    with pytest.raises(IndexUnavailableError), open_for_building(NAME) as made:
        made.add(bind(twice))
    assert paths(found(reader, "apple")) == ["old.ipynb"]
    assert reader.vocabulary().number("pear") is None


def test_two_indexes_hold_nothing_of_each_other(writer: Index, reader: Reading) -> None:
    other = open_for_writing("python")
    other.put([file("b.txt", "pear")])
    writer.put([file("a.txt", "apple")])
    assert (found(reader, "pear"), paths(found(open_index("python"), "pear"))) == ([], ["b.txt"])
    other.drop()
    assert paths(found(reader, "apple")) == ["a.txt"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a.b", "a" * 40, "a\0"])
def test_no_name_leads_out_of_the_folder(name: str, home: Path) -> None:
    with pytest.raises(ValueError, match="names no index"):
        open_index(name)
    with pytest.raises(ValueError, match="names no index"):
        open_for_writing(name)


def test_an_index_whose_words_are_mostly_of_nothing_starts_again(
    writer: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookin.apps.search.index.writing._MANY_WORDS", 4)
    writer.put([notebook("a.ipynb", "apple pear plum")])
    assert not writer.tidy()
    writer.put([notebook("a.ipynb", "fig")])
    writer.put([notebook("a.ipynb", "quince cherry grape")])
    writer.put([notebook("a.ipynb", "melon")])
    assert writer.tidy()
    assert writer.known() == {}
    writer.put([notebook("a.ipynb", "melon")])
    assert paths(found(open_index(NAME), "melon")) == ["a.ipynb"]
