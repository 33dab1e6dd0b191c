"""Who was at the classroom's devices between two moments: the attendance list.

Members only: where teachers and admins sat is nobody's list. Not for the file: spreadsheet.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import Q

from lookin.apps.accounts.classroom.visits import LONGEST, left_at
from lookin.apps.accounts.models import ClassroomVisit, Role, User
from lookin.core.lib.errors import LookinError

MOST = 5000  # stays on one list; a day of a large school


@dataclass(frozen=True)
class Lesson:
    """What a list is asked for: a day of the place, whole or from one time to another."""

    day: date
    begins: datetime
    ends: datetime
    is_whole_day: bool


@dataclass(frozen=True)
class Stay:
    """One stay. `left` is None while the person is here; `minutes` counts inside the lesson."""

    came: datetime
    left: datetime | None
    minutes: int
    device: str


@dataclass(frozen=True)
class Attendee:
    """One person of the list, with their stays in order."""

    person: User
    stays: tuple[Stay, ...]

    @property
    def came(self) -> datetime:
        """When they first came."""
        return self.stays[0].came

    @property
    def left(self) -> datetime | None:
        """When they last left; None while they are here."""
        ends = [stay.left for stay in self.stays]
        return None if None in ends else max(end for end in ends if end)

    @property
    def minutes(self) -> int:
        """How long they were here inside the lesson, at two devices at once counted once each."""
        return sum(stay.minutes for stay in self.stays)


def read_lesson(day: str, begins: str, ends: str, *, today: date, zone: tzinfo) -> Lesson:
    """The lesson as a form asks for it: `day` in ISO ("" is today), times as HH:MM or "".

    A day is the place's own: it may have 23 or 25 hours. Raises LookinError (code `bad_lesson`).
    """
    try:
        chosen = date.fromisoformat(day.strip()[:10]) if day.strip() else today
        following = chosen + timedelta(days=1)
        first = _moment(chosen, begins, zone) or datetime.combine(chosen, time.min, zone)
        last = _moment(chosen, ends, zone) or datetime.combine(following, time.min, zone)
        in_order = first.timestamp() < last.timestamp()
    except (ValueError, OverflowError, OSError):
        raise _bad_lesson() from None
    if not in_order or not 1970 < chosen.year < 9000:
        raise _bad_lesson()
    return Lesson(chosen, first, last, not begins.strip() and not ends.strip())


def attendance_of(lesson: Lesson, now: datetime) -> list[Attendee]:
    """Everybody who was there in the lesson, by when they first came."""
    rows = (
        ClassroomVisit.objects.select_related("person", "device")
        .filter(Q(ended_at=None) | Q(ended_at__gt=lesson.begins))
        .filter(
            person__role=Role.MEMBER,
            began_at__lt=lesson.ends,
            began_at__gt=lesson.begins - LONGEST,
        )
        .order_by("began_at", "pk")[:MOST]
    )
    people: dict[str, tuple[User, list[Stay]]] = {}
    for visit in rows:
        stay = _stay(visit, lesson, now)
        if stay is not None:
            people.setdefault(str(visit.person_id), (visit.person, []))[1].append(stay)
    return [Attendee(person, tuple(stays)) for person, stays in people.values()]


def _stay(visit: ClassroomVisit, lesson: Lesson, now: datetime) -> Stay | None:
    left = left_at(visit, now)
    last = min(left or now, lesson.ends)
    inside = (last - max(visit.began_at, lesson.begins)).total_seconds()
    if inside < 0 or (left is not None and left <= lesson.begins):
        return None
    return Stay(visit.began_at, left, round(inside / 60), visit.device_label)


def _moment(day: date, text: str, zone: tzinfo) -> datetime | None:
    cleaned = text.strip()
    if not cleaned:
        return None
    return datetime.combine(day, time.fromisoformat(cleaned[:5]), zone)


def _bad_lesson() -> LookinError:
    return LookinError(
        "That is no lesson: a day, and perhaps a time at which it begins and a later one.",
        "Choose the day and the times again.",
        code="bad_lesson",
    )
