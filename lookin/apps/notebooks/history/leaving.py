"""The history of notebooks that were deleted: found again when their file is, gone when it is.

Beside the histories lies one small file for each thing in the trash that held notebooks. Only the
web process writes these; a history's own folder is the broker's.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces.models import DeletedFile
from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import write_atomic
from lookin.core.lib.ids import is_uuid

log = logging.getLogger("lookin.history")


def remember(deleted: UUID, notebooks: Mapping[str, str]) -> None:
    """The trash's entry `deleted` holds these notebooks: id -> path inside it ("" for itself)."""
    if not notebooks:
        return
    try:
        _trash().mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(_trash() / f"{deleted}.json", json.dumps(dict(notebooks)).encode(), mode=0o600)
    except (OSError, LookinError) as error:  # deleting must go on; an undo has then no history
        log.warning("The history of what was deleted will not be found again: %r", error)


def recall(deleted: UUID) -> dict[str, str]:
    """What was remembered of it, which is forgotten now."""
    path = _trash() / f"{deleted}.json"
    found = _read(path)
    path.unlink(missing_ok=True)
    return found


def sweep_histories(before: datetime) -> int:
    """Delete histories whose notebook is gone for good; how many.

    Those of the trash stay as long as it holds the file. Others without a notebook (its workspace
    is gone, or it was renamed to something else) go when nothing was written since `before`.
    """
    waiting: set[str] = set()
    count = 0
    for path in _trash().glob("*.json"):
        ids = set(_read(path))
        if is_uuid(path.stem) and DeletedFile.objects.filter(pk=path.stem).exists():
            waiting |= ids
            continue
        count += sum(_remove(id_) for id_ in ids if not _is_live(id_))
        path.unlink(missing_ok=True)
    for folder in _home().glob("*-*"):
        if not is_uuid(folder.name) or folder.name in waiting or _is_live(folder.name):
            continue
        if _written(folder) < before.timestamp():
            count += _remove(folder.name)
    return count


def _is_live(id_: str) -> bool:
    return Notebook.objects.filter(pk=id_).exists()


def _remove(id_: str) -> bool:
    if not (_home() / id_).is_dir():
        return False
    shutil.rmtree(_home() / id_, ignore_errors=True)
    return True


def _written(folder: Path) -> float:
    with contextlib.suppress(OSError):
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    return 0.0


def _read(path: Path) -> dict[str, str]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    found = value if isinstance(value, dict) else {}
    return {id_: inner for id_, inner in found.items() if is_uuid(id_) and isinstance(inner, str)}


def _home() -> Path:
    home: Path = settings.HOME
    return home / "history"


def _trash() -> Path:
    return _home() / ".trash"
