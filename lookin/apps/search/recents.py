"""What a person searched for and chose: remembered for them, bounded, and forgotten on a word."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from django.db import models, transaction

from lookin.apps.accounts.models import User
from lookin.apps.search.models import TEXT_LENGTH, RecentSearch, Use
from lookin.apps.search.prepared import Prepared
from lookin.core.search.rank import Use as Used

MOST_RECENT = 20
MOST_USES = 300

_uses = Prepared(
    lambda person: Use.objects.filter(person_id=person).values_list("key", "count", "last_at"), UUID
)


def note_chosen(person: User, item_id: str, text: str, *, now: datetime) -> None:
    """Remember that `person` searched for `text` and chose `item_id`, whatever that may be."""
    with transaction.atomic():
        if item_id:
            _note_use(person, item_id, now)
        if text := " ".join(text.replace("\0", " ").split())[:TEXT_LENGTH]:
            kept = RecentSearch.objects.filter(person=person)
            kept.update_or_create(person=person, text=text, defaults={"at": now})
            _keep_newest(kept.order_by("-at", "-pk"), MOST_RECENT)


def recent_texts(person: User) -> list[str]:
    """What they searched for, the last first."""
    kept = RecentSearch.objects.filter(person=person).order_by("-at", "-pk")
    return list(kept.values_list("text", flat=True)[:MOST_RECENT])


def uses_of(person: User) -> dict[str, Used]:
    """How they used things, by `use_key`."""
    return {key: Used(count, _seconds(last_at)) for key, count, last_at in _uses.rows(person.pk)}


def forget_searches(person: User, text: str = "") -> None:
    """Forget one text, or (without one) every text and every choice."""
    if text:
        RecentSearch.objects.filter(person=person, text=text.replace("\0", " ")).delete()
        return
    RecentSearch.objects.filter(person=person).delete()
    Use.objects.filter(person=person).delete()


def use_key(item_id: str) -> str:
    """Under what a choice is counted."""
    return hashlib.sha256(item_id.encode("utf-8", "replace")).hexdigest()[:32]


def _seconds(moment: datetime | str) -> float:
    """Seconds since 1970. SQLite keeps a moment as text, in UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return moment.timestamp()


def _note_use(person: User, item_id: str, now: datetime) -> None:
    used = Use.objects.filter(person=person)
    values = {"count": models.F("count") + 1, "last_at": now}
    if not used.filter(key=use_key(item_id)).update(**values):
        Use.objects.get_or_create(person=person, key=use_key(item_id), defaults={"last_at": now})
        _keep_newest(used.order_by("-last_at", "-pk"), MOST_USES)


def _keep_newest(rows: models.QuerySet[RecentSearch] | models.QuerySet[Use], most: int) -> None:
    late = list(rows.values_list("pk", flat=True)[most : most + 100])
    if late:
        rows.model._default_manager.filter(pk__in=late).delete()
