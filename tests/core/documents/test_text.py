"""Change sets against a slow model that counts UTF-16 units one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.text import (
    SOURCE_UNITS,
    BadChangesError,
    apply_changes,
    check_changes,
    normal_lines,
    utf16_length,
)

TEXTS = st.text(st.sampled_from("a\nb한글👩‍👩‍👧😀é "), max_size=30)


def units(text: str) -> list[str]:
    """UTF-16 units, one at a time."""
    result: list[str] = []
    for character in text:
        code = ord(character)
        if code > 0xFFFF:
            code -= 0x10000
            result += [chr(0xD800 + (code >> 10)), chr(0xDC00 + (code & 0x3FF))]
        else:
            result.append(character)
    return result


def slow_apply(text: str, changes: list[Any]) -> list[str]:
    """What CodeMirror does, unit by unit."""
    left, result = units(text), []
    for section in changes:
        if isinstance(section, int):
            result += left[:section]
            left = left[section:]
        else:
            left = left[section[0] :]
            result += units("\n".join(section[1:]))
    assert not left
    return result


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """A text and a change set whose cuts are at whole characters."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    changes: list[Any] = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        size = utf16_length(text[start:end])
        match draw(st.sampled_from(["keep", "delete", "replace"])):
            case "keep":
                changes.append(size)
            case "delete":
                changes.append([size])
            case _:
                changes.append([size, *draw(TEXTS).split("\n")])
    return text, changes


@given(edits())
def test_changes_do_what_codemirror_does(edit: tuple[str, list[Any]]) -> None:
    text, changes = edit
    assert units(apply_changes(text, check_changes(changes))) == slow_apply(text, changes)


def test_positions_after_an_emoji_count_it_as_two() -> None:
    assert apply_changes("😀한", [2, [1, "글"]]) == "😀글"


@pytest.mark.parametrize("changes", [[1, [1]], [[1], 1], [1, [0, "a"], 1], [2, [0, "\ud83d"]]])
def test_half_an_emoji_is_refused(changes: list[Any]) -> None:
    with pytest.raises(BadChangesError):
        apply_changes("😀", changes)


def test_one_emoji_may_turn_into_another_by_its_half() -> None:
    assert apply_changes("😀", [1, [1, "\ude01"]]) == "😁"


@pytest.mark.parametrize("changes", [[], [2], [4], [[4]], [3, 1], [1, [1]]])
def test_changes_of_another_length_are_refused(changes: list[Any]) -> None:
    with pytest.raises(BadChangesError):
        apply_changes("abc", changes)


@pytest.mark.parametrize(
    "changes",
    [None, 3, {}, "3", [-1], [1.0], [True], [[]], [["a"]], [[0, 1]], [[0, "a\nb"]], [[0, "\r"]],
     [2**40], [[2**40]], [None], [0] * 100_001],
)  # fmt: skip
def test_what_is_no_change_set_is_refused(changes: Any) -> None:
    with pytest.raises(BadChangesError):
        check_changes(changes)


def test_a_source_cannot_grow_beyond_its_bound() -> None:
    with pytest.raises(BadChangesError) as caught:
        apply_changes("", [[0, "x" * (SOURCE_UNITS + 1)]])
    assert caught.value.code == "too_large"


def test_all_line_ends_become_one_kind() -> None:
    assert normal_lines("a\r\nb\rc\n\u2028d") == "a\nb\nc\n\u2028d"
