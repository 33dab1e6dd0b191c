"""What an evaluation compares: a list of pairs from a CSV, or draws from a gallery. No faces.

Draws and folds are by person, and the same for the same names on every machine.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lookin.core.lib.errors import LookinError

COLUMNS = ("file1", "file2", "same")
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_YES, _NO = {"1", "true", "yes", "same"}, {"0", "false", "no", "different"}
MAX_PAIRS = 2_000_000


class TrialsError(LookinError):
    """The list or folder cannot be used; nothing was compared."""

    code = "bad_trials"


@dataclass(frozen=True)
class Pair:
    """Two files, and whether they are said to show one person."""

    one: Path
    two: Path
    same: bool


@dataclass(frozen=True)
class Draw:
    """One way to use a gallery: who is enrolled with which pictures, and what probes it.

    No picture of `probes` is one that its own person is enrolled with.
    """

    enrolled: dict[str, list[Path]]
    probes: list[tuple[str, list[Path]]]


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a CSV with the columns file1, file2, same; paths are relative to it.

    `same` is 1/0, true/false, yes/no or same/different. Raises TrialsError.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or [])]
            if missing:
                raise TrialsError(
                    "{file} has no column {columns}.",
                    "Its first line must be: file1,file2,same",
                    values={"file": path.name, "columns": ", ".join(missing)},
                )
            pairs = [_pair(row, path, number) for number, row in enumerate(rows, start=2)]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _unreadable(path, reason) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, "it is not a CSV file in UTF-8") from error
    if not pairs:
        raise TrialsError("{file} lists no pairs.", values={"file": path.name})
    return pairs


def read_gallery(folder: Path) -> dict[str, list[Path]]:
    """Each person's picture files, from a folder with one folder per person. Raises TrialsError."""
    try:
        people = {
            place.name: sorted(f for f in place.iterdir() if f.suffix.lower() in SUFFIXES)
            for place in sorted(folder.iterdir())
            if place.is_dir() and not place.name.startswith(".")
        }
    except OSError as error:
        raise _unreadable(folder, error.strerror or type(error).__name__) from error
    gallery = {name: files for name, files in people.items() if files}
    if len(gallery) < 2:
        raise TrialsError(
            "{folder} does not hold pictures of two people.",
            "It needs one folder per person with .jpg, .png or .webp files in it.",
            values={"folder": folder.name},
        )
    return gallery


def fold_of(name: str, folds: int) -> int:
    """Which of so many groups of people somebody belongs to: always the same for a name."""
    return _hash(f"fold/{name}") % folds


def draw_comparisons(
    gallery: Mapping[str, Sequence[Path]], *, enrol: int, probe: int, number: int
) -> Draw:
    """The draw of this `number`: everybody with enough pictures is enrolled, the rest probes.

    A template has exactly `enrol` pictures; a person with fewer than that and one probe more is
    compared with others only. Pictures come in an order that differs from draw to draw.
    """
    draw = Draw({}, [])
    for name, files in gallery.items():
        mixed = _mixed(name, files, number)
        count = enrol if len(mixed) >= enrol + probe else 0
        if count:
            draw.enrolled[name] = mixed[:count]
        draw.probes.extend(_groups(name, mixed[count:], probe))
    return draw


def draw_search(
    gallery: Mapping[str, Sequence[Path]], *, enrol: int, probe: int, people: int, number: int
) -> Draw | None:
    """A gallery of so many of the people, and probes by them and by those who are not in it.

    First come people with `enrol` pictures and a probe more; are they too few, others fill it up
    with the pictures they have and do not probe: first those who have too few for a probe, most
    pictures first. At least one person stays a stranger. None when there are not so many people.
    """
    mixed = {name: _mixed(name, files, number) for name, files in gallery.items()}
    order = sorted(mixed, key=lambda name: _hash(f"{number}/{name}"))
    whole = [name for name in order if len(mixed[name]) >= enrol + probe]
    rest = [name for name in order if name not in set(whole)]
    rest.sort(key=lambda name: (len(mixed[name]) >= probe, -len(mixed[name])))
    chosen = [*whole, *rest][:people]
    if len(chosen) < people or people >= len(order):
        return None
    draw = Draw({name: mixed[name][:enrol] for name in chosen}, [])
    fillers = set(chosen) - set(whole)
    for name in order:
        if name not in fillers:
            left = mixed[name][enrol:] if name in draw.enrolled else mixed[name]
            draw.probes.extend(_groups(name, left, probe))
    return draw


def _mixed(name: str, files: Sequence[Path], number: int) -> list[Path]:
    return sorted(files, key=lambda file: _hash(f"{number}/{name}/{file.name}"))


def _groups(name: str, files: list[Path], size: int) -> list[tuple[str, list[Path]]]:
    return [(name, files[at : at + size]) for at in range(0, len(files) - size + 1, size)]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()[:8])


def _pair(row: Mapping[str, str | None], path: Path, number: int) -> Pair:
    if number > MAX_PAIRS:
        raise TrialsError("{file} lists too many pairs.", values={"file": path.name})
    one, two, same = ((row.get(name) or "").strip() for name in COLUMNS)
    if not one or not two or same.lower() not in _YES | _NO or "\0" in one + two:
        raise TrialsError(
            "Line {line} of {file} is not a pair.",
            "Write two file names and 1 for the same person or 0 for two people.",
            values={"line": number, "file": path.name},
        )
    return Pair(path.parent / one, path.parent / two, same.lower() in _YES)


def _unreadable(path: Path, reason: str) -> TrialsError:
    return TrialsError(
        "{name} cannot be read ({reason}).", values={"name": path.name, "reason": reason}
    )
