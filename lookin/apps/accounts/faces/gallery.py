"""The opened faces of everybody who may look in somewhere, kept in this process between looks.

A look asks the database for the stamp of those rows first: one that was deleted, changed or let
go anywhere is gone from memory before anything is compared. Not for few people: those are opened
at each look. Nothing is kept when nobody looked for two minutes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.db.models.signals import post_delete, post_save

from lookin.apps.accounts.faces.sealed import opened
from lookin.apps.accounts.models import FaceTemplate
from lookin.core.faces.arrays import Floats
from lookin.core.lib.clock import monotonic

FEW = 32
KEPT_SECONDS = 120.0
_CHUNK = 500

Stamp = tuple[int, int]


@dataclass(frozen=True, repr=False)
class _Kept:
    """`stamps` are of all rows, opened or not; `faces` of those that opened."""

    stamps: Mapping[UUID, int]
    faces: Mapping[UUID, Floats]

    @property
    def stamp(self) -> Stamp:
        return len(self.stamps), sum(self.stamps.values())


class Gallery:
    """One for each process. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._used_at = 0.0
        self._timer: threading.Timer | None = None

    def faces_of(self, rows: QuerySet[FaceTemplate], scope: str) -> Mapping[UUID, Floats]:
        """The opened faces of `rows` by person. `scope` names what the rows are chosen by."""
        found = rows.aggregate(count=Count("pk"), total=Sum("stamp"))
        stamp = int(found["count"]), int(found["total"] or 0)
        if stamp[0] <= FEW:
            self.forget(scope)
            return {row.person_id: face for row, face in opened(rows)}
        with self._lock:
            kept = self._kept.get(scope)
            if kept is None or kept.stamp != stamp:
                kept = self._kept[scope] = _load(rows, kept)
            self._used_at = monotonic()
            self._watch()
        return kept.faces

    def forget_person(self, person: UUID) -> None:
        """Let go of one person's face now, wherever it is kept."""
        with self._lock:
            for scope, kept in self._kept.items():
                if person in kept.stamps:
                    self._kept[scope] = _Kept(
                        {pk: stamp for pk, stamp in kept.stamps.items() if pk != person},
                        {pk: face for pk, face in kept.faces.items() if pk != person},
                    )

    def forget(self, scope: str | None = None) -> None:
        """Let go of everything, or of one scope."""
        with self._lock:
            if scope is None:
                self._kept.clear()
            else:
                self._kept.pop(scope, None)

    def holds(self, person: UUID) -> bool:
        """Whether this person's opened face is in memory."""
        with self._lock:
            return any(person in kept.faces for kept in self._kept.values())

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(KEPT_SECONDS, self._let_go)
            self._timer.daemon = True
            self._timer.start()

    def _let_go(self) -> None:
        with self._lock:
            self._timer = None
            if monotonic() - self._used_at >= KEPT_SECONDS:
                self._kept.clear()
            elif self._kept:
                self._watch()


gallery = Gallery()


def watch_faces() -> None:
    """From now on a face that is deleted or replaced here leaves memory with the commit."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=FaceTemplate, dispatch_uid="opened faces")


def _changed(instance: FaceTemplate, **_: object) -> None:
    person = instance.person_id
    transaction.on_commit(lambda: gallery.forget_person(person))


def _load(rows: QuerySet[FaceTemplate], before: _Kept | None) -> _Kept:
    """Open what is new or changed; take over the rest."""
    stamps = dict(rows.values_list("person_id", "stamp"))
    old = before or _Kept({}, {})
    faces = {
        person: old.faces[person]
        for person, stamp in stamps.items()
        if old.stamps.get(person) == stamp and person in old.faces
    }
    wanted = [person for person, stamp in stamps.items() if old.stamps.get(person) != stamp]
    for start in range(0, len(wanted), _CHUNK):
        for row, face in opened(rows.filter(pk__in=wanted[start : start + _CHUNK])):
            stamps[row.person_id] = row.stamp
            faces[row.person_id] = face
    return _Kept(stamps, faces)
