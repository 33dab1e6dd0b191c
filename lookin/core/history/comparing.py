"""Two versions side by side, cell by cell: which came, went, moved, changed. Pure.

Cells belong together by their id; where another program gave new ids, by their text. What stands
inside a changed cell is `wording.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lookin.core.history.wording import compare_texts
from lookin.core.lib.differences import common_places, longest_increasing

Cell = Mapping[str, Any]
Json = dict[str, Any]

PREVIEW_CHARS = 80
TEXT_CHARS = 4_000_000  # of both sides together; changed cells after that are named, not shown


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: a cell of the old side, of the new side, or one that is on both.

    `old_at` and `new_at` are their places, from 0; None where it is not.
    """

    old: Cell | None
    new: Cell | None
    old_at: int | None = None
    new_at: int | None = None
    moved: bool = False

    @property
    def kind(self) -> str:
        """`same`, `changed`, `added` or `removed`; outputs alone do not make a change."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        return "same" if _same(self.old, self.new, "type", "source") else "changed"


def pair_cells(old: Sequence[Cell], new: Sequence[Cell]) -> list[Pair]:
    """The rows of a comparison, in the order of `new`; what was removed stands where it was."""
    partner = _partners(old, new)
    stays = longest_increasing([partner[j] for j in range(len(new)) if j in partner])
    rows: list[Pair] = []
    taken = set(partner.values())
    behind: dict[int, list[int]] = {}  # what was removed, by the last cell before it that stayed
    before = -1
    for i in range(len(old)):
        if i in taken:
            before = i
        else:
            behind.setdefault(before, []).append(i)
    rows += [Pair(old[i], None, i) for i in behind.get(-1, ())]
    for j, cell in enumerate(new):
        if j not in partner:
            rows.append(Pair(None, cell, None, j))
            continue
        i = partner[j]
        rows.append(Pair(old[i], cell, i, j, moved=i not in stays))
        rows += [Pair(old[k], None, k) for k in behind.get(i, ())]
    return rows


def compare(old: Sequence[Cell], new: Sequence[Cell]) -> list[Json]:
    """The rows as JSON for a page.

    `{kind, moved, id, old: side | null, new: side | null, outputs, lines?, more?}`; a side is
    `{cell, number, type, preview, outputs: whether any}`; `outputs` says whether these differ.
    `lines` as in `compare_texts`; not there for cells that did not change.
    """
    rows = []
    budget = TEXT_CHARS
    for pair in pair_cells(old, new):
        row: Json = {"kind": pair.kind, "moved": pair.moved, "outputs": _other_outputs(pair)}
        row["old"], row["new"] = _side(pair.old, pair.old_at), _side(pair.new, pair.new_at)
        row["noted"] = bool(pair.old and pair.new) and not _same(
            pair.old or {}, pair.new or {}, "metadata", "attachments"
        )
        if pair.kind != "same":
            texts = _text(pair.old), _text(pair.new)
            budget -= sum(map(len, texts))
            row |= compare_texts(*texts) if budget > 0 else {"lines": [], "more": 1}
        rows.append(row)
    return rows


def _side(cell: Cell | None, at: int | None) -> Json | None:
    if cell is None or at is None:
        return None
    first = next((line for line in _text(cell).split("\n") if line.strip()), "")
    about = {"cell": cell["id"], "number": at + 1, "type": cell["type"]}
    missing = {"missing": True} if cell.get("missing") else {}
    return {
        **about,
        "preview": first.strip()[:PREVIEW_CHARS],
        "outputs": bool(cell.get("outputs")),
        **missing,
    }


def _text(cell: Cell | None) -> str:
    return str(cell["source"]) if cell else ""


def _other_outputs(pair: Pair) -> bool:
    if pair.old is None or pair.new is None:
        return bool((pair.old or pair.new or {}).get("outputs"))
    return not _same(pair.old, pair.new, "outputs")


def _same(old: Cell, new: Cell, *keys: str) -> bool:
    return all((old.get(key) or None) == (new.get(key) or None) for key in keys)


def _partners(old: Sequence[Cell], new: Sequence[Cell]) -> dict[int, int]:
    """Place in new -> place in old of the same cell."""
    places = {cell["id"]: i for i, cell in enumerate(old)}
    found = {j: places[cell["id"]] for j, cell in enumerate(new) if cell["id"] in places}
    taken = set(found.values())
    olds = [i for i in range(len(old)) if i not in taken]
    news = [j for j in range(len(new)) if j not in found]
    for a, b in common_places([_mark(old[i]) for i in olds], [_mark(new[j]) for j in news]):
        found[news[b]] = olds[a]
    return found


def _mark(cell: Cell) -> str:
    """What an unmatched cell is known by; empty ones are like no other."""
    return f"{cell['type']}:{cell['source']}" if _text(cell).strip() else f"#{cell['id']}"
