"""What an evaluation compares: a list of pairs from a CSV, or a gallery folder, split. No faces.

The split is by person, and the same for the same names on every machine.
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
class Split:
    """One fold: who is enrolled with which pictures, and which groups of pictures probe it."""

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


def split_gallery(gallery: Mapping[str, Sequence[Path]], *, enrol: int, probe: int) -> list[Split]:
    """Two folds: half of the people are enrolled, the others are strangers; then the reverse.

    A person with at most `probe` pictures can only be a stranger. Up to `enrol` pictures make the
    template, the rest probe it in groups of `probe`; nobody is compared with an own enrolled
    picture. People go to a half by the hash of their name.
    """
    return [_fold(gallery, half, enrol, probe) for half in (0, 1)]


def _fold(gallery: Mapping[str, Sequence[Path]], half: int, enrol: int, probe: int) -> Split:
    split = Split({}, [])
    for name, files in gallery.items():
        mixed = sorted(files, key=lambda file: _hash(f"{name}/{file.name}"))
        count = min(enrol, len(mixed) - probe) if _hash(name) % 2 == half else 0
        if count > 0:
            split.enrolled[name] = mixed[:count]
        rest = mixed[max(count, 0) :]
        groups = [rest[at : at + probe] for at in range(0, len(rest) - probe + 1, probe)]
        split.probes.extend((name, group) for group in groups)
    return split


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
