"""From a rate of errors to a distance: what was measured of one recogniser, and read between.

Pure. The built-in recogniser's numbers stand in measured.py; measuring is the part evaluation.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

# Pictures of the probes that "several" was measured with. Two count as several, too: their mean
# lies nearer to strangers than one picture does, and the curve of three is the stricter one.
SEVERAL = 3
MOST_POINTS = 200
# Rates differ between groups of people, up to threefold between the halves of those we measured: so
# the distance taken is that of half the rate asked for.
SAFETY = 2


@dataclass(frozen=True)
class MeasuredRate:
    """At `distance`: the share of impostors that match, of single comparisons or of searches.

    `miss`: the share of the right people refused there, where it was measured too.
    """

    distance: float
    rate: float
    miss: float | None = None


Curve = tuple[MeasuredRate, ...]


@dataclass(frozen=True)
class SearchCurve:
    """Rates of a stranger being taken for anybody at all, in a gallery of so many people."""

    gallery: int
    points: Curve


@dataclass(frozen=True)
class Calibration:
    """One recogniser's measured rates, in its own distances. Curves rise with the distance.

    pair: one picture against one. one, several: a template of five pictures against a probe of
    one and of three pictures. search_one, search_several: the same in galleries, smallest first.
    margin: how much further away the second person must be; alike: a template nearer than this to
    another is worth a warning; spread: how far a frame may lie from the others of one person.
    """

    pair: Curve
    one: Curve
    several: Curve
    search_one: tuple[SearchCurve, ...]
    search_several: tuple[SearchCurve, ...]
    margin: float
    alike: float
    spread: float

    def compare_threshold(self, fmr: float) -> float:
        """The distance within which two single pictures match, at this false match rate."""
        return distance_at(fmr, self.pair)

    def verify_threshold(self, fmr: float, *, probes: int) -> float:
        """The distance within which a probe of so many frames matches one template."""
        return distance_at(fmr / SAFETY, self.several if probes > 1 else self.one)

    def identify_threshold(self, fpir: float, *, gallery: int, probes: int) -> float:
        """The distance of the nearest within which a search of `gallery` people matches.

        Between measured galleries it is read on a logarithmic scale; beyond the largest, every
        further person counts as one more chance, which is the most that they can add.
        """
        curves = self.search_several if probes > 1 else self.search_one
        size = max(gallery, 1)
        fpir /= SAFETY
        # Where a curve is read beyond its end, a larger gallery's may lie above a smaller one's.
        at = list(accumulate((distance_at(fpir, curve.points) for curve in curves), min))
        sizes = [curve.gallery for curve in curves]
        if size >= sizes[-1]:
            return min(at[-1], distance_at(fpir * sizes[-1] / size, curves[-1].points))
        above = bisect_left(sizes, size)
        below = max(above - 1, 0)
        if above == below:
            return at[above]
        share = math.log(size / sizes[below]) / math.log(sizes[above] / sizes[below])
        return at[below] * (1 - share) + at[above] * share


def distance_at(rate: float, curve: Curve) -> float:
    """The distance at which a rate is reached, read on a logarithmic scale.

    Below the lowest measured rate the curve goes on as steeply as it ended; above the highest it
    stops there, for nobody needs a worse check. Raises ValueError for a rate that is none.
    """
    if not 0 < rate <= 1:
        raise ValueError("a rate is more than 0 and at most 1")
    if rate >= curve[-1].rate:
        return curve[-1].distance
    above = next(i for i, point in enumerate(curve) if point.rate > rate)
    low, high = curve[max(above - 1, 0)], curve[max(above, 1)]
    share = math.log(rate / low.rate) / math.log(high.rate / low.rate)
    return max(0.0, low.distance + share * (high.distance - low.distance))


def rate_at(distance: float, curve: Curve) -> float | None:
    """The rate at a distance, read the same way. None outside: it was not measured there."""
    if not curve[0].distance <= distance <= curve[-1].distance:
        return None
    above = next(i for i, point in enumerate(curve) if point.distance >= distance)
    low, high = curve[max(above - 1, 0)], curve[max(above, 1)]
    share = (distance - low.distance) / (high.distance - low.distance)
    return math.exp(math.log(low.rate) * (1 - share) + math.log(high.rate) * share)


def from_plain(plain: Mapping[str, Any]) -> Calibration:
    """The calibration in plain JSON data (see `to_plain`). Raises ValueError in words."""
    try:
        return Calibration(
            pair=_curve(plain["pair"]),
            one=_curve(plain["one"]),
            several=_curve(plain["several"]),
            search_one=_searches(plain["search_one"]),
            search_several=_searches(plain["search_several"]),
            margin=_positive(plain["margin"]),
            alike=_positive(plain["alike"]),
            spread=_positive(plain["spread"]),
        )
    except KeyError as error:
        raise ValueError(f"the calibration lacks {error.args[0]}") from error
    except (TypeError, IndexError) as error:
        raise ValueError("the calibration is not made of numbers as it should be") from error


def to_plain(calibration: Calibration) -> dict[str, Any]:
    """Plain JSON data: a curve is a list of [distance, rate], a search {gallery, points}."""
    plain: dict[str, Any] = {
        name: _plain_curve(getattr(calibration, name)) for name in ("pair", "one", "several")
    }
    for name in ("search_one", "search_several"):
        plain[name] = [
            {"gallery": curve.gallery, "points": _plain_curve(curve.points)}
            for curve in getattr(calibration, name)
        ]
    return plain | {name: getattr(calibration, name) for name in ("margin", "alike", "spread")}


def _plain_curve(curve: Curve) -> list[list[float]]:
    return [[point.distance, point.rate] for point in curve]


def _curve(rows: Sequence[Sequence[float]]) -> Curve:
    if not 2 <= len(rows) <= MOST_POINTS:
        raise ValueError(f"a curve has from 2 to {MOST_POINTS} points")
    curve = tuple(MeasuredRate(_positive(row[0]), _positive(row[1])) for row in rows)
    for low, high in pairwise(curve):
        if not (low.distance < high.distance and low.rate < high.rate <= 1):
            raise ValueError("a curve must rise from point to point, to a rate of 1 at most")
    return curve


def _searches(rows: Sequence[Mapping[str, Any]]) -> tuple[SearchCurve, ...]:
    if not 1 <= len(rows) <= MOST_POINTS:
        raise ValueError("there must be searches of at least one size of gallery")
    curves = tuple(SearchCurve(int(row["gallery"]), _curve(row["points"])) for row in rows)
    sizes = [curve.gallery for curve in curves]
    if sizes[0] < 1 or sizes != sorted(set(sizes)):
        raise ValueError("the galleries of the searches must grow")
    return curves


def _positive(number: Any) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise TypeError
    value = float(number)
    if not 0 < value < math.inf:
        raise ValueError("the calibration holds a number that is not above 0")
    return value
