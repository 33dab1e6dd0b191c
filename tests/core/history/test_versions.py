"""What a version is made of, which versions stay, and when one is due."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lookin.core.history.stretches import LONGEST_MS, QUIET_MS, Stretch
from lookin.core.history.thinning import DAY_MS, HOUR_MS, stale, surplus
from lookin.core.history.versions import (
    Manifest,
    Version,
    cells_of,
    changes_between,
    new_version_id,
    record_cell,
)


def cell(id_: str, source: str = "1", **more: Any) -> dict[str, Any]:
    plain = {"id": id_, "type": "code", "source": source, "execution_count": None}
    return {**plain, "metadata": {}, "outputs": [], **more}


def manifest(*cells: dict[str, Any]) -> Manifest:
    return Manifest(tuple(record_cell(each)[0] for each in cells), {})


def version(at: int, name: str = "") -> Version:
    return Version(new_version_id(at), at, (), "busy", name)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: (
    st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
), max_leaves=8)  # fmt: skip
CELLS = st.builds(
    cell, st.text("abc", min_size=1, max_size=3), st.text(), metadata=st.dictionaries(
        st.text(), JSON, max_size=2), outputs=st.lists(st.dictionaries(st.text(), JSON), max_size=2)
)  # fmt: skip


@given(CELLS)
def test_a_cell_comes_back_from_its_things_as_it_was(one: dict[str, Any]) -> None:
    entry, things = record_cell(one)
    assert set(entry.things) == set(things)
    assert cells_of(Manifest((entry,), {}), things.get) == [one]


def test_the_count_of_edits_and_a_run_make_no_other_version() -> None:
    before, _ = record_cell(cell("a", version=1, run=None))
    after, _ = record_cell(cell("a", version=9, run={"state": "done"}))
    assert before == after


def test_a_lost_thing_is_told_and_hides_no_other_cell() -> None:
    first, things = record_cell(cell("a", "x", outputs=[{"text": "1"}]))
    second, more = record_cell(cell("b", "y"))
    del things[first.outputs]
    found = cells_of(Manifest((first, second), {}), {**things, **more}.get)
    assert [(c["source"], c.get("missing", False)) for c in found] == [("x", True), ("y", False)]


def test_changes_are_counted_by_cell() -> None:
    old = manifest(cell("a"), cell("b"), cell("c"), cell("d", outputs=[]))
    new = manifest(cell("c"), cell("a", "2"), cell("e"), cell("d", outputs=[{"text": "x"}]))
    found = changes_between(old, new)
    assert (found.added, found.removed, found.edited, found.moved, found.ran) == (1, 1, 1, True, 1)
    assert changes_between(None, new).added == 4


VERSIONS = st.lists(
    st.tuples(st.integers(0, 400 * DAY_MS), st.booleans()), min_size=1, max_size=60
).map(lambda made: [version(at, "kept" if named else "") for at, named in made])


@given(VERSIONS)
def test_thinning_never_drops_a_named_version_nor_the_newest(made: list[Version]) -> None:
    now = 400 * DAY_MS
    gone = stale(made, now)
    assert not gone & {v.id for v in made if v.name}
    assert max(v.id for v in made) not in gone
    assert not gone & {v.id for v in made if now - v.at <= DAY_MS}
    left = [v for v in made if v.id not in gone]
    assert stale(left, now) == set(), "thinning twice is thinning once"


def test_an_old_version_an_hour_then_one_a_day_stay() -> None:
    now = 100 * DAY_MS
    minutes = [version(now - 2 * DAY_MS + m * 60_000) for m in range(120)]
    hours = [version(now - 20 * DAY_MS + h * HOUR_MS) for h in range(48)]
    made = [*hours, *minutes, version(now)]
    gone = stale(made, now)
    left = [v for v in made if v.id not in gone]
    assert sum(v in minutes for v in left) == 2
    assert sum(v in hours for v in left) == 2
    assert stale([version(now - 366 * DAY_MS), version(now)], now)


@given(VERSIONS, st.integers(0, 300))
def test_too_much_drops_the_oldest_unnamed_first(made: list[Version], most: int) -> None:
    needs = {v.id: [v.id, "shared"] for v in made}
    sizes = {**dict.fromkeys(needs, 10), "shared": 5}
    gone = surplus(made, needs, sizes, most)
    newest = max(v.id for v in made)
    assert newest not in gone
    assert not gone & {v.id for v in made if v.name}
    left = [v for v in made if v.id not in gone]
    assert 5 + 10 * len(left) <= most or all(v.name or v.id == newest for v in left)
    unnamed = sorted(v.id for v in made if not v.name and v.id != newest)
    assert gone == set(unnamed[: len(gone)])


def test_a_stretch_ends_with_quiet_or_after_its_longest_time() -> None:
    stretch = Stretch()
    assert stretch.due() is None
    stretch = stretch.with_change(1_000, "a").with_change(2_000, "b").with_change(3_000, "a")
    assert stretch.people == ("a", "b")
    assert stretch.due() == 3_000 + QUIET_MS
    for second in range(0, LONGEST_MS, 60_000):
        stretch = stretch.with_change(3_000 + second)
    assert stretch.due() == 1_000 + LONGEST_MS
