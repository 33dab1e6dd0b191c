"""All that is measured on a gallery of people: repeated draws, folds, sizes of gallery. Pure.

Not for a list of pairs, of which nobody knows the people (error_rates.verification).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lookin.core.faces.evaluation import error_rates, scoring, trials
from lookin.core.faces.evaluation.error_rates import (
    Comparisons,
    Identification,
    OperatingPoint,
    Verification,
)
from lookin.core.faces.rates.calibration import (
    SEVERAL,
    Calibration,
    Curve,
    MeasuredRate,
    SearchCurve,
    distance_at,
)

FOLDS = 5
MOST_DRAWS = 10
# Bounds memory: so many comparisons over all draws, and never more than one draw above it.
MOST_COMPARISONS = 20_000_000
SIZES = (10, 30, 100, 300, 1000, 3000)
CALIBRATED_FMRS = (1e-3, 1e-4, 1e-5)
CURVE_RATES = (1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
SEARCH_RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
# Of the right people so few may be so undecided between two that the name is asked for.
UNDECIDED = 1e-3
# Templates nearer than where so many strangers come are worth a warning at enrolment; a frame of
# an enrolment may lie as far off as so many strangers do not.
ALIKE_FMR, SPREAD_FMR = 1e-3, 1e-2

Gallery = Mapping[str, Sequence[Path]]


@dataclass(frozen=True)
class Plan:
    """What is asked for: pictures a template and a probe, and the rate for strangers."""

    enrol: int
    probe: int
    fpir: float


@dataclass(frozen=True)
class SearchRates:
    """Searching galleries of one size. `whole`: how many of the people had all their pictures.

    `rates`: thresholds from the other half of the people. `calibrated`: the built-in threshold.
    """

    people: int
    whole: int
    rates: Identification
    calibrated: OperatingPoint | None


@dataclass(frozen=True)
class Measurement:
    """What a gallery shows. The folds of `rates` are disjoint in people, as `searches`' halves."""

    draws: int
    enrolled: int
    probers: int
    left_out: scoring.LeftOut
    rates: Verification
    calibrated: list[OperatingPoint]
    searches: list[SearchRates]
    comparisons: Comparisons


def check_plan(gallery: Gallery, plan: Plan) -> None:
    """Raise TrialsError when nobody has pictures enough; before any picture is read."""
    _draws(gallery, plan)


def measure(
    gallery: Gallery, embeddings: scoring.Embeddings, plan: Plan, calibration: Calibration | None
) -> Measurement:
    """Enrol, compare and search, `MOST_DRAWS` times with other pictures. Raises TrialsError.

    Without a calibration nothing is said of given thresholds.
    """
    draws = _draws(gallery, plan)
    scored = [scoring.score_comparisons(draw, embeddings, folds=FOLDS) for draw in draws]
    found = scoring.pool_comparisons(part for part, _ in scored)
    thresholds = (
        {fmr: calibration.verify_threshold(fmr, probes=plan.probe) for fmr in CALIBRATED_FMRS}
        if calibration
        else {}
    )
    return Measurement(
        draws=len(draws),
        enrolled=len(draws[0].enrolled),
        probers=len({name for name, _ in draws[0].probes}),
        left_out=scored[0][1],
        rates=error_rates.cross_verification(found, folds=FOLDS, draws=len(draws)),
        calibrated=error_rates.fixed_verification(found, thresholds, draws=len(draws)),
        searches=_search_all(gallery, embeddings, plan, calibration),
        comparisons=found,
    )


def _draws(gallery: Gallery, plan: Plan) -> list[trials.Draw]:
    first = trials.draw_comparisons(gallery, enrol=plan.enrol, probe=plan.probe, number=0)
    if not first.enrolled:
        raise trials.TrialsError(
            "Nobody has enough pictures to be enrolled and looked for.",
            "A person needs {enrol} pictures for the template and {probe} more. "
            "Take smaller numbers for --enrol and --probe, or add pictures.",
            values={"enrol": plan.enrol, "probe": plan.probe},
        )
    each = max(len(first.enrolled) * len(first.probes), 1)
    more = min(MOST_DRAWS, max(1, MOST_COMPARISONS // each))
    return [
        first,
        *(
            trials.draw_comparisons(gallery, enrol=plan.enrol, probe=plan.probe, number=number)
            for number in range(1, more)
        ),
    ]


def _search_all(
    gallery: Gallery, embeddings: scoring.Embeddings, plan: Plan, calibration: Calibration | None
) -> list[SearchRates]:
    halves = [
        {name: files for name, files in gallery.items() if trials.fold_of(name, 2) == half}
        for half in (0, 1)
    ]
    found = [_search(halves, embeddings, plan, calibration, people) for people in SIZES]
    return [rates for rates in found if rates is not None]


def _search(
    halves: Sequence[Gallery],
    embeddings: scoring.Embeddings,
    plan: Plan,
    calibration: Calibration | None,
    people: int,
) -> SearchRates | None:
    """Searches of galleries of so many people in both halves, or None if one has too few."""
    drawn = [
        [
            trials.draw_search(
                half, enrol=plan.enrol, probe=plan.probe, people=people, number=number
            )
            for number in range(MOST_DRAWS)
        ]
        for half in halves
    ]
    draws = [[draw for draw in half if draw is not None] for half in drawn]
    if not all(draws):
        return None
    scored = [
        scoring.pool_searches(scoring.score_searches(draw, embeddings) for draw in half)
        for half in draws
    ]
    first = draws[0][0].enrolled.values()
    return SearchRates(
        people,
        sum(len(files) == plan.enrol for files in first),
        error_rates.cross_identification(scored, draws=MOST_DRAWS),
        _at_calibrated(scoring.pool_searches(scored), plan, calibration, people),
    )


def _at_calibrated(
    found: error_rates.Searches, plan: Plan, calibration: Calibration | None, people: int
) -> OperatingPoint | None:
    if calibration is None:
        return None
    threshold = calibration.identify_threshold(plan.fpir, gallery=people, probes=plan.probe)
    return error_rates.fixed_identification(
        found, plan.fpir, threshold, margin=calibration.margin, draws=MOST_DRAWS
    )


def calibrate(gallery: Gallery, embeddings: scoring.Embeddings, *, enrol: int) -> Calibration:
    """What a gallery says of the recogniser that made the embeddings, all people in one.

    Not for judging those people: thresholds from it are fitted on them. Raises TrialsError.
    """
    curves = {
        "pair": _curve(gallery, embeddings, Plan(1, 1, 1)),
        "one": _curve(gallery, embeddings, Plan(enrol, 1, 1)),
        "several": _curve(gallery, embeddings, Plan(enrol, SEVERAL, 1)),
    }
    ones = _searches_of(gallery, embeddings, Plan(enrol, 1, 1))
    several = _searches_of(gallery, embeddings, Plan(enrol, SEVERAL, 1))
    undecided = [found.second - found.nearest for found in several.values()]
    hits = np.concatenate(
        [gap[found.right] for gap, found in zip(undecided, several.values(), strict=True)]
    )
    if not hits.size:
        raise _too_few()
    return Calibration(
        **curves,
        search_one=_search_curves(ones),
        search_several=_search_curves(several),
        margin=float(np.quantile(hits, UNDECIDED)),
        alike=distance_at(ALIKE_FMR, curves["several"]),
        spread=distance_at(SPREAD_FMR, curves["one"]),
    )


def _curve(gallery: Gallery, embeddings: scoring.Embeddings, plan: Plan) -> Curve:
    draws = _draws(gallery, plan)
    found = scoring.pool_comparisons(
        scoring.score_comparisons(draw, embeddings, folds=FOLDS)[0] for draw in draws
    )
    points = _rising(found.distances[~found.genuine], CURVE_RATES, len(draws))
    if len(points) < 2:
        raise _too_few()
    return points


def _searches_of(
    gallery: Gallery, embeddings: scoring.Embeddings, plan: Plan
) -> dict[int, error_rates.Searches]:
    """Searches by size of gallery, of the sizes for which there are people."""
    found = {}
    for people in (2, *SIZES):
        draws = [
            trials.draw_search(
                gallery, enrol=plan.enrol, probe=plan.probe, people=people, number=number
            )
            for number in range(MOST_DRAWS)
        ]
        drawn = [draw for draw in draws if draw is not None]
        if drawn:
            found[people] = scoring.pool_searches(
                scoring.score_searches(draw, embeddings) for draw in drawn
            )
    return found


def _search_curves(searches: Mapping[int, error_rates.Searches]) -> tuple[SearchCurve, ...]:
    """The curves of the galleries outside which there are strangers enough.

    A larger gallery is never given a looser distance, whatever the strangers of the day did.
    """
    curves: list[SearchCurve] = []
    least: dict[float, float] = {}
    for people, found in searches.items():
        points = _rising(found.strangers(), SEARCH_RATES, MOST_DRAWS)
        for point in points:
            least[point.rate] = min(point.distance, least.get(point.rate, point.distance))
        if len(points) > 1:
            lowered = (MeasuredRate(least[point.rate], point.rate) for point in points)
            curves.append(SearchCurve(people, tuple(lowered)))
    if not curves:
        raise _too_few()
    return tuple(curves)


def _rising(impostor: error_rates.Distances, rates: Sequence[float], draws: int) -> Curve:
    """The curve through the distances at those rates that so many impostors can show."""
    points: list[MeasuredRate] = []
    for rate in rates:
        if impostor.size / draws * rate < error_rates.RULE_OF_THREE:
            continue
        at = error_rates.threshold_at(impostor, rate)
        if not points or at > points[-1].distance:
            points.append(MeasuredRate(at, rate))
    return tuple(points)


def _too_few() -> trials.TrialsError:
    return trials.TrialsError(
        "There are too few people for a calibration.",
        "Some hundreds of people with several pictures each make a useful one.",
    )
