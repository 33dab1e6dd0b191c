"""Shared links: made, listed, revoked, opened. A link lets people look at one notebook, no more.

The token is in the address only; the database keeps its hash. Which links hold is access.py's.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from lookin.apps.accounts.audit import Origin, record_event
from lookin.apps.accounts.models import User
from lookin.apps.notebooks.access import holding_links
from lookin.apps.notebooks.models import Guest, Notebook, SharedLink
from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.ids import new_token

MOST_LINKS = 50  # that hold at one time, of one notebook
LONGEST_DAYS = 366
TOKEN_CHARS = 100


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link and its token, which nobody will be told again."""

    link: SharedLink
    token: str


def make_link(person: User, notebook: Notebook, days: int | None, origin: Origin) -> MadeLink:
    """A link that ends after `days`, or when it is revoked. Raises LookinError."""
    if days is not None and not 0 < days <= LONGEST_DAYS:
        raise LookinError(
            "A link can end after one day up to a year.", "Choose another end.", code="bad_end"
        )
    if len(list_links(notebook)) >= MOST_LINKS:
        raise LookinError(
            "This notebook has fifty links already.",
            "Take one back that nobody needs any more.",
            code="too_many_links",
            status=409,
        )
    token = new_token()
    ends_at = timezone.now() + timedelta(days=days) if days is not None else None
    link = SharedLink.objects.create(
        notebook=notebook, token_hash=_hash(token), made_by=person, ends_at=ends_at
    )
    record_event("link_made", origin, person=person, detail=notebook.title)
    return MadeLink(link, token)


def list_links(notebook: Notebook) -> list[SharedLink]:
    """The links of a notebook that hold, the newest first."""
    links = holding_links().filter(notebook=notebook).select_related("made_by")
    return list(links.prefetch_related("guests__person").order_by("-made_at"))


def revoke_link(notebook: Notebook, link_id: uuid.UUID, origin: Origin) -> None:
    """The link holds no more, and its guests are out. Raises NotFoundError."""
    rows = SharedLink.objects.filter(notebook=notebook, id=link_id, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        raise NotFoundError("That link is gone already.")
    record_event("link_revoked", origin, person=origin.person, detail=notebook.title)


def open_link(person: User, token: str, origin: Origin) -> Notebook:
    """The notebook behind a link; `person` is its guest from now on. Raises NotFoundError."""
    link = None
    if len(token) <= TOKEN_CHARS:
        links = holding_links().select_related("notebook__workspace")
        link = links.filter(token_hash=_hash(token)).first()
    if link is None:
        raise NotFoundError(
            "This link does not hold any more.", "Ask the person who gave it to you for a new one."
        )
    _, is_new = Guest.objects.get_or_create(link=link, person=person)
    if is_new:
        record_event("link_opened", origin, person=person, detail=link.notebook.title)
    return link.notebook


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
