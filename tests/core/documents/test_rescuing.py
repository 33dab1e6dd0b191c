"""Broken notebook files: explained, and what can be saved is saved."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.ipynb import BrokenNotebookError, read_ipynb, write_ipynb
from lookin.core.documents.rescuing import rescues_of, trouble_of

OUTPUT = {"output_type": "stream", "name": "stdout", "text": 'a "quoted" {"id": 1} line\n'}
WHOLE = write_ipynb(
    document_of(
        [
            Cell("one", "markdown", "# 제목 😀\n<<<<<<< not a marker of git"),
            Cell("two", "code", 'print("x")\ny = 2', outputs=(OUTPUT,), execution_count=1),
            Cell("three", "code", "z = 3"),
        ],
        {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
)
CONFLICT = WHOLE.replace(
    b'    "z = 3"\n',
    b'<<<<<<< HEAD\n    "z = 3"\n=======\n    "z = 4"\n>>>>>>> branch\n',
)


def sources(data: bytes) -> dict[str, list[str]]:
    return {r.kind: [cell.source for cell in r.document] for r in rescues_of(data)}


def test_a_cut_off_file_gives_back_every_cell_before_the_cut() -> None:
    cut = WHOLE[: WHOLE.index(b'"z = 3"') - 10]
    assert trouble_of(cut).kind == "cut_off"
    assert sources(cut)["cells"][:2] == [
        "# 제목 😀\n<<<<<<< not a marker of git",
        'print("x")\ny = 2',
    ]
    assert [o for r in rescues_of(cut) for o in r.document.cells["two"].outputs] == [OUTPUT]


def test_a_conflict_of_git_offers_both_sides_with_their_names() -> None:
    trouble = trouble_of(CONFLICT)
    assert (trouble.kind, trouble.labels) == ("conflict", ("HEAD", "branch"))
    assert [line.text for line in trouble.lines if line.is_here] == ["<<<<<<< HEAD"]
    both = sources(CONFLICT)
    assert (both["ours"][2], both["theirs"][2]) == ("z = 3", "z = 4")
    assert all(rescue.is_whole for rescue in rescues_of(CONFLICT))


def test_a_conflict_with_the_common_version_between_is_understood_too() -> None:
    data = CONFLICT.replace(b"=======", b'||||||| base\n    "z = 0"\n=======')
    assert (sources(data)["ours"][2], sources(data)["theirs"][2]) == ("z = 3", "z = 4")


def test_a_missing_comma_costs_no_cell_but_the_torn_ones_outputs() -> None:
    data = WHOLE.replace(b'"execution_count": 1,', b'"execution_count": 1')
    trouble = trouble_of(data)
    assert trouble.kind == "syntax"
    assert trouble.lines[trouble.line - trouble.lines[0].number].is_here
    assert sources(data)["cells"][0].startswith("# 제목")
    assert sources(data)["cells"][-1] == "z = 3"


def test_two_notebooks_in_one_file_are_both_offered() -> None:
    data = WHOLE + WHOLE.replace(b"z = 3", b"z = 5")
    assert trouble_of(data).kind == "two"
    assert (sources(data)["first"][2], sources(data)["second"][2]) == ("z = 3", "z = 5")


def test_korean_of_another_encoding_is_read() -> None:
    data = WHOLE.decode().replace(" 😀", "").encode("cp949")
    assert trouble_of(data).kind == "encoding"
    assert sources(data)["cells"][0].startswith("# 제목")


def test_one_wrong_cell_is_named_and_the_others_are_saved() -> None:
    raw = json.loads(WHOLE)
    raw["cells"][1]["cell_type"] = "fun"
    data = json.dumps(raw, indent=1).encode()
    trouble = trouble_of(data)
    assert (trouble.kind, trouble.cell) == ("cell", 2)
    assert trouble.line > 1
    assert "z = 3" in sources(data)["cells"]


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b"3", b"\xff\xfe", b"{\n,}", b"[" * 10**5, b"\0" * 99]
)
def test_what_holds_no_cell_offers_nothing(data: bytes) -> None:
    trouble_of(data)
    assert rescues_of(data) == []


@given(st.integers(0, len(WHOLE)), st.integers(0, 60), st.binary(max_size=6))
def test_any_damage_is_explained_and_what_is_rescued_is_a_notebook(
    start: int, length: int, put: bytes
) -> None:
    data = WHOLE[:start] + put + WHOLE[start + length :]
    try:
        opened = read_ipynb(data)
    except BrokenNotebookError:
        trouble = trouble_of(data)
        assert all(len(line.text) < 200 for line in trouble.lines)
    else:
        assert len(read_ipynb(write_ipynb(opened)).order) == len(opened.order)
        return
    for rescue in rescues_of(data):
        assert len(read_ipynb(write_ipynb(rescue.document)).order) == rescue.count


BOMBS = {
    "nested cells": b'{"cells": [' + b'{"id":' * 300_000,
    "starts of cells": b'{"cells": [' + b'{"id": ' * 10 + b'{"id" :{"source":[' * 100_000,
    "open strings": b'{"cells": [' + b'{"source": "' * 200_000,
    "broken cells": b'{"cells": [' + b'{"source": ["a", "b" "c"]},' * 100_000,
    "markers": b"<<<<<<< a\n=======\n" * 200_000 + b">>>>>>> b",
    "quotes": b'{"cells": [' + b'"\\"' * 500_000,
    "long whitespace": b'{"cells": [{' + b" " * 2_000_000,
    "spaced candidates": b'{"cells": [' + (b"{" + b" " * 1000) * 2_000,
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=list(BOMBS))
def test_no_file_takes_long(data: bytes) -> None:
    began = time.perf_counter()
    trouble_of(data)
    rescues_of(data)
    assert time.perf_counter() - began < 6


def test_a_small_file_does_not_become_gigabytes() -> None:
    bomb = b'{"nbformat":4,"metadata":{"a":[' + b"[]," * 2_000_000 + b'[]]},"cells":[]}'
    with pytest.raises(BrokenNotebookError, match="more parts"):
        read_ipynb(bomb)
    assert trouble_of(bomb).kind == "other"
    assert rescues_of(bomb) == []
