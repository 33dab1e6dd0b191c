"""Logistic and ridge regression with numpy, and their weights as rows of whole numbers."""

from __future__ import annotations

import textwrap

import numpy as np

from lookin.core.faces.arrays import Floats

STEPS = 25  # of Newton's method; it stands still after ten


def ridge(rows: Floats, wanted: Floats, strength: float) -> Floats:
    """Weights (d,) that predict `wanted` (n,) from `rows` (n, d); both have mean 0."""
    square = rows.T @ rows + strength * np.eye(rows.shape[1])
    return np.asarray(np.linalg.solve(square, rows.T @ wanted))


def logistic(rows: Floats, is_one: Floats, strength: float) -> Floats:
    """Weights (d + 1,), the last of them the constant; both classes weigh the same together."""
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    share = np.where(is_one > 0, (is_one == 0).sum() / max((is_one > 0).sum(), 1), 1.0)
    bound = np.append(np.full(rows.shape[1] - 1, strength), 0.0)
    found = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (share * (likely - is_one)) + bound * found
        bend = (rows * (share * likely * (1 - likely) + 1e-9)[:, None]).T @ rows
        found -= np.linalg.solve(bend + np.diag(bound + 1e-6), slope)
    return np.asarray(found)


def whole(values: Floats, parts: int) -> str:
    """The values times `parts`, rounded, in lines of source text."""
    numbers = ", ".join(str(round(float(value) * parts)) for value in values)
    return textwrap.fill(numbers + ",", 96, initial_indent="    ", subsequent_indent="    ")
