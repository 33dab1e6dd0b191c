"""Distances for an evaluation, from what is to be compared and what was acquired. Pure.

Nothing is dropped silently: what could not be compared is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.evaluation import Distances, Probe
from lookin.core.faces.matching import distance, mean_of
from lookin.core.faces.trials import Pair, Split

Embeddings = Mapping[Path, Floats]


@dataclass(frozen=True)
class PairScores:
    """Distances of the pairs of one person and of two, and how many pairs had no embedding."""

    genuine: Distances
    impostor: Distances
    genuine_left_out: int
    impostor_left_out: int


@dataclass(frozen=True)
class GalleryScores:
    """Comparisons and searches over all folds.

    `galleries`: people enrolled in each fold. `not_enrolled`: people none of whose enrolment
    pictures was usable. `probes_left_out`: probes with an unusable picture or of such a person.
    """

    genuine: Distances
    impostor: Distances
    probes: list[Probe]
    galleries: list[int]
    not_enrolled: int
    probes_left_out: int


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


def score_splits(splits: Sequence[Split], embeddings: Embeddings) -> GalleryScores:
    """Compare every probe of each fold with every person enrolled in it."""
    folds = [_score_fold(split, embeddings) for split in splits]
    return GalleryScores(
        genuine=np.concatenate([fold.genuine for fold in folds]),
        impostor=np.concatenate([fold.impostor for fold in folds]),
        probes=[probe for fold in folds for probe in fold.probes],
        galleries=[size for fold in folds for size in fold.galleries],
        not_enrolled=sum(fold.not_enrolled for fold in folds),
        probes_left_out=sum(fold.probes_left_out for fold in folds),
    )


def _score_fold(split: Split, embeddings: Embeddings) -> GalleryScores:
    templates: dict[str, Floats] = {}
    for name, files in split.enrolled.items():
        usable = [embeddings[file] for file in files if file in embeddings]
        if usable:
            templates[name] = mean_of(usable)
    lost = split.enrolled.keys() - templates.keys()
    groups = [
        (name, mean_of([embeddings[file] for file in files]))
        for name, files in split.probes
        if name not in lost and all(file in embeddings for file in files)
    ]
    genuine: list[float] = []
    impostor: list[Distances] = []
    probes: list[Probe] = []
    people = list(templates)
    gallery = np.array(list(templates.values()), np.float64).reshape(-1, 128)
    for name, probe in groups if people else []:
        apart = np.linalg.norm(gallery - probe, axis=1)
        place = people.index(name) if name in templates else None
        own = None if place is None else float(apart[place])
        probes.append(Probe(float(apart.min()), own))
        genuine += [] if own is None else [own]
        impostor.append(apart if place is None else np.delete(apart, place))
    return GalleryScores(
        genuine=np.array(genuine, np.float64),
        impostor=np.concatenate(impostor) if impostor else np.array([], np.float64),
        probes=probes,
        galleries=[len(people)],
        not_enrolled=len(lost),
        probes_left_out=len(split.probes) - len(groups),
    )
