"""`lookin faces …`: fetch the models, compare two pictures, measure error rates.

Only the command line; the work is core/faces, and no page calls this.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import cast

from lookin.core.faces.comparison.matching import distance
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.evaluation.photographs import embed_file
from lookin.core.faces.models import prepare_models
from lookin.core.faces.rates.calibration import rate_at
from lookin.core.faces.words import SENTENCES
from lookin.site import faces_evaluation, faces_report
from lookin.site.env import read_options

Commands = argparse._SubParsersAction  # argparse gives it no public name
MISUSED = 2
# What `compare` calls one person: about one false match in a thousand pairs of strangers.
COMPARE_FMR = 1e-3


def add_commands(subparsers: Commands[argparse.ArgumentParser]) -> None:
    """Add `faces` and its commands to the command line."""
    text = "the face models, and how often they err"
    faces = subparsers.add_parser("faces", help=text, description=text)
    commands = faces.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_models(commands)
    _add_compare(commands)
    _add_evaluate(commands)
    _add_calibrate(commands)


def models(arguments: argparse.Namespace) -> int:
    """Fetch, verify and convert the models."""
    prepare_models(_folder(arguments), progress=_say)
    return 0


def compare(arguments: argparse.Namespace) -> int:
    """Print the distance of two pictures' faces and what it means."""
    place = _place(arguments)
    own = place.own()
    engine = FaceEngine.open(place.models, own=own)
    found = []
    for file in (arguments.one, arguments.two):
        problem, embedding = embed_file(engine, file)
        if embedding is None:
            _complain(f"{file.name}: {SENTENCES[problem or 'no_face']}")
            return MISUSED
        found.append(embedding)
    apart = distance(found[0], found[1])
    calibrated = faces_evaluation.calibration_of(own)
    threshold = arguments.threshold
    if threshold is None and calibrated is not None:
        threshold = round(calibrated.compare_threshold(COMPARE_FMR), 3)
    if threshold is None:
        _complain("Your own recogniser is not calibrated. Name a --threshold.")
        return MISUSED
    result = {
        "distance": round(apart, 4),
        "threshold": threshold,
        "same": apart <= threshold,
        "own": own is not None,
        "fmr_of_threshold": rate_at(threshold, calibrated.pair) if calibrated else None,
    }
    _say(json.dumps(result) if arguments.json else faces_report.comparison(result))
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure error rates on a list of pairs or on a gallery folder."""
    return faces_evaluation.evaluate(arguments, _place(arguments))


def calibrate(arguments: argparse.Namespace) -> int:
    """Measure the error rates of a recogniser of the operator's own."""
    return faces_evaluation.calibrate(arguments, _place(arguments))


def _place(arguments: argparse.Namespace) -> faces_evaluation.Place:
    home = cast(Path, read_options()["LOOKIN_HOME"])
    return faces_evaluation.Place(_folder(arguments), home / "recogniser")


def _folder(arguments: argparse.Namespace) -> Path:
    if arguments.folder is not None:
        return Path(arguments.folder)
    options = read_options()
    home, chosen = cast(Path, options["LOOKIN_HOME"]), cast(Path, options["LOOKIN_MODELS_DIR"])
    return home / "models" if chosen == Path() else chosen


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _add_models(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "fetch, verify and convert the face models"
    parser = commands.add_parser("models", help=text, description=text)
    _add_folder(parser)
    parser.set_defaults(run=models)


def _add_compare(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "the distance of the faces in two pictures, and whether they are of one person"
    parser = commands.add_parser("compare", help=text, description=text)
    parser.add_argument("one", type=Path, metavar="A.jpg")
    parser.add_argument("two", type=Path, metavar="B.jpg")
    parser.add_argument(
        "--threshold",
        type=_distance,
        help="the greatest distance that counts as one person (default: that of a false match"
        " rate of 1e-3)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    _add_folder(parser)
    parser.set_defaults(run=compare)


def _add_evaluate(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "error rates on your own pictures, from a list of pairs or a folder per person"
    parser = commands.add_parser("evaluate", help=text, description=text)
    parser.add_argument(
        "pairs", type=Path, nargs="?", metavar="PAIRS.csv", help="columns: file1,file2,same"
    )
    parser.add_argument("--gallery", type=Path, metavar="DIR", help="a folder per person")
    _add_enrol(parser)
    parser.add_argument(
        "--probe", type=_count, default=1, help="pictures per probe (default %(default)s)"
    )
    parser.add_argument(
        "--fpir",
        type=_rate,
        default=1e-3,
        help="the rate of LOOKIN_FACE_FPIR to judge the built-in thresholds at"
        " (default %(default)s)",
    )
    parser.add_argument("--out", type=Path, metavar="ROC.csv", help="write the ROC here")
    parser.add_argument("--plot", type=Path, metavar="ROC.svg", help="draw the ROC here")
    _add_work(parser)
    parser.set_defaults(run=evaluate)


def _add_calibrate(commands: Commands[argparse.ArgumentParser]) -> None:
    text = "measure the error rates of a recogniser of your own, and keep them beside it"
    parser = commands.add_parser("calibrate", help=text, description=text)
    parser.add_argument(
        "--gallery", type=Path, metavar="DIR", required=True, help="a folder per person"
    )
    _add_enrol(parser)
    parser.add_argument(
        "--out", type=Path, metavar="RATES.json", help="write it here and not beside the recogniser"
    )
    _add_work(parser)
    parser.set_defaults(run=calibrate)


def _add_enrol(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--enrol",
        type=_count,
        default=5,
        help="pictures per template; who has fewer only plays a stranger (default %(default)s)",
    )


def _add_work(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=_count, default=1, help="processes (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    _add_folder(parser)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder", type=Path, help="where the models live (default: LOOKIN_MODELS_DIR)"
    )


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("from 1 to 64")
    return number


def _distance(text: str) -> float:
    number = float(text)
    if not 0 < number < 2:
        raise argparse.ArgumentTypeError("more than 0 and less than 2")
    return number


def _rate(text: str) -> float:
    number = float(text)
    if not 0 < number <= 0.1:
        raise argparse.ArgumentTypeError("more than 0 and at most 0.1")
    return number
