"""The weights of core/faces/comparison/crowding.py: how near strangers are, from dlib's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.fitting.tables import ridge, whole
from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.matching import parts_in_sum
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.recognisers.embeddings import parts_of

NEAREST = 0.012  # the share of strangers whose mean distance is the room of a face
STRENGTH = 0.3
PICTURES = 5  # of a template


def fit_photographs(engine: FaceEngine, gallery: Mapping[str, Sequence[Path]]) -> str:
    """The table, from every photograph in which a face is found."""
    embeddings, people = [], []
    for number, files in enumerate(gallery.values()):
        for file in files:
            seen = engine.portrait(file.read_bytes())
            if seen.embedding is not None:
                embeddings.append(seen.embedding)
                people.append(number)
    weights, middle = fit(np.stack(embeddings), np.array(people))
    return f"_WEIGHTS, in ten-thousandths:\n{whole(weights, 10_000)}\n_MIDDLE = {middle:.4f}"


def fit(embeddings: Floats, people: Floats) -> tuple[Floats, float]:
    """(weights (128,), constant) of the room of a face, which is 1 in the mean.

    embeddings: (n, 1152); people: (n,) whose they are. Learned on one picture of each person, and
    on the mean of five of those who have three.
    """
    draw = np.random.default_rng(5)
    _, first = np.unique(people, return_index=True)
    rows, owners = [], []
    for person in people[first]:
        own = np.flatnonzero(people == person)
        rows.append(embeddings[draw.choice(own)])
        owners.append(person)
        if len(own) >= 3:
            chosen = draw.choice(own, PICTURES, replace=len(own) < PICTURES)
            rows.append(embeddings[chosen].mean(0))
            owners.append(person)
    templates = np.stack(rows)
    near = _nearness(templates, embeddings[first])
    near[np.array(owners)[:, None] == people[first][None]] = np.inf
    count = max(4, int(len(first) * NEAREST))
    room = np.partition(near, count - 1, axis=1)[:, :count].mean(1)
    numbers = parts_of(templates)[0].astype(np.float64)
    weights = ridge(numbers - numbers.mean(0), room - room.mean(), STRENGTH) / room.mean()
    return weights, float(1 - weights @ numbers.mean(0))


def _nearness(ones: Floats, others: Floats) -> Floats:
    """Distances (n, m) without any room, of which the weights are to be learned."""
    total = np.zeros((len(ones), len(others)))
    for first, second in zip(parts_in_sum(ones), parts_in_sum(others), strict=True):
        one, other = first.astype(np.float64), second.astype(np.float64)
        squares = (one**2).sum(1)[:, None] + (other**2).sum(1)[None] - 2 * one @ other.T
        total += np.sqrt(np.maximum(squares, 0))
    return np.asarray(total)
