"""Official portraits for tests and benchmarks: several of one man, one of another.

Fetched once through pip from the sdist of face_recognition 1.3.0, pinned by hash, never committed.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from lookin.core.faces.models.fetch import fetch_members
from lookin.core.faces.models.sources import Member, Source
from lookin.core.lib.files import write_atomic

FOLDER = Path(__file__).resolve().parents[1] / "var" / "cache" / "portraits"
ONE_MAN = ("obama", "obama2", "obama3")
ANOTHER_MAN = "biden"
_INSIDE = "face_recognition-1.3.0/tests/test_images"
_SHA256 = {
    "biden": "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
    "obama": "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
    "obama2": "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
    "obama3": "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3",
}
SOURCE = Source(
    registry="pip",
    package="face_recognition",
    version="1.3.0",
    sha256="5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
    megabytes=3,
    licence="MIT; the portraits are works of the US government",
    members={name: Member(f"{_INSIDE}/{name}.jpg", sha) for name, sha in _SHA256.items()},
)


def portraits() -> dict[str, Path]:
    """The portrait files by name (`obama`, `obama2`, `obama3`, `biden`).

    Raises LookinError (code `models_download`) when they cannot be had.
    """
    files = {name: FOLDER / f"{name}.jpg" for name in _SHA256}
    if not all(_is_whole(file, _SHA256[name]) for name, file in files.items()):
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="lookin-portraits-") as work:
            for name, data in fetch_members(SOURCE, Path(work)).items():
                write_atomic(files[name], data)
    return files


def _is_whole(file: Path, sha256: str) -> bool:
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256
