"""The folder of converted models: a manifest, whole files or none, and what is wrong with it.

Not for fetching or converting.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from lookin.core.faces.models.sources import SOURCES
from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import disk_error, write_atomic

# Raise it when a converter changes what it writes: older folders are then prepared again.
FORMAT = 4
MANIFEST = "manifest.json"
NAMES = ("detector", "landmarks", "recogniser", "second_recogniser")


class ModelsMissingError(LookinError):
    """Face sign-in cannot work because its models are not there or not whole."""

    code = "faces_unavailable"
    status = 503

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "Everything else works. Run: lookin faces models")


def model_path(folder: Path, name: str) -> Path:
    """Where the model `name` (one of NAMES) lies in `folder`."""
    return folder / f"{name}.onnx"


def save_models(folder: Path, models: dict[str, bytes]) -> None:
    """Write every model, then the manifest. A crash in between leaves a folder that is refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
    except OSError as error:
        raise disk_error(error) from error
    entries: dict[str, dict[str, object]] = {}
    for name, data in models.items():
        write_atomic(model_path(folder, name), data)
        entries[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest = {"format": FORMAT, "sources": _sources(), "models": entries}
    write_atomic(folder / MANIFEST, (json.dumps(manifest, indent=2) + "\n").encode())


def models_problem(folder: Path, *, thorough: bool = False) -> str | None:
    """What is wrong with the models in `folder`, as a sentence, or None.

    The quick check reads the manifest and the sizes; `thorough` also hashes every file (50 ms).
    """
    try:
        manifest: Any = json.loads((folder / MANIFEST).read_bytes())
        if manifest["format"] != FORMAT or manifest["sources"] != _sources():
            return "The face models belong to another version of Lookin."
        for name in NAMES:
            if not _whole(model_path(folder, name), manifest["models"][name], thorough=thorough):
                return f"The face model “{name}” is damaged."
    except FileNotFoundError:
        return "The face models are not installed."
    except OSError as error:
        return f"The face models cannot be read ({error.strerror})."
    except (ValueError, KeyError, TypeError):
        return "The list of the face models is damaged."
    return None


def _whole(path: Path, entry: dict[str, object], *, thorough: bool) -> bool:
    if path.stat().st_size != entry["bytes"]:
        return False
    return not thorough or hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]


def _sources() -> dict[str, dict[str, object]]:
    return {
        f"{source.registry}:{source.package}@{source.version}": {
            "sha256": source.sha256,
            "licence": source.licence,
            "members": {short: member.sha256 for short, member in source.members.items()},
        }
        for source in SOURCES
    }
