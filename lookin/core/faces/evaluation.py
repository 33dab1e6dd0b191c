"""Error rates from distances: verification (FMR, FNMR, ROC) and open-set identification. Pure.

Terms of ISO/IEC 19795-1. A comparison matches at a distance of at most the threshold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.float64]
FMR_POINTS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
FPIR_POINTS = (1e-1, 1e-2, 1e-3)
# 3/n is the upper 95 % bound of a rate when none of n independent trials erred.
RULE_OF_THREE = 3


@dataclass(frozen=True)
class OperatingPoint:
    """One threshold. `target` is the rate asked for, `rate` the one that was reached.

    `miss` is the share of the right people refused there (FNMR or FNIR). `supported`: whether
    there were at least 3/target impostor trials, the least that could show such a rate at 95 %.
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
class Probe:
    """One search of a gallery: distance of the nearest person, and of the right one if enrolled."""

    nearest: float
    own: float | None


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
    ranked = np.sort(impostor)
    allowed = math.floor(target * ranked.size + 1e-9)
    if allowed >= ranked.size:
        return float(ranked[-1])
    return float(np.nextafter(ranked[allowed], -math.inf))


def verification(genuine: Distances, impostor: Distances) -> Verification:
    """The rates at the standard FMR points that this many impostors can express at all."""
    points = [
        _point(target, impostor, 1 - rate_at(genuine, threshold_at(impostor, target)))
        for target in FMR_POINTS
        if genuine.size and impostor.size * target >= 1
    ]
    return Verification(genuine.size, impostor.size, _equal_error(genuine, impostor), points)


def identification(probes: Sequence[Probe]) -> Identification:
    """Open-set rates: FPIR over the strangers, FNIR and rank-1 over the people of the gallery.

    A mated probe is missed when the right person is not the nearest or lies beyond the threshold.
    """
    strangers = np.array([p.nearest for p in probes if p.own is None])
    mated = [p for p in probes if p.own is not None]
    # A probe whose nearest person is another one can never be a hit.
    hits = np.array([p.own if p.own == p.nearest else math.inf for p in mated], np.float64)
    points = [
        _point(target, strangers, 1 - rate_at(hits, threshold_at(strangers, target)))
        for target in FPIR_POINTS
        if mated and strangers.size * target >= 1
    ]
    rank_one = float(np.mean(np.isfinite(hits))) if mated else None
    return Identification(len(mated), strangers.size, rank_one, points)


def roc_rows(
    genuine: Distances, impostor: Distances, *, most: int = 1000
) -> list[tuple[float, float, float]]:
    """(threshold, FMR, FNMR) at up to `most` thresholds spread evenly over the distances seen."""
    seen = np.unique(np.concatenate([genuine, impostor]))
    if seen.size > most:
        seen = seen[np.linspace(0, seen.size - 1, most).round().astype(int)]
    return [(float(t), rate_at(impostor, t), 1 - rate_at(genuine, t)) for t in seen]


def _point(target: float, impostor: Distances, miss: float) -> OperatingPoint:
    threshold = threshold_at(impostor, target)
    supported = impostor.size * target >= RULE_OF_THREE
    return OperatingPoint(target, threshold, rate_at(impostor, threshold), miss, supported)


def _equal_error(genuine: Distances, impostor: Distances) -> float | None:
    """Where FMR and FNMR meet: the smallest of their larger one, over all thresholds."""
    if not genuine.size or not impostor.size:
        return None
    seen = np.unique(np.concatenate([genuine, impostor]))
    fmr = np.searchsorted(np.sort(impostor), seen, side="right") / impostor.size
    fnmr = 1 - np.searchsorted(np.sort(genuine), seen, side="right") / genuine.size
    return float(np.min(np.maximum(fmr, fnmr)))
