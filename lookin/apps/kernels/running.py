"""What runs now and for whom, as the page “Running” shows it; and stopping a kernel.

The broker knows kernels and the ids of people and notebooks; names and rights are added here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings

from lookin.apps.accounts.models import User
from lookin.apps.kernels.fence import fence_of
from lookin.apps.notebooks import broker
from lookin.apps.notebooks.access import visible_notebooks
from lookin.apps.notebooks.models import Notebook
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.ids import is_uuid

Json = dict[str, Any]
ID_LENGTH = 100
_KEPT = ("id", "state", "place", "reason", "memory", "limit", "cpu", "since", "active")


async def kernels_for(person: User) -> list[Json]:
    """Rows of the broker: everybody's for an admin, else the person's own.

    Raises LookinError (`broker_away`).
    """
    whose = None if person.is_admin else str(person.pk)
    answer = await broker.ask({"op": "kernels", "person": whose})
    rows: list[Json] = answer["kernels"]
    return rows


async def machine() -> Json:
    """For admins: memory, places, the waiting line, driver, fence and network of this machine."""
    status = await broker.ask({"op": "status"})
    driver = status.get("driver") or {}
    return {
        "memory": status.get("memory") or {},
        "kernels": status["kernels"],
        "most": status.get("most", settings.KERNELS),
        "waiting": status.get("waiting", 0),
        "driver": driver.get("driver", ""),
        "stock": driver.get("stock", 0),
        "missing": driver.get("missing", []),
        "network": settings.NETWORK,
        "hosts": list(settings.NETWORK_HOSTS),
        "fence": fence_of(driver).to_json(),
    }


async def stop_kernel(person: User, kernel: str) -> None:
    """End a kernel of the person's own, or anybody's for an admin.

    Raises NotFoundError for one that is somebody else's as for one that is not there.
    """
    whose = None if person.is_admin else str(person.pk)
    if not 0 < len(kernel) <= ID_LENGTH or not kernel.isprintable():
        raise _gone()
    answer = await broker.ask({"op": "end", "kernel": kernel, "person": whose})
    if not answer["ended"]:
        raise _gone()


def described(person: User, rows: Iterable[Json]) -> list[Json]:
    """The rows with names: of notebooks that `person` may see, and of people for an admin.

    Being an admin opens nobody's files, so it does not tell what they are called either.
    """
    listed = list(rows)
    notebooks = visible_notebooks(person, _ids(listed, "notebook"))
    ids = _ids(listed, "person") if person.is_admin else {person.pk}
    people = {str(found.pk): found for found in User.objects.filter(pk__in=ids)}
    return [
        {
            **{key: row.get(key) for key in _KEPT},
            **_notebook_words(row, notebooks),
            "person": _person_words(people.get(str(row["person"])), person),
        }
        for row in listed
    ]


def _notebook_words(row: Json, notebooks: dict[UUID, Notebook]) -> Json:
    if not row["notebook"]:
        return {"kind": "scratch", "title": None, "address": None}
    found = notebooks.get(UUID(row["notebook"]))
    if found is None:
        return {"kind": "hidden", "title": None, "address": None}
    return {"kind": "notebook", "title": found.title, "address": f"/notebooks/{found.id}"}


def _person_words(whose: User | None, reader: User) -> Json | None:
    if whose is None:
        return None
    return {"name": whose.shown_name, "initials": whose.initials, "own": whose == reader}


def _ids(rows: Iterable[Json], key: str) -> set[UUID]:
    return {found for row in rows if (found := _uuid(row[key])) is not None}


def _uuid(text: object) -> UUID | None:
    return UUID(str(text)) if is_uuid(text) else None


def _gone() -> NotFoundError:
    return NotFoundError("That kernel does not run any more.", "Look at the list once more.")
