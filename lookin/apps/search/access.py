"""Who may find what: which indexes are opened for a person at all, and which people they may see.

Asked anew with every search, so that who was removed from a class finds nothing of it at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.access import shared_notebooks
from lookin.apps.notebooks.models import Guest
from lookin.apps.search.index.opening import open_index, open_part
from lookin.apps.search.index.protocol import Reading
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


def places_for(person: User) -> list[Place]:
    """Everything that this person may search in, their own workspaces first."""
    rows = workspaces_for(person).values_list("id", "name")
    found = [Place(str(workspace_id), name) for workspace_id, name in rows]
    if not Guest.objects.filter(person=person).exists():  # as for most: a far simpler question
        return found
    shown: dict[str, dict[str, str]] = defaultdict(dict)
    for notebook in shared_notebooks(person)[:MOST_SHARED]:
        shown[str(notebook.workspace_id)][notebook.path] = str(notebook.id)
    return found + [Place(workspace_id, "", shared) for workspace_id, shared in shown.items()]


def people_for(person: User) -> list[Name]:
    """Whom this person may find: classmates; for an admin everybody who is active."""
    everyone = User.objects.filter(is_active=True) if person.is_admin else classmates_of(person)
    # Ordered as the rows are by themselves; a distinct query must name what it orders by.
    rows = everyone.values_list("id", "display_name", "username", "username_key")[:MOST_PEOPLE]
    return [Name(str(row[0]), row[1] or row[2], row[2]) for row in rows]
