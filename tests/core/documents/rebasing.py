"""Change sets mapped over each other as @codemirror/state does, for pages in tests.

Written over single UTF-16 units, so that it is short; CodeMirror does the same in runs.
"""

from __future__ import annotations

from typing import Any

from lookin.core.documents.text import utf16_length

Sections = list[Any]


def rebase(mine: Sections, over: Sections, *, before: bool) -> Sections:
    """`mine` after `over`, both made on the same text: `ChangeSet.map(over, before)`."""
    left, other = _flat(mine), _flat(over)
    result: Sections = []
    while left or other:
        mine_inserts = bool(left) and isinstance(left[0], str)
        other_inserts = bool(other) and isinstance(other[0], str)
        if mine_inserts and (before or not other_inserts):
            result.append([0, *left.pop(0).split("\n")])
        elif other_inserts:
            result.append(utf16_length(other.pop(0)))
        else:
            keeps, other_keeps = left.pop(0), other.pop(0)
            if other_keeps:
                result.append(1 if keeps else [1])
    return result


def _flat(sections: Sections) -> list[Any]:
    """True for a kept unit, False for a removed one, a string for inserted text."""
    flat: list[Any] = []
    for section in sections:
        if isinstance(section, int):
            flat += [True] * section
        else:
            flat += ["\n".join(section[1:])] if len(section) > 1 else []
            flat += [False] * section[0]
    return flat
