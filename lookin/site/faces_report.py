"""The results of `lookin faces …` as plain data (for --json) and as text for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lookin.core.faces.evaluation import RULE_OF_THREE, Identification, Verification
from lookin.core.faces.photographs import Acquired
from lookin.core.faces.words import SENTENCES

Report = dict[str, Any]
LISTED = 20


def pictures(acquired: Acquired) -> Report:
    """How many pictures gave an embedding, and every one that did not, with its problem."""
    unusable = {str(file): problem for file, problem in sorted(acquired.problems.items())}
    total = len(acquired.embeddings) + len(unusable)
    share = len(unusable) / total if total else 0.0
    return {"total": total, "unusable": unusable, "failure_to_acquire": share}


def verification(rates: Verification) -> Report:
    """One-to-one rates as plain data."""
    return asdict(rates)


def identification(rates: Identification) -> Report:
    """Search rates as plain data."""
    return asdict(rates)


def comparison(result: Report) -> str:
    """The answer of `faces compare`."""
    verdict = "the same person" if result["same"] else "two people"
    fmr = result["fmr_of_threshold"]
    meaning = (
        f"{fmr:.1e} of strangers' pictures come this near (press photographs; see docs/faces.md)"
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
    lines = [*_heading(report), *_unusable(report), ""]
    lines += _verification(report["verification"])
    if "identification" in report:
        lines += ["", *_identification(report["identification"], report["galleries"])]
    return "\n".join(lines)


def _heading(report: Report) -> list[str]:
    if "pairs" in report:
        left = report["left_out"]
        return [
            f"{report['pairs']} pairs",
            f"{left['genuine']} pairs of one person and {left['impostor']} of two could not be"
            " compared, because a picture was unusable",
        ]
    return [
        f"{report['people']} people; templates of up to {report['enrol']} pictures, probes of"
        f" {report['probe']}; two folds, half of the people held out as strangers in each",
        f"{report['not_enrolled']} people could not be enrolled and"
        f" {report['left_out']['probes']} probes not used, because of unusable pictures",
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


def _verification(rates: Report) -> list[str]:
    equal = rates["equal_error_rate"]
    lines = [
        f"Verification: {rates['genuine']} comparisons of one person, {rates['impostor']} of two",
        f"equal error rate {equal:.2%}" if equal is not None else "no equal error rate",
    ]
    return lines + _points(rates["points"], ("FMR", "FNMR"), rates["impostor"])


def _identification(rates: Report, galleries: list[int]) -> list[str]:
    sizes = " and ".join(str(size) for size in galleries)
    rank_one = rates["rank_one"]
    lines = [
        f"Identification among {sizes} people: {rates['mated']} searches by people of the gallery,"
        f" {rates['nonmated']} by strangers",
        f"rank-1 {rank_one:.2%}" if rank_one is not None else "no rank-1",
    ]
    return lines + _points(rates["points"], ("FPIR", "FNIR"), rates["nonmated"])


def _points(points: list[Report], names: tuple[str, str], impostors: int) -> list[str]:
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
            f"* {impostors} impostor trials are too few for this rate at 95 % confidence:"
            f" it takes {RULE_OF_THREE} divided by the rate, and independent ones (rule of three)"
        )
    return lines
