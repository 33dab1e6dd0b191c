"""`lookin faces …`: fetch the models, compare two pictures, measure error rates.

Only the command line; the work is core/faces, and no page calls this.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from lookin.core.faces import evaluation, rates, scoring, trials
from lookin.core.faces.calibration import rate_at
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.matching import distance
from lookin.core.faces.models import prepare_models
from lookin.core.faces.photographs import Acquired, embed_file, embed_files
from lookin.core.faces.words import SENTENCES
from lookin.core.lib.files import disk_error, write_atomic
from lookin.site import faces_report
from lookin.site.env import read_options

Commands = argparse._SubParsersAction  # argparse gives it no public name
MISUSED = 2
INTERRUPTED = 130


def add_commands(subparsers: Commands[argparse.ArgumentParser]) -> None:
    """Add `faces` and its three commands to the command line."""
    text = "the face models, and how often they err"
    faces = subparsers.add_parser("faces", help=text, description=text)
    commands = faces.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_models(commands)
    _add_compare(commands)
    _add_evaluate(commands)


def models(arguments: argparse.Namespace) -> int:
    """Fetch, verify and convert the models."""
    prepare_models(_folder(arguments), progress=_say)
    return 0


def compare(arguments: argparse.Namespace) -> int:
    """Print the distance of two pictures' faces and what it means."""
    engine = FaceEngine.open(_folder(arguments))
    found = []
    for file in (arguments.one, arguments.two):
        problem, embedding = embed_file(engine, file)
        if embedding is None:
            _complain(f"{file.name}: {SENTENCES[problem or 'no_face']}")
            return MISUSED
        found.append(embedding)
    apart = distance(found[0], found[1])
    fmr = rate_at(arguments.threshold, rates.BUILT_IN.pair)
    result = {
        "distance": round(apart, 4),
        "threshold": arguments.threshold,
        "same": apart <= arguments.threshold,
        "fmr_of_threshold": fmr,
    }
    _say(json.dumps(result) if arguments.json else faces_report.comparison(result))
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure error rates on a list of pairs or on a gallery folder."""
    if (arguments.pairs is None) == (arguments.gallery is None):
        _complain("Name either a CSV of pairs or --gallery and a folder.")
        return MISUSED
    work = _evaluate_pairs if arguments.gallery is None else _evaluate_gallery
    try:
        report = work(arguments)
    except trials.TrialsError as error:
        _complain(error.sentence())
        return MISUSED
    except KeyboardInterrupt:
        _complain("\nStopped. Nothing was written.")
        return INTERRUPTED
    _say(json.dumps(report, indent=2) if arguments.json else faces_report.evaluation(report))
    return 0


def _evaluate_pairs(arguments: argparse.Namespace) -> faces_report.Report:
    pairs = trials.read_pairs(arguments.pairs)
    acquired = _acquire([file for pair in pairs for file in (pair.one, pair.two)], arguments)
    scores = scoring.score_pairs(pairs, acquired.embeddings)
    _write_roc(arguments.out, scores.genuine, scores.impostor)
    return {
        "pairs": len(pairs),
        "pictures": faces_report.pictures(acquired),
        "left_out": {"genuine": scores.genuine_left_out, "impostor": scores.impostor_left_out},
        "verification": faces_report.verification(
            evaluation.verification(scores.genuine, scores.impostor)
        ),
    }


def _evaluate_gallery(arguments: argparse.Namespace) -> faces_report.Report:
    gallery = trials.read_gallery(arguments.gallery)
    splits = trials.split_gallery(gallery, enrol=arguments.enrol, probe=arguments.probe)
    if not any(split.enrolled for split in splits):
        raise trials.TrialsError(
            "Nobody has enough pictures to be enrolled and looked for.",
            "At least one person needs two pictures, or more with a larger --probe.",
        )
    acquired = _acquire([file for files in gallery.values() for file in files], arguments)
    scores = scoring.score_splits(splits, acquired.embeddings)
    _write_roc(arguments.out, scores.genuine, scores.impostor)
    return {
        "people": len(gallery),
        "pictures": faces_report.pictures(acquired),
        "enrol": arguments.enrol,
        "probe": arguments.probe,
        "galleries": scores.galleries,
        "not_enrolled": scores.not_enrolled,
        "left_out": {"probes": scores.probes_left_out},
        "verification": faces_report.verification(
            evaluation.verification(scores.genuine, scores.impostor)
        ),
        "identification": faces_report.identification(evaluation.identification(scores.probes)),
    }


def _acquire(files: list[Path], arguments: argparse.Namespace) -> Acquired:
    return embed_files(files, _folder(arguments), jobs=arguments.jobs, progress=_bar())


def _write_roc(
    path: Path | None, genuine: evaluation.Distances, impostor: evaluation.Distances
) -> None:
    if path is None:
        return
    rows = evaluation.roc_rows(genuine, impostor)
    lines = [f"{t:.6f},{_cell(fmr)},{_cell(fnmr)}" for t, fmr, fnmr in rows]
    if not path.parent.is_dir():
        raise disk_error(FileNotFoundError(2, os.strerror(2)))
    write_atomic(path, "\n".join(["threshold,fmr,fnmr", *lines, ""]).encode())


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
        default=rates.COMPARE_DISTANCE,
        help="the greatest distance that counts as one person (default %(default)s)",
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
    parser.add_argument(
        "--enrol", type=_count, default=5, help="pictures per template (default %(default)s)"
    )
    parser.add_argument(
        "--probe", type=_count, default=1, help="pictures per probe (default %(default)s)"
    )
    parser.add_argument("--out", type=Path, metavar="ROC.csv", help="write the ROC here")
    parser.add_argument("--jobs", type=_count, default=1, help="processes (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    _add_folder(parser)
    parser.set_defaults(run=evaluate)


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
