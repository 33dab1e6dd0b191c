"""The opened faces of everybody who may look in somewhere, kept in this process between looks.

A look asks the database for the stamp of those rows first: one that was deleted, changed or let
go anywhere is gone from memory before anything is compared. Not for few people: those are opened
at each look. Nothing is kept when nobody looked for two minutes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.db.models.signals import post_delete, post_save

from lookin.apps.accounts.faces.sealed import opened
from lookin.apps.accounts.models import FaceTemplate
from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.gallery import Gallery
from lookin.core.lib.clock import monotonic

FEW = 32  # so many are opened at each look, and nothing of them is kept
KEPT_SECONDS = 120.0
_CHUNK = 500


class _Kept:
    """The opened faces of one scope. `stamps` are of all its rows, opened or not; `places` say in
    which of `faces` (n, size) a person is."""

    def __init__(
        self, stamps: Mapping[UUID, int], places: Mapping[UUID, int], faces: Floats
    ) -> None:
        self.stamps = stamps
        self.places = places
        self.faces = faces

    @cached_property
    def stamp(self) -> tuple[int, int]:
        """How many rows, and the sum of their stamps: another one after any change."""
        return len(self.stamps), sum(self.stamps.values())

    @cached_property
    def search(self) -> Gallery[str]:
        """Ready to be searched, by the person's id."""
        return Gallery([str(person) for person in self.places], self.faces)

    def without(self, person: UUID) -> _Kept:
        """The same without one person, whose numbers are overwritten."""
        stamps = {pk: stamp for pk, stamp in self.stamps.items() if pk != person}
        place = self.places.get(person)
        if place is None:
            return _Kept(stamps, self.places, self.faces)
        self.faces[place] = 0
        left = [pk for pk in self.places if pk != person]
        places = {pk: number for number, pk in enumerate(left)}
        return _Kept(stamps, places, np.delete(self.faces, place, axis=0))


class OpenFaces:
    """One for each process. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._used_at = 0.0
        self._timer: threading.Timer | None = None

    def of(self, rows: QuerySet[FaceTemplate], scope: str) -> Gallery[str]:
        """The opened faces of `rows` by person. `scope` names what the rows are chosen by."""
        found = rows.aggregate(count=Count("pk"), total=Sum("stamp"))
        stamp = int(found["count"]), int(found["total"] or 0)
        if stamp[0] <= FEW:
            self.forget(scope)
            return Gallery.of({str(row.person_id): face for row, face in opened(rows)})
        with self._lock:
            kept = self._kept.get(scope)
            if kept is None or kept.stamp != stamp:
                kept = self._kept[scope] = _load(rows, kept)
            self._used_at = monotonic()
            self._watch()
            return kept.search

    def forget_person(self, person: UUID) -> None:
        """Let go of one person's face now, wherever it is kept."""
        with self._lock:
            for scope, kept in list(self._kept.items()):
                if person in kept.stamps:
                    self._kept[scope] = kept.without(person)

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
            return any(person in kept.places for kept in self._kept.values())

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


open_faces = OpenFaces()


def watch_faces() -> None:
    """From now on a face that is deleted or replaced here leaves memory with the commit."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=FaceTemplate, dispatch_uid="opened faces")


def _changed(instance: FaceTemplate, **_: object) -> None:
    person = instance.person_id
    transaction.on_commit(lambda: open_faces.forget_person(person))


def _load(rows: QuerySet[FaceTemplate], before: _Kept | None) -> _Kept:
    """Open what is new or changed; take over the rest."""
    stamps = dict(rows.values_list("person_id", "stamp"))
    faces: dict[UUID, Floats] = {}
    wanted = list(stamps)
    if before is not None:
        same = {pk for pk, stamp in stamps.items() if before.stamps.get(pk) == stamp}
        wanted = [pk for pk in stamps if pk not in same]
        faces = {pk: before.faces[n] for pk, n in before.places.items() if pk in same}
    for start in range(0, len(wanted), _CHUNK):
        for row, face in opened(rows.filter(pk__in=wanted[start : start + _CHUNK])):
            stamps[row.person_id] = row.stamp
            faces[row.person_id] = face
    matrix = np.stack(list(faces.values())) if faces else np.empty((0, 0), np.float32)
    return _Kept(stamps, {pk: number for number, pk in enumerate(faces)}, matrix)
