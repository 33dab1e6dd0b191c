"""How a benchmark tells its figures: a table for people and one `BENCH {…}` line for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside its peer's, both in `unit`, from the same run.

    `ratio` is how many times better than the peer (None without one). `goal` says in words what
    was asked for, and `holds` whether it was reached.
    """

    name: str
    value: float
    unit: str
    peer: float | None = None
    ratio: float | None = None
    goal: str = ""
    holds: bool = True


def report(figures: Sequence[Figure]) -> None:
    """Print the table, then the line that begins with BENCH."""
    rows = [("figure", "ours", "peer", "ratio", "goal"), *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    told = {
        figure.name: {
            "value": figure.value,
            "unit": figure.unit,
            "peer": figure.peer,
            "ratio": figure.ratio,
            "goal": figure.goal,
            "holds": figure.holds,
        }
        for figure in figures
    }
    print(f"BENCH {json.dumps(told, ensure_ascii=False)}")


def _row(figure: Figure) -> tuple[str, str, str, str, str]:
    peer = "" if figure.peer is None else f"{figure.peer:.4g} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3g} ×"
    verdict = "" if not figure.goal else f"{figure.goal} {'✓' if figure.holds else '✗ missed'}"
    return (figure.name, f"{figure.value:.4g} {figure.unit}", peer, ratio, verdict)
