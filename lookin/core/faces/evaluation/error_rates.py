"""Error rates from distances: verification (FMR, FNMR, ROC) and open-set identification. Pure.

Terms of ISO/IEC 19795-1. A comparison matches at a distance of at most the threshold. Where people
are known, a threshold is judged on others than those whom it was fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]
FMR_POINTS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
FPIR_POINTS = (1e-1, 1e-2, 1e-3)
# 3/n is the upper 95 % bound of a rate when none of n independent trials erred.
RULE_OF_THREE = 3


@dataclass(frozen=True)
class OperatingPoint:
    """One rate asked for, `target`, and what came of it.

    `threshold`: the distance, the mean of the folds' where each had its own. `rate`: the one that
    was reached. `miss`: the share of the right people refused there (FNMR or FNIR). `supported`:
    whether there were at least 3/target impostor trials, the least that could show such a rate
    at 95 %.
    """

    target: float
    threshold: float
    rate: float
    miss: float
    supported: bool


@dataclass(frozen=True)
class Verification:
    """Rates of one-to-one comparison from `genuine` and `impostor` many comparisons."""

    genuine: int
    impostor: int
    equal_error_rate: float | None
    points: list[OperatingPoint]


@dataclass(frozen=True)
class Comparisons:
    """Comparisons (n,) of templates with probes, and the folds of the people on both sides."""

    distances: Distances
    genuine: Flags
    owners: NDArray[np.int8]
    probers: NDArray[np.int8]

    def within(self, fold: int) -> Distances:
        """Impostors of whom both are in the fold."""
        both = (self.owners == fold) & (self.probers == fold)
        return np.asarray(self.distances[both & ~self.genuine])

    def outside(self, fold: int) -> Distances:
        """Impostors of whom neither is in the fold."""
        neither = (self.owners != fold) & (self.probers != fold)
        return np.asarray(self.distances[neither & ~self.genuine])


@dataclass(frozen=True)
class Searches:
    """Searches (n,) of a gallery: the distances of the nearest and of the second nearest person.

    `enrolled`: whether the one who is looked for is in the gallery at all; `right`: whether it is
    the nearest.
    """

    nearest: Distances
    second: Distances
    enrolled: Flags
    right: Flags

    @classmethod
    def none(cls) -> Searches:
        """No searches at all."""
        none = np.zeros(0, np.bool_)
        return cls(np.zeros(0, np.float32), np.zeros(0, np.float32), none, none)

    def strangers(self, margin: float = 0.0) -> Distances:
        """How near strangers came to anybody; infinitely far where it was a near tie."""
        tie = self.second - self.nearest < margin
        return np.where(tie, np.inf, self.nearest)[~self.enrolled]

    def hits(self, margin: float = 0.0) -> Distances:
        """How near the right people came; infinitely far where another was nearer or a tie."""
        lost = ~self.right | (self.second - self.nearest < margin)
        return np.where(lost, np.inf, self.nearest)[self.enrolled]


@dataclass(frozen=True)
class Identification:
    """Rates of searching: `mated` probes are of people in the gallery, `nonmated` of strangers."""

    mated: int
    nonmated: int
    rank_one: float | None
    points: list[OperatingPoint]


def rate_at(distances: Distances, threshold: float) -> float:
    """The share of distances within the threshold; NaN when there are none."""
    return float(np.mean(distances <= threshold)) if distances.size else math.nan


def threshold_at(impostor: Distances, target: float) -> float:
    """The largest threshold at which at most `target` of the impostors match.

    Raises ValueError without impostors.
    """
    if not impostor.size:
        raise ValueError("no impostor comparisons")
    allowed = math.floor(target * impostor.size + 1e-9)
    if allowed >= impostor.size:
        return float(impostor.max())
    return float(np.nextafter(np.partition(impostor, allowed)[allowed], -math.inf))


def verification(genuine: Distances, impostor: Distances) -> Verification:
    """The rates at the standard FMR points that this many impostors can express at all.

    For pairs of whom nobody knows the people: the thresholds are fitted on these very pairs.
    """
    points = [
        _point(target, impostor, 1 - rate_at(genuine, threshold_at(impostor, target)))
        for target in FMR_POINTS
        if genuine.size and impostor.size * target >= 1
    ]
    return Verification(genuine.size, impostor.size, equal_error(genuine, impostor), points)


def cross_verification(found: Comparisons, *, folds: int, draws: int) -> Verification:
    """The rates at thresholds each of which was fitted without the people it is judged on.

    For each fold of people: the threshold from impostors of whom neither is in it; the FNMR of
    the fold's own people, and the FMR between them. `draws` say how often the same people were
    drawn: repeating them adds no support.
    """
    genuine, impostor = found.distances[found.genuine], found.distances[~found.genuine]
    fitted = [found.outside(fold) for fold in range(folds)]
    judged = [found.within(fold) for fold in range(folds)]
    missing = [found.distances[found.genuine & (found.owners == f)] for f in range(folds)]
    least = min(distances.size for distances in fitted)
    points = []
    for target in FMR_POINTS:
        if not genuine.size or least * target < 1:
            continue
        at = [threshold_at(distances, target) for distances in fitted]
        points.append(
            OperatingPoint(
                target,
                float(np.mean(at)),
                _share(judged, at),
                1 - _share(missing, at),
                least / draws * target >= RULE_OF_THREE,
            )
        )
    return Verification(genuine.size, impostor.size, equal_error(genuine, impostor), points)


def fixed_verification(
    found: Comparisons, thresholds: Mapping[float, float], *, draws: int
) -> list[OperatingPoint]:
    """What thresholds that are given (target: distance) reach here; nobody was fitted."""
    genuine, impostor = found.distances[found.genuine], found.distances[~found.genuine]
    return [
        OperatingPoint(
            target,
            threshold,
            rate_at(impostor, threshold),
            1 - rate_at(genuine, threshold),
            impostor.size / draws * target >= RULE_OF_THREE,
        )
        for target, threshold in thresholds.items()
    ]


def cross_identification(halves: Sequence[Searches], *, draws: int) -> Identification:
    """Open-set rates; the thresholds of each half of the people are fitted on the other half.

    A mated probe is missed when the right person is not the nearest or lies beyond the threshold.
    """
    strangers = [half.strangers() for half in halves]
    hits = [half.hits() for half in halves]
    mated, nonmated = sum(h.size for h in hits), sum(s.size for s in strangers)
    least = min((s.size for s in strangers), default=0)
    points = []
    for target in FPIR_POINTS:
        if not mated or least * target < 1:
            continue
        at = [threshold_at(other, target) for other in reversed(strangers)]
        supported = least / draws * target >= RULE_OF_THREE
        rate, miss = _share(strangers, at), 1 - _share(hits, at)
        points.append(OperatingPoint(target, float(np.mean(at)), rate, miss, supported))
    right = [half.right[half.enrolled] for half in halves]
    rank_one = float(np.mean(np.concatenate(right))) if mated else None
    return Identification(mated, nonmated, rank_one, points)


def fixed_identification(
    found: Searches, target: float, threshold: float, *, margin: float, draws: int
) -> OperatingPoint:
    """What a threshold that is given reaches here, a near tie being nobody; nobody was fitted."""
    strangers = found.strangers(margin)
    return OperatingPoint(
        target,
        threshold,
        rate_at(strangers, threshold),
        1 - rate_at(found.hits(margin), threshold),
        strangers.size / draws * target >= RULE_OF_THREE,
    )


def roc_rows(
    genuine: Distances, impostor: Distances, *, most: int = 1000
) -> list[tuple[float, float, float]]:
    """(threshold, FMR, FNMR) at up to `most` thresholds spread evenly over the distances seen."""
    seen = np.unique(np.concatenate([genuine, impostor]))
    if seen.size > most:
        seen = seen[np.linspace(0, seen.size - 1, most).round().astype(int)]
    return list(
        zip(*(row.tolist() for row in (seen, *_both(genuine, impostor, seen))), strict=True)
    )


def equal_error(genuine: Distances, impostor: Distances) -> float | None:
    """Where FMR and FNMR meet: the smallest of their larger one, over all thresholds."""
    if not genuine.size or not impostor.size:
        return None
    fmr, fnmr = _both(genuine, impostor, np.unique(genuine))
    return float(np.min(np.maximum(fmr, fnmr)))


def _both(genuine: Distances, impostor: Distances, at: Distances) -> tuple[Distances, Distances]:
    """FMR and FNMR at each of the thresholds; NaN where there is nothing to count."""
    return (
        np.searchsorted(np.sort(impostor), at, side="right") / (impostor.size or math.nan),
        1 - np.searchsorted(np.sort(genuine), at, side="right") / (genuine.size or math.nan),
    )


def _share(groups: Sequence[Distances], thresholds: Sequence[float]) -> float:
    """The share of all distances that lie within the threshold of their group."""
    within = sum(int((g <= at).sum()) for g, at in zip(groups, thresholds, strict=True))
    return within / max(sum(group.size for group in groups), 1)


def _point(target: float, impostor: Distances, miss: float) -> OperatingPoint:
    threshold = threshold_at(impostor, target)
    supported = impostor.size * target >= RULE_OF_THREE
    return OperatingPoint(target, threshold, rate_at(impostor, threshold), miss, supported)
