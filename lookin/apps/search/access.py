"""Who may find what: which indexes are opened for a person at all, and which people they may see.

Asked anew with every search, so that who was removed from a class finds nothing of it at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.access import shared_notebooks
from lookin.apps.notebooks.models import Guest
from lookin.apps.search.index.opening import open_index, open_part
from lookin.apps.search.index.protocol import Reading
from lookin.apps.search.prepared import Prepared, Row, id_text
from lookin.apps.workspaces.access import classmates_of, workspaces_for

MOST_SHARED = 100
MOST_PEOPLE = 2_000


@dataclass(frozen=True)
class Place:
    """A workspace that a person may search, or the few notebooks of one that they were shown.

    `shared`: path -> id of these notebooks; empty for a member. `name`: "" for a guest, who may not
    know whose workspace it is.
    """

    id: str
    name: str
    shared: dict[str, str] = field(default_factory=dict)

    def open(self) -> Reading:
        """The index, or the part of it that may be seen."""
        if self.shared:
            return open_part(self.id, tuple(sorted(self.shared)))
        return open_index(self.id)


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody who may be found: `shown` is what people read, `username` how they sign in."""

    id: str
    shown: str
    username: str


_places = Prepared(lambda person: workspaces_for(User(pk=person)).values_list("id", "name"), UUID)
_shown = Prepared(
    lambda person: Guest.objects.filter(person_id=person).order_by().values_list("pk")[:1], UUID
)
_PERSON = ("id", "display_name", "username", "username_key")
# Ordered as the rows are by themselves; a distinct query must name what it orders by.
_classmates = Prepared(
    lambda person: classmates_of(User(pk=person)).values_list(*_PERSON)[:MOST_PEOPLE], UUID
)
_everyone = Prepared(
    lambda: User.objects.filter(is_active=True).values_list(*_PERSON)[:MOST_PEOPLE]
)


def places_for(person: User) -> list[Place]:
    """Everything that this person may search in, their own workspaces first."""
    found = [Place(id_text(row_id), name) for row_id, name in _places.rows(person.pk)]
    if not _shown.rows(person.pk):  # as for most: a far simpler question
        return found
    shown: dict[str, dict[str, str]] = defaultdict(dict)
    for notebook in shared_notebooks(person)[:MOST_SHARED]:
        shown[str(notebook.workspace_id)][notebook.path] = str(notebook.id)
    return found + [Place(workspace_id, "", shared) for workspace_id, shared in shown.items()]


def people_for(person: User) -> tuple[Name, ...]:
    """Whom this person may find: classmates; for an admin everybody who is active."""
    rows = _everyone.rows() if person.is_admin else _classmates.rows(person.pk)
    return _names(tuple(rows))


@lru_cache(maxsize=64)
def _names(rows: tuple[Row, ...]) -> tuple[Name, ...]:
    return tuple(Name(id_text(row[0]), row[1] or row[2], row[2]) for row in rows)
