"""What people see and do of a notebook's history. Reading is from disk, changing by the broker.

Not for who may: access.py hands out the notebook, and the broker checks the role once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.conf import settings

from lookin.apps.accounts.access import is_alone
from lookin.apps.accounts.models import User
from lookin.apps.notebooks import access, broker
from lookin.apps.notebooks.contents import BLOB_FOLDER, live_folder
from lookin.apps.notebooks.models import Notebook
from lookin.core.history.comparing import compare
from lookin.core.history.runs import RunFile
from lookin.core.history.shelf import Shelf
from lookin.core.history.versions import cell_of, changes_between, is_digest
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.ids import is_uuid

Json = dict[str, Any]
NOW = "now"
AT_ONCE = 50  # versions in one answer
MOST_RUNS = 200


def history_folder(notebook: str) -> Path:
    """Where the history of the notebook with this id lies; out of reach of people's code."""
    home: Path = settings.HOME
    return home / "history" / notebook


def list_versions(notebook: Notebook, before: str = "") -> Json:
    """`{versions, people, more}`: the newest first, from `before` (an id) on down.

    Each version says how much it differs from the one before it; `people` are names by id.
    """
    shelf = _shelf(notebook)
    known = shelf.versions()
    found = [version for version in known if not before or version.id < before]
    shown = found[-AT_ONCE:]
    rows: list[Json] = []
    older = shelf.manifest_or_none(found[-AT_ONCE - 1].id) if len(found) > AT_ONCE else None
    for version in shown:
        manifest = shelf.manifest_or_none(version.id)
        if manifest is not None:
            row = {**version.to_json(), "changes": changes_between(older, manifest).to_json()}
            rows.append({**row, "first": older is None})
            older = manifest
    people = names_of(person for row in rows for person in row["by"])
    more = len(found) > AT_ONCE
    return {"versions": rows[::-1], "people": people, "more": more}


def compare_versions(person: User, notebook: Notebook, old: str, new: str) -> Json:
    """`{rows}` as in core/history/comparing.py; either side is a version's id or NOW.

    Raises NotFoundError, or LookinError (`broker_away`).
    """
    return {"rows": compare(*(_cells(person, notebook, side) for side in (old, new)))}


def outputs_of(person: User, notebook: Notebook, side: str, cell: str) -> list[Json]:
    """A cell's outputs in a version or NOW. Raises NotFoundError, LookinError (`broker_away`)."""
    if side == NOW:
        outputs: list[Json] = _ask(person, notebook, "present", cell=cell)["cell"]["outputs"]
        return outputs
    shelf = _shelf(notebook)
    for entry in shelf.manifest(side).entries:
        if entry.cell == cell:
            found: list[Json] = cell_of(entry, shelf.thing)["outputs"]
            return found
    raise NotFoundError("There is no such cell in that version.", "Choose another one.")


def read_blob(notebook: Notebook, digest: str) -> bytes:
    """A part of an output by its address, live or of an old version. Raises NotFoundError."""
    if is_digest(digest):
        try:
            return (live_folder(str(notebook.id)) / BLOB_FOLDER / digest).read_bytes()
        except OSError:
            found = _shelf(notebook).thing(digest)
            if found is not None:
                return found
    raise NotFoundError("This part of the output is not here any more.", "Run the cell again.")


def list_runs(notebook: Notebook, cell: str) -> Json:
    """`{runs, people}`: the newest runs first, of one cell or ("") of all."""
    records = RunFile(history_folder(str(notebook.id))).runs()
    found = [record for record in records if cell in ("", record.cell)][-MOST_RUNS:]
    names = ("cell", "source", "by", "queued_at", "started_at", "ended_at", "state", "error")
    runs = [{name: getattr(run, name) for name in (*names, "count")} for run in reversed(found)]
    return {"runs": runs, "people": names_of(run["by"] for run in runs)}


def run_source(notebook: Notebook, digest: str) -> str:
    """The text that a run ran. Raises NotFoundError."""
    found = RunFile(history_folder(str(notebook.id))).source(digest) if is_digest(digest) else None
    if found is None:
        raise NotFoundError("The text of that run is not kept any more.")
    return found


def keep_version(person: User, notebook: Notebook, name: str) -> Json:
    """Keep the notebook as it is now under a name. Raises LookinError: `bad_name`, `disk`, …"""
    version: Json = _ask(person, notebook, "keep_version", title=name)["version"]
    return version


def rename_version(person: User, notebook: Notebook, version: str, name: str) -> None:
    """Name a version, or with "" take its name away. Raises LookinError, NotFoundError."""
    _ask(person, notebook, "name_version", version=version, title=name)


def restore_version(person: User, notebook: Notebook, version: str, cell: str) -> Json:
    """Bring back a version, or one cell of it ("" for all); everybody there sees it happen.

    `{before: the version that undoes it, lost: cells that the disk lost}`.
    Raises LookinError, NotFoundError.
    """
    return _ask(person, notebook, "restore_version", version=version, cell=cell or None)


def forget_history(person: User, notebook: Notebook) -> None:
    """Delete all versions and runs for good. Raises LookinError."""
    _ask(person, notebook, "forget_history")


def names_of(ids: Iterable[str]) -> Json:
    """`{id: {name, initials}}` of people; who has left the place is not among them."""
    wanted = {UUID(id_) for id_ in ids if is_uuid(id_)}
    people = User.objects.filter(pk__in=wanted)
    return {str(p.pk): {"name": p.shown_name, "initials": p.initials} for p in people}


def _cells(person: User, notebook: Notebook, side: str) -> list[Json]:
    """Cells whose outputs are told by their digest only."""
    if side == NOW:
        cells: list[Json] = _ask(person, notebook, "present")["cells"]
        return cells
    shelf = _shelf(notebook)
    return [
        {**cell_of(entry, shelf.thing, outputs=False), "outputs": entry.outputs}
        for entry in shelf.manifest(side).entries
    ]


def _shelf(notebook: Notebook) -> Shelf:
    return Shelf(history_folder(str(notebook.id)))


def _ask(person: User, notebook: Notebook, op: str, **fields: object) -> Json:
    """One question to the broker, who checks the role too."""
    role = access.role_of(person, notebook)
    frame = broker.opening_frame(notebook, person, role, alone=is_alone())
    return async_to_sync(broker.ask)({**frame, "op": op, **fields})
