"""Two versions side by side: which cells came, went, moved, and what changed in them."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from lookin.core.history.comparing import compare, pair_cells
from lookin.core.history.wording import compare_texts, mark_words
from tests.core.history.test_versions import cell

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True)
TEXTS = st.text("ab\n 한😀", max_size=30)


@given(IDS, IDS, st.data())
def test_every_cell_of_both_sides_stands_in_exactly_one_row(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    olds = [cell(i, data.draw(TEXTS)) for i in old]
    news = [cell(i, data.draw(TEXTS)) for i in new]
    rows = pair_cells(olds, news)
    assert sorted(r.old_at for r in rows if r.old_at is not None) == list(range(len(old)))
    assert [r.new_at for r in rows if r.new_at is not None] == list(range(len(new)))
    for row in rows:
        if row.old and row.new and row.old["id"] in new:
            assert row.old["id"] == row.new["id"]


@given(IDS, st.permutations("abcdefgh"))
def test_what_did_not_move_is_in_the_same_order_on_both_sides(
    old: list[str], new: list[str]
) -> None:
    rows = pair_cells([cell(i) for i in old], [cell(i) for i in new])
    still = [r.old_at for r in rows if r.old_at is not None and r.new is not None and not r.moved]
    assert still == sorted(still)


def test_one_cell_that_went_to_the_end_is_the_only_one_that_moved() -> None:
    rows = pair_cells([cell(i) for i in "abcde"], [cell(i) for i in "bcdea"])
    assert [r.old["id"] for r in rows if r.moved and r.old] == ["a"]


def test_cells_with_new_ids_and_the_same_text_belong_together() -> None:
    olds = [cell("a", "import x"), cell("b", ""), cell("c", "x.y()")]
    news = [cell("p", "import x"), cell("q", ""), cell("r", "x.y()")]
    kinds = [row["kind"] for row in compare(olds, news)]
    assert kinds.count("same") == 2


def test_rows_say_what_happened() -> None:
    olds = [cell("a", "1\n2\n3"), cell("b", "gone"), cell("c", outputs=[{"text": "1"}])]
    news = [cell("a", "1\ntwo\n3"), cell("c", outputs=[{"text": "2"}]), cell("d", "new")]
    rows = compare(olds, news)
    assert [(r["kind"], r["outputs"]) for r in rows] == [
        ("changed", False), ("removed", False), ("same", True), ("added", False),
    ]  # fmt: skip
    assert rows[0]["lines"][1] == [[["2", False]], [["two", False]]]
    assert rows[1]["new"] is None
    assert rows[3]["new"] == {
        "cell": "d", "number": 3, "type": "code", "preview": "new", "outputs": False,
    }  # fmt: skip


def side(lines: list[object], which: int) -> str:
    shown = [row[which] for row in lines if isinstance(row, list) and row[which] is not None]
    return "\n".join("".join(text for text, _ in line) for line in shown)


@given(st.lists(TEXTS, max_size=8).map("\n".join), st.lists(TEXTS, max_size=8).map("\n".join))
def test_both_texts_can_be_read_off_their_columns(old: str, new: str) -> None:
    found = compare_texts(old, new)["lines"]
    if not any(isinstance(row, int) for row in found):
        assert side(found, 0) == old
        assert side(found, 1) == new


def test_long_parts_that_stay_are_a_number() -> None:
    old = "\n".join(str(n) for n in range(100))
    found = compare_texts(old, old.replace("50", "fifty"))["lines"]
    assert found[0] == 47
    assert found[-1] == 46
    assert len(found) == 9


def test_a_changed_word_is_marked_and_another_line_is_not() -> None:
    left, right = mark_words("x = load(1)", "x = load(2)")
    assert [text for text, marked in left if marked] == ["1"]
    assert [text for text, marked in right if marked] == ["2"]
    assert mark_words("abc", "xyz(1, 2)") == ([("abc", False)], [("xyz(1, 2)", False)])


def test_texts_made_to_be_slow_are_compared_in_a_moment() -> None:
    old = "\n".join("ab"[n * n % 7 % 2] for n in range(30_000))
    new = "\n".join("ba"[n * n % 5 % 2] for n in range(30_000))
    began = time.process_time()
    found = compare_texts(old, new)
    assert time.process_time() - began < 3
    assert found["more"] > 0
