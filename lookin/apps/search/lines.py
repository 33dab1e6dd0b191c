"""Makes the lines of the box from what was found: titles and passages with marks, addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from lookin.apps.notebooks.models import Notebook
from lookin.apps.search.hits import Hit
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.prepared import Prepared, id_text
from lookin.apps.search.results import Group, Item, Segments
from lookin.core.search.passages import LENGTH, marked, passage

EACH = 5  # lines of a group


def entry_groups(hits: Sequence[Hit]) -> list[Group]:
    """Notebooks, cells and files: a notebook stands among the cells where one cell of it holds all
    that was asked for, and among the notebooks where its name or all of it together does."""
    notebooks = [hit for hit in hits if hit.found.kind == "notebook"]
    cells = [hit for hit in notebooks if hit.is_whole and hit.part is not None and hit.part.id]
    whole = {id(hit) for hit in cells}
    named = list(islice((h for h in notebooks if id(h) not in whole or _is_named(h)), EACH + 1))
    files = [hit for hit in hits if hit.found.kind == "file"]
    addresses = _addresses([*named[:EACH], *cells[:EACH]])
    groups = [
        _group("notebooks", named, [_line(hit, addresses) for hit in named[:EACH]]),
        _group("cells", cells, [_cell(hit, addresses) for hit in cells[:EACH]]),
        _group("files", files, [_line(hit, {}) for hit in files[:EACH]]),
    ]
    found = [(group, hits) for group, hits in zip(groups, (named, cells, files), strict=True)]
    found.sort(key=lambda pair: -max((hit.score for hit in pair[1]), default=0.0))
    return [group for group, _ in found if group.items]


def python_group(hits: Sequence[Hit]) -> list[Group]:
    """Names of Python, each with how it is called and what it does; to be copied."""
    items = [_python_line(hit) for hit in hits[:EACH]]
    return [Group("python", items, more=len(hits) > EACH)] if items else []


def _python_line(hit: Hit) -> Item:
    name = hit.found.title
    try:
        parts = hit.place.open().parts(hit.found.id)
    except IndexUnavailableError:  # its name is known all the same
        parts = ()
    call, _, does = (parts[0].text if parts else "").partition("\n")
    shown = _marked((does or call)[:LENGTH], hit)
    return Item(
        hit.id,
        _marked(name, hit),
        passage=shown or None,
        where=call[:LENGTH] if does else "",
        copy=name,
    )


def _group(kind: str, hits: Sequence[Hit], items: list[Item]) -> Group:
    return Group(kind, items, more=len(hits) > EACH)


def _is_named(hit: Hit) -> bool:
    return any(is_marked for _, is_marked in _marked(hit.found.title, hit))


def _line(hit: Hit, addresses: dict[tuple[str, str], str]) -> Item:
    return Item(
        hit.id,
        _title(hit),
        passage=_passage(hit),
        where=_where(hit),
        href=_address(hit, addresses),
        changed=hit.found.changed_ns // 1_000_000,
    )


def _cell(hit: Hit, addresses: dict[tuple[str, str], str]) -> Item:
    assert hit.part is not None
    cell = hit.part.id
    return Item(
        f"{hit.id}#{cell}",
        _title(hit),
        passage=_passage(hit),
        where=_where(hit),
        href=f"{_address(hit, addresses)}#cell-{quote(cell, safe='')}",
        changed=hit.found.changed_ns // 1_000_000,
        cell=cell,
    )


def _title(hit: Hit) -> Segments:
    return _marked(hit.found.title or hit.found.path, hit)


def _marked(text: str, hit: Hit) -> Segments:
    return ((text, False),) if hit.sought is None or not text else marked(text, hit.sought)


def _passage(hit: Hit) -> Segments | None:
    if hit.part is None or hit.sought is None:
        return None
    found = passage(hit.part.text, hit.sought)
    return None if found is None else found.segments


def _where(hit: Hit) -> str:
    if hit.place.shared:
        return gettext("Shared with you")
    folder = str(PurePosixPath(hit.found.path).parent)
    return hit.place.name if folder == "." else f"{hit.place.name} / {folder}"


def _address(hit: Hit, addresses: dict[tuple[str, str], str]) -> str:
    path = hit.found.path
    if hit.found.kind == "file":
        return f"/files/{hit.place.id}/{quote(path)}"
    known = hit.place.shared.get(path) or addresses.get((hit.place.id, path))
    if known:
        return f"/notebooks/{known}"
    return f"/notebooks/open?workspace={hit.place.id}&path={quote(path, safe='')}"


def _rows_at(*values: Any) -> QuerySet[Notebook, tuple[UUID, str, UUID]]:
    """Notebooks by the first half of `values`, workspaces, and the second, paths."""
    half = len(values) // 2
    rows = Notebook.objects.filter(workspace__in=values[:half], path__in=values[half:])
    return rows.order_by().values_list("workspace_id", "path", "id")


_notebooks = Prepared(_rows_at, *[UUID] * (2 * EACH), *[str] * (2 * EACH))


def _addresses(hits: Iterable[Hit]) -> dict[tuple[str, str], str]:
    """The ids of those notebooks that were opened before, by workspace and path. For the lines of
    two groups at most."""
    wanted = list({(hit.place.id, hit.found.path): None for hit in hits})
    if not wanted:
        return {}
    wanted += [wanted[0]] * (2 * EACH - len(wanted))
    places, paths = zip(*wanted, strict=True)
    rows = _notebooks.rows(*map(UUID, places), *paths)
    return {(id_text(workspace), path): id_text(row) for workspace, path, row in rows}
