"""The results of `lookin faces …` as plain data (for --json) and as text for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lookin.core.faces.evaluation.error_rates import RULE_OF_THREE, OperatingPoint, Verification
from lookin.core.faces.evaluation.measurement import FOLDS, Measurement, Plan, SearchRates
from lookin.core.faces.evaluation.photographs import Acquired
from lookin.core.faces.words import SENTENCES

Report = dict[str, Any]
LISTED = 20


def pictures(acquired: Acquired) -> Report:
    """How many pictures gave an embedding, and every one that did not, with its problem."""
    unusable = {str(file): problem for file, problem in sorted(acquired.problems.items())}
    total = len(acquired.embeddings) + len(unusable)
    share = len(unusable) / total if total else 0.0
    return {"total": total, "unusable": unusable, "failure_to_acquire": share}


def plain(found: Verification | OperatingPoint) -> Report:
    """Rates as plain data."""
    return asdict(found)


def measured(people: int, plan: Plan, acquired: Acquired, found: Measurement) -> Report:
    """All that a gallery showed, as plain data."""
    return {
        "people": people,
        "pictures": pictures(acquired),
        "enrol": plan.enrol,
        "probe": plan.probe,
        "draws": found.draws,
        "enrolled": found.enrolled,
        "probers": found.probers,
        "left_out": {"people": found.left_out.people, "probes": found.left_out.probes},
        "verification": plain(found.rates) | {"calibrated": [plain(p) for p in found.calibrated]},
        "identification": [_searched(rates) for rates in found.searches],
    }


def _searched(found: SearchRates) -> Report:
    return {
        "people": found.people,
        "whole": found.whole,
        **asdict(found.rates),
        "calibrated": plain(found.calibrated) if found.calibrated else None,
    }


def comparison(result: Report) -> str:
    """The answer of `faces compare`."""
    verdict = "the same person" if result["same"] else "two people"
    fmr = result["fmr_of_threshold"]
    source = "your own calibration" if result["own"] else "press photographs; see docs/faces.md"
    meaning = (
        f"{fmr:.1e} of strangers' pictures come this near ({source})"
        if fmr is not None
        else "its rate of false matches was not measured"
    )
    return (
        f"distance   {result['distance']:.4f}\n"
        f"verdict    {verdict}\n"
        f"threshold  {result['threshold']:g}: {meaning}"
    )


def evaluation(report: Report) -> str:
    """The answer of `faces evaluate`."""
    lines = [*_heading(report), *_unusable(report), "", *_verification(report)]
    if "identification" in report:
        lines += ["", *_identification(report["identification"])]
    return "\n".join(lines)


def calibrated(report: Report) -> str:
    """The answer of `faces calibrate`."""
    curve = report["calibration"]["several"]
    return "\n".join(
        [
            f"{report['recogniser']}: {report['people']} people",
            *_unusable(report),
            "",
            "Templates against probes of three pictures:",
            f"{'FMR':>9} {'distance':>10}",
            *(f"{rate:>9.0e} {distance:>10.4f}" for distance, rate in curve),
            "",
            f"The calibration is in {report['written']}. The people of this folder were used to"
            " make it: judge it with `lookin faces evaluate` on other people.",
        ]
    )


def _heading(report: Report) -> list[str]:
    if "pairs" in report:
        left = report["left_out"]
        return [
            f"{report['pairs']} pairs",
            f"{left['genuine']} pairs of one person and {left['impostor']} of two could not be"
            " compared, because a picture was unusable",
        ]
    left = report["left_out"]
    return [
        f"{report['people']} people; {report['enrolled']} of them have {report['enrol']} pictures"
        f" for a template and {report['probe']} more; probes of {report['probe']}, by"
        f" {report['probers']} people; {report['draws']} draws of the pictures",
        f"because of unusable pictures {left['people']} people could not be enrolled and"
        f" {left['probes']} probes were not used (first draw)",
    ]


def _unusable(report: Report) -> list[str]:
    found = report["pictures"]
    unusable = found["unusable"]
    lines = [
        f"{found['total']} pictures, {len(unusable)} unusable"
        f" (failure to acquire {found['failure_to_acquire']:.2%})"
    ]
    for file, problem in list(unusable.items())[:LISTED]:
        lines.append(f"  {file}: {SENTENCES[problem]}")
    if len(unusable) > LISTED:
        lines.append(f"  and {len(unusable) - LISTED} more (--json lists all)")
    return lines


def _verification(report: Report) -> list[str]:
    rates = report["verification"]
    equal = rates["equal_error_rate"]
    lines = [
        f"Verification: {rates['genuine']} comparisons of one person, {rates['impostor']} of two",
        f"equal error rate {equal:.2%}" if equal is not None else "no equal error rate",
        "",
    ]
    if "calibrated" not in rates:
        lines.append("Thresholds fitted on these very pairs:")
        return lines + _points(rates["points"], ("FMR", "FNMR"))
    lines.append(
        f"Thresholds fitted on other people (each fifth of the people is judged at that of the"
        f" other {FOLDS - 1} fifths):"
    )
    lines += _points(rates["points"], ("FMR", "FNMR"))
    if rates["calibrated"]:
        lines += ["", "The calibrated thresholds, which no picture of this folder has changed:"]
        lines += _points(rates["calibrated"], ("FMR", "FNMR"))
    return lines


def _identification(sizes: list[Report]) -> list[str]:
    if not sizes:
        return ["Identification: too few people (20 are the least, half of them strangers)"]
    lines = [
        "Identification of strangers (FPIR) and of the people of a gallery (FNIR). Thresholds"
        " fitted on the other half of the people:",
    ]
    for size in sizes:
        rank_one = f"{size['rank_one']:.2%}" if size["rank_one"] is not None else "none"
        filled = "" if size["whole"] == size["people"] else f" ({size['whole']} of them whole)"
        lines += [
            "",
            f"{size['people']} people{filled}: {size['mated']} searches by people of the gallery,"
            f" {size['nonmated']} by strangers; rank-1 {rank_one}",
            *_points(size["points"], ("FPIR", "FNIR")),
        ]
        if size["calibrated"]:
            lines.append("at the calibrated threshold and margin:")
            lines += _points([size["calibrated"]], ("FPIR", "FNIR"))
    if any(size["whole"] != size["people"] for size in sizes):
        lines += [
            "",
            "Not whole: people with fewer pictures, who fill the gallery up and are not searched"
            " for. Their templates attract fewer strangers.",
        ]
    return lines


def _points(points: list[Report], names: tuple[str, str]) -> list[str]:
    """A row per operating point, with a mark where there were too few impostors to be sure."""
    if not points:
        return ["too few comparisons for any rate"]
    lines = [f"{names[0] + ' at most':>12} {'threshold':>10} {names[0]:>9} {names[1]:>9}"]
    for point in points:
        mark = "" if point["supported"] else " *"
        lines.append(
            f"{point['target']:>12.0e} {point['threshold']:>10.4f}"
            f" {point['rate']:>9.1e} {point['miss']:>9.2%}{mark}"
        )
    if not all(point["supported"] for point in points):
        lines.append(
            f"* too few strangers for this rate at 95 % confidence: it takes {RULE_OF_THREE}"
            " divided by the rate, and independent ones (rule of three)"
        )
    return lines
