"""`lookin faces evaluate` and `lookin faces calibrate`: measure on somebody's own pictures.

Only the command line's half: what is measured is core/faces, the words are faces_report.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lookin.core.faces.evaluation import error_rates, measurement, scoring, trials
from lookin.core.faces.evaluation.photographs import Acquired, embed_files
from lookin.core.faces.rates import calibration
from lookin.core.faces.rates.measured import BUILT_IN
from lookin.core.faces.recognisers.description import CALIBRATION, Description, read_description
from lookin.core.lib.files import disk_error, write_atomic
from lookin.site import faces_plot, faces_report

MISUSED = 2
INTERRUPTED = 130


@dataclass(frozen=True)
class Place:
    """Where the models lie, and where a recogniser of the operator's own may lie."""

    models: Path
    recogniser: Path

    def own(self) -> Description | None:
        """The operator's own recogniser. Raises RecogniserError when it cannot be used."""
        return read_description(self.recogniser)


def calibration_of(own: Description | None) -> calibration.Calibration | None:
    """The measured rates of the recogniser in use; None for an own one without any yet."""
    return BUILT_IN if own is None else own.calibration


def evaluate(arguments: argparse.Namespace, place: Place) -> int:
    """Measure error rates on a list of pairs or on a gallery folder."""
    if (arguments.pairs is None) == (arguments.gallery is None):
        _complain("Name either a CSV of pairs or --gallery and a folder.")
        return MISUSED
    work = _evaluate_pairs if arguments.gallery is None else _evaluate_gallery
    return _run(lambda: work(arguments, place), arguments.json, faces_report.evaluation)


def calibrate(arguments: argparse.Namespace, place: Place) -> int:
    """Measure the calibration of the operator's own recogniser and write it beside it."""
    own = place.own()
    if own is None:
        _complain(
            "There is no recogniser of your own to calibrate; the built-in one is calibrated."
            f" Its files belong into {place.recogniser} (see docs/how-to/own-recogniser.md)."
        )
        return MISUSED
    return _run(lambda: _calibrate(arguments, place, own), arguments.json, faces_report.calibrated)


def _run(
    work: Callable[[], faces_report.Report],
    as_json: bool,
    words: Callable[[faces_report.Report], str],
) -> int:
    try:
        report = work()
    except trials.TrialsError as error:
        _complain(error.sentence())
        return MISUSED
    except KeyboardInterrupt:
        _complain("\nStopped. Nothing was written.")
        return INTERRUPTED
    sys.stdout.write((json.dumps(report, indent=2) if as_json else words(report)) + "\n")
    sys.stdout.flush()
    return 0


def _evaluate_pairs(arguments: argparse.Namespace, place: Place) -> faces_report.Report:
    pairs = trials.read_pairs(arguments.pairs)
    files = [file for pair in pairs for file in (pair.one, pair.two)]
    acquired = _acquire(files, place.models, place.own(), arguments)
    scores = scoring.score_pairs(pairs, acquired.embeddings)
    _write_curve(arguments, scores.genuine, scores.impostor)
    return {
        "pairs": len(pairs),
        "pictures": faces_report.pictures(acquired),
        "left_out": {"genuine": scores.genuine_left_out, "impostor": scores.impostor_left_out},
        "verification": faces_report.plain(
            error_rates.verification(scores.genuine, scores.impostor)
        ),
    }


def _evaluate_gallery(arguments: argparse.Namespace, place: Place) -> faces_report.Report:
    gallery = trials.read_gallery(arguments.gallery)
    plan = measurement.Plan(arguments.enrol, arguments.probe, arguments.fpir)
    measurement.check_plan(gallery, plan)
    own = place.own()
    files = [file for files in gallery.values() for file in files]
    acquired = _acquire(files, place.models, own, arguments)
    found = measurement.measure(gallery, acquired.embeddings, plan, calibration_of(own))
    compared = found.comparisons
    _write_curve(
        arguments, compared.distances[compared.genuine], compared.distances[~compared.genuine]
    )
    return faces_report.measured(len(gallery), plan, acquired, found)


def _calibrate(
    arguments: argparse.Namespace, place: Place, own: Description
) -> faces_report.Report:
    out = arguments.out or place.recogniser / CALIBRATION
    gallery = trials.read_gallery(arguments.gallery)
    measurement.check_plan(gallery, measurement.Plan(arguments.enrol, calibration.SEVERAL, 1e-3))
    _check_place(out)
    files = [file for files in gallery.values() for file in files]
    acquired = _acquire(files, place.models, own, arguments)
    made = measurement.calibrate(gallery, acquired.embeddings, enrol=arguments.enrol)
    plain = {"model_sha256": own.sha256, **calibration.to_plain(made)}
    write_atomic(out, (json.dumps(plain, indent=1) + "\n").encode())
    return {
        "people": len(gallery),
        "pictures": faces_report.pictures(acquired),
        "recogniser": own.full_name,
        "written": str(out),
        "calibration": plain,
    }


def _acquire(
    files: list[Path], models: Path, own: Description | None, arguments: argparse.Namespace
) -> Acquired:
    return embed_files(files, models, jobs=arguments.jobs, progress=_bar(), own=own)


def _write_curve(
    arguments: argparse.Namespace, genuine: error_rates.Distances, impostor: error_rates.Distances
) -> None:
    rows = error_rates.roc_rows(genuine, impostor)
    if arguments.out is not None:
        lines = [f"{t:.6f},{_cell(fmr)},{_cell(fnmr)}" for t, fmr, fnmr in rows]
        _check_place(arguments.out)
        write_atomic(arguments.out, "\n".join(["threshold,fmr,fnmr", *lines, ""]).encode())
    if arguments.plot is not None:
        _check_place(arguments.plot)
        drawn = faces_plot.error_curve({"": [(fmr, fnmr) for _, fmr, fnmr in rows]})
        write_atomic(arguments.plot, drawn.encode())


def _check_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise disk_error(FileNotFoundError(2, os.strerror(2)))


def _cell(rate: float) -> str:
    return "" if math.isnan(rate) else f"{rate:.8g}"


def _bar() -> Callable[[int, int], None]:
    """A progress bar on standard error: redrawn on a terminal, a line per tenth elsewhere."""
    alive, last = sys.stderr.isatty(), [0.0]

    def draw(done: int, total: int) -> None:
        if alive and (time.monotonic() - last[0] > 0.1 or done == total):
            last[0] = time.monotonic()
            filled = "█" * (30 * done // total)
            sys.stderr.write(f"\r{filled:░<30} {done}/{total}" + ("\n" if done == total else ""))
        elif not alive and (10 * done // total) > (10 * (done - 1) // total):
            sys.stderr.write(f"{done}/{total} pictures\n")
        sys.stderr.flush()

    return draw


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
