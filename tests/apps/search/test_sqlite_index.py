"""What holds for an index in SQLite: damage, other versions, what is left of deleted text."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from lookin.apps.search.access import Place
from lookin.apps.search.asking import ask_places
from lookin.apps.search.hits import newest_hits, rank_hits
from lookin.apps.search.index.opening import open_for_writing, open_index
from lookin.apps.search.index.protocol import EVERYTHING
from lookin.apps.search.index.sqlite import SqliteReading
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.suggesting import suggest_words
from lookin.core.search.query import read_query
from tests.apps.search.indexes import fill, notebook
from tests.apps.search.test_index import NAME, found, paths


@pytest.fixture
def index_file(home: Path) -> Path:
    return home / "search" / f"{NAME}.sqlite3"


def test_only_its_owner_may_read_the_file(index_file: Path) -> None:
    fill(NAME, notebook("a.ipynb", "apple"))
    assert stat.S_IMODE(index_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(index_file.parent.stat().st_mode) == 0o700


def test_a_damaged_file_is_made_anew(index_file: Path) -> None:
    fill(NAME, notebook("a.ipynb", "apple"))
    index_file.write_bytes(b"no database at all" * 1000)
    for ending in ("-wal", "-shm"):
        index_file.with_name(index_file.name + ending).unlink(missing_ok=True)
    with pytest.raises(IndexUnavailableError):
        open_index(NAME).vocabulary()
    writer = open_for_writing(NAME)
    assert writer.known() == {}
    writer.put([notebook("b.ipynb", "pear")])
    assert paths(found(open_index(NAME), "pear")) == ["b.ipynb"]
    writer.close()


def test_damage_that_a_reader_meets_is_mended_by_an_open_writer(index_file: Path) -> None:
    writer = open_for_writing(NAME)
    writer.put([notebook("a.ipynb", "apple")])
    index_file.with_name(f"{index_file.name}.damaged").touch()
    assert writer.known() == {}
    writer.put([notebook("b.ipynb", "pear")])
    reader = open_index(NAME)
    assert (paths(found(reader, "pear")), found(reader, "apple")) == (["b.ipynb"], [])
    writer.close()


def test_a_file_of_another_version_is_made_anew(index_file: Path) -> None:
    fill(NAME, notebook("a.ipynb", "apple"))
    with sqlite3.connect(index_file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(IndexUnavailableError):
        open_index(NAME).vocabulary()
    writer = open_for_writing(NAME)
    assert writer.known() == {}
    writer.close()


def test_a_file_whose_tables_are_being_made_is_an_empty_index(index_file: Path) -> None:
    index_file.parent.mkdir(mode=0o700)
    index_file.touch()
    assert len(open_index(NAME).vocabulary()) == 0
    fill(NAME, notebook("a.ipynb", "apple"))
    assert paths(found(open_index(NAME), "apple")) == ["a.ipynb"]


def test_a_deleted_text_is_nowhere_in_the_files(index_file: Path) -> None:
    text = "the treasure lies under the old oak " * 20
    writer = open_for_writing(NAME)
    writer.put([notebook("a.ipynb", text), notebook("b.ipynb", "other")])
    writer.remove(["a.ipynb"])
    for file in index_file.parent.iterdir():
        assert b"treasure lies under" not in file.read_bytes(), file.name
    writer.close()
    assert b"treasure lies under" not in index_file.read_bytes()


def test_readers_and_the_writer_go_on_at_the_same_time(index_file: Path) -> None:
    writer = open_for_writing(NAME)
    writer.put([notebook("0.ipynb", "apple")])
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        reader = open_index(NAME)
        while not done.is_set():
            hits = found(reader, "apple", most=1000)
            if not hits or reader.find([{0}], field="text", where=EVERYTHING, most=1) is None:
                wrong.append("nothing was found")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(1, 60):
        writer.put([notebook(f"{n}.ipynb", f"apple word{n}")])
    done.set()
    for reader in readers:
        reader.join(10)
    assert wrong == []
    assert len(found(open_index(NAME), "apple", most=1000)) == 60
    writer.close()


DAMAGES = (
    "UPDATE postings SET ids = x'010203'",
    "UPDATE postings SET ids = 'text'",
    "UPDATE entries SET names = x'01'",
    "UPDATE entries SET changed_ns = 'long ago'",
    "UPDATE pieces SET held = x'010203'",
    "UPDATE pieces SET text = x'ff00'",
    "UPDATE pieces SET text = CAST(x'ff' AS TEXT)",
    "UPDATE words SET word = ''",
    "UPDATE words SET word = x'ff'",
    "DELETE FROM heading",
    "UPDATE heading SET last_id = 'many'",
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_rows_without_sense_never_reach_a_page_and_are_made_anew(
    index_file: Path, damage: str
) -> None:
    fill(NAME, notebook("a.ipynb", "apple"), notebook("b.ipynb", "pear"))
    connection = sqlite3.connect(index_file, isolation_level=None)
    connection.execute(damage)
    connection.close()
    places = [Place(NAME, "class"), Place(NAME, "", {"a.ipynb": "row"})]
    for text in ("apple", "appel", "in:class", "a"):
        query = read_query(text)
        asked = ask_places(query, places, EVERYTHING)
        rank_hits(asked, now=0.0, uses={})
        suggest_words(query, asked)
    newest_hits(places, EVERYTHING, most=9)
    writer = open_for_writing(NAME)
    with contextlib.suppress(IndexUnavailableError):
        writer.put([notebook("a.ipynb", "apple"), notebook("b.ipynb", "plum")])
    writer.close()
    writer = open_for_writing(NAME)
    if not writer.known():
        writer.put([notebook("a.ipynb", "apple"), notebook("b.ipynb", "plum")])
    assert paths(found(open_index(NAME), "plum")) == ["b.ipynb"]
    writer.close()


def test_a_reader_makes_no_file(index_file: Path) -> None:
    fill(NAME, notebook("a.ipynb", "apple"))
    index_file.unlink()
    reader = SqliteReading(index_file)
    with pytest.raises(IndexUnavailableError):
        reader._open()  # as if the file had gone since it looked
    assert not index_file.exists()
