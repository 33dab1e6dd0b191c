"""Distances for an evaluation, from what is to be compared and what was acquired. Pure.

Nothing is dropped silently: what could not be compared is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.matching import distance, distances, mean_of
from lookin.core.faces.evaluation.error_rates import Comparisons, Distances, Searches
from lookin.core.faces.evaluation.trials import Draw, Pair, fold_of

Embeddings = Mapping[Path, Floats]


@dataclass(frozen=True)
class PairScores:
    """Distances of the pairs of one person and of two, and how many pairs had no embedding."""

    genuine: Distances
    impostor: Distances
    genuine_left_out: int
    impostor_left_out: int


@dataclass(frozen=True)
class LeftOut:
    """Of one draw: people who were not enrolled, and probes not used, for an unusable picture."""

    people: int
    probes: int


def score_pairs(pairs: Sequence[Pair], embeddings: Embeddings) -> PairScores:
    """The distance of each pair whose two pictures have embeddings."""
    found: dict[bool, list[float]] = {True: [], False: []}
    left_out = {True: 0, False: 0}
    for pair in pairs:
        one, two = embeddings.get(pair.one), embeddings.get(pair.two)
        if one is None or two is None:
            left_out[pair.same] += 1
        else:
            found[pair.same].append(distance(one, two))
    genuine, impostor = (np.array(found[same], np.float64) for same in (True, False))
    return PairScores(genuine, impostor, left_out[True], left_out[False])


def score_comparisons(
    draw: Draw, embeddings: Embeddings, *, folds: int
) -> tuple[Comparisons, LeftOut]:
    """Compare every probe of a draw with every person enrolled in it."""
    trial = _Trial(draw, embeddings)
    owners = np.array([fold_of(name, folds) for name in trial.people], np.int8)
    probers = np.array([fold_of(name, folds) for name in trial.probers], np.int8)
    shape = trial.distances.shape
    comparisons = Comparisons(
        trial.distances.reshape(-1),
        trial.own.reshape(-1),
        np.broadcast_to(owners[:, None], shape).reshape(-1),
        np.broadcast_to(probers[None], shape).reshape(-1),
    )
    return comparisons, trial.left_out


def score_searches(draw: Draw, embeddings: Embeddings) -> Searches:
    """Search everybody enrolled in a draw for every probe of it."""
    trial = _Trial(draw, embeddings)
    if len(trial.people) < 2 or not trial.probers:
        return Searches.none()
    ranked = np.partition(trial.distances, 1, axis=0)
    enrolled = np.asarray(trial.own.any(axis=0))
    own = np.where(trial.own, trial.distances, np.inf).min(axis=0)
    return Searches(ranked[0], ranked[1], enrolled, enrolled & (own <= ranked[0]))


def pool_comparisons(parts: Iterable[Comparisons]) -> Comparisons:
    """The comparisons of several draws, one after the other."""
    found = list(parts)
    return Comparisons(
        *(
            np.concatenate([getattr(part, name) for part in found])
            for name in ("distances", "genuine", "owners", "probers")
        )
    )


def pool_searches(parts: Iterable[Searches]) -> Searches:
    """The searches of several draws, one after the other."""
    found = [Searches.none(), *parts]
    return Searches(
        *(
            np.concatenate([getattr(part, name) for part in found])
            for name in ("nearest", "second", "enrolled", "right")
        )
    )


class _Trial:
    """One draw, embedded: `distances` (people, probes) and which of them are of one person."""

    def __init__(self, draw: Draw, embeddings: Embeddings) -> None:
        templates: dict[str, Floats] = {}
        for name, files in draw.enrolled.items():
            usable = [embeddings[file] for file in files if file in embeddings]
            if usable:
                templates[name] = mean_of(usable)
        lost = draw.enrolled.keys() - templates.keys()
        groups = [
            (name, mean_of([embeddings[file] for file in files]))
            for name, files in draw.probes
            if name not in lost and all(file in embeddings for file in files)
        ]
        self.people = list(templates)
        self.probers = [name for name, _ in groups]
        self.left_out = LeftOut(len(lost), len(draw.probes) - len(groups))
        self.distances = self._compare(list(templates.values()), [probe for _, probe in groups])
        own = np.array(self.people)[:, None] == np.array(self.probers)[None]
        self.own: NDArray[np.bool_] = own.reshape(self.distances.shape)

    def _compare(self, templates: list[Floats], probes: list[Floats]) -> Distances:
        if not templates or not probes:
            return np.zeros((len(templates), len(probes)), np.float32)
        return distances(np.stack(templates), np.stack(probes)).astype(np.float32)
