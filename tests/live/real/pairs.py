"""Compares two executed forms of one notebook, cell by cell.

What is random by nature is made equal by the named RULES; what differs by design is one of
DESIGNED. Anything else is a finding. Both tables stand in docs/reference/compatibility.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """Text that no two runs have in common, and what stands for it in the comparison."""

    name: str
    pattern: re.Pattern[str]
    instead: str


RULES = (
    Rule("address", re.compile(r"\b0x[0-9a-f]{6,}\b"), "0x…"),
    Rule("home", re.compile(re.escape(str(Path.home())) + r"(?=/)"), "~"),
    Rule("widget", re.compile(r"\b[0-9a-f]{32}\b"), "…"),
    Rule("drawing id", re.compile(r"\b([mpc])[0-9a-f]{10}\b"), r"\1…"),
    Rule("drawing date", re.compile(r"<dc:date>[^<]*</dc:date>"), "<dc:date/>"),
)

DESIGNED = {
    "cell id": "Lookin gives an id to every cell of a file older than format 4.5",
    "nbformat_minor": "Lookin writes format 4.5",
    "language_info": "Lookin leaves what the file says; nbclient writes the kernel's version",
    "kernelspec": "Lookin names its kernel in a file that names none",
    "attachments": "Lookin leaves an empty list of attachments out",
    "widgets": "nbclient writes the widgets' state into the file's metadata",
}
METADATA = {"language_info", "kernelspec", "widgets"}  # of the whole notebook


def findings(ours: Any, theirs: Any, random: Mapping[int, str] | None = None) -> list[str]:
    """Every difference that neither RULES nor DESIGNED explains, in words."""
    return [*_document(ours, theirs), *_cells(ours, theirs, random or {})]


def designed(ours: Any, theirs: Any) -> set[str]:
    """Which of DESIGNED are really there: a table of what never happens would be idle talk."""
    found = {name for name in METADATA if _meta(ours, theirs, name)}
    if ours.nbformat_minor != theirs.nbformat_minor:
        found.add("nbformat_minor")
    for our, their in zip(ours.cells, theirs.cells, strict=True):
        if our.get("id") != their.get("id"):
            found.add("cell id")
        if "attachments" in their and "attachments" not in our:
            found.add("attachments")
    return found


def _meta(ours: Any, theirs: Any, name: str) -> bool:
    return bool(ours.metadata.get(name) != theirs.metadata.get(name))


def _document(ours: Any, theirs: Any) -> Iterator[str]:
    if len(ours.cells) != len(theirs.cells):
        yield f"{len(ours.cells)} cells, {len(theirs.cells)} by nbclient"
    for name in (ours.metadata.keys() | theirs.metadata.keys()) - METADATA:
        if ours.metadata.get(name) != theirs.metadata.get(name):
            yield f"metadata {name}"
    if (ours.nbformat, ours.nbformat_minor) != (4, 5):
        yield f"format {ours.nbformat}.{ours.nbformat_minor}"


def _cells(ours: Any, theirs: Any, random: Mapping[int, str]) -> Iterator[str]:
    for number, (our, their) in enumerate(zip(ours.cells, theirs.cells, strict=False)):
        for name in ("cell_type", "source", "metadata", "execution_count"):
            if our.get(name) != their.get(name):
                yield f"cell {number}: {name}: {our.get(name)!r}, by nbclient {their.get(name)!r}"
        if (our.get("attachments") or {}) != (their.get("attachments") or {}):
            yield f"cell {number}: attachments"
        only_form = number in random
        yield from _outputs(number, our.get("outputs", []), their.get("outputs", []), only_form)


def _outputs(number: int, ours: list[Any], theirs: list[Any], only_form: bool) -> Iterator[str]:
    forms = [[_form(output) for output in outputs] for outputs in (ours, theirs)]
    if forms[0] != forms[1]:
        yield f"cell {number}: outputs {forms[0]}, by nbclient {forms[1]}"
        return
    if only_form:
        return
    for place, pair in enumerate(zip(ours, theirs, strict=True)):
        our, their = (_plain(output) for output in pair)
        for name in our.keys() | their.keys():
            if our.get(name) != their.get(name):
                yield f"cell {number}, output {place}: {name}: {_apart(our, their, name)}"


def _form(output: Any) -> tuple[str, ...]:
    return (output.output_type, output.get("name", ""), *sorted(output.get("data", {})))


def _plain(value: Any) -> Any:
    """The same value with every text put through the rules."""
    if isinstance(value, str):
        for rule in RULES:
            value = rule.pattern.sub(rule.instead, value)
        return value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _apart(ours: Any, theirs: Any, name: str) -> str:
    """Where two values begin to differ."""
    our, their = str(ours.get(name)), str(theirs.get(name))
    same = next((i for i, (a, b) in enumerate(zip(our, their, strict=False)) if a != b), 0)
    at = max(0, same - 20)
    return f"{our[at : at + 80]!r}, by nbclient {their[at : at + 80]!r}"
