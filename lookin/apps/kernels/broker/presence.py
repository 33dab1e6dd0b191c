"""Who is in a room and where their cursors are. Told to pages, never logged, gone when they leave.

Positions are passed on as they were said, bounded: what they mean is known to the pages only.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import islice
from typing import Any

from lookin.apps.kernels.broker.visitors import Visitor
from lookin.core.documents.text import SOURCE_UNITS
from lookin.core.lib.clock import monotonic
from lookin.core.lib.ids import is_cell_id

RATE = 20.0  # cursors a second of one visit that are told; what is more is dropped
BURST = 20.0
PEOPLE_SECONDS = 0.05  # between two lists of who is here
MOST_LISTED = 300  # people in one
MOST_VERSION = 2**31
SLOW_BYTES = 200_000  # who has so much to read already is not told of cursors
Json = dict[str, Any]


class _Place:
    """What one visit said last, and how much more it may say now."""

    def __init__(self, now: float) -> None:
        self.here: Json | None = None
        self._tokens, self._last = BURST, now

    def may_speak(self, now: float) -> bool:
        self._tokens = min(BURST, self._tokens + (now - self._last) * RATE)
        self._last = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Presence:
    """Of one room. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._places: dict[Visitor, _Place] = {}
        self._telling: asyncio.TimerHandle | None = None

    def arrive(self, visitor: Visitor) -> None:
        """It has the notebook before it: everybody learns who is here, and it where they are."""
        self._places.setdefault(visitor, _Place(self._clock()))
        self._tell_soon()
        for other, place in self._places.items():
            if place.here is not None and other is not visitor:
                visitor.send_json(place.here)

    def leave(self, visitor: Visitor) -> None:
        """It has gone, and its cursor with it."""
        if self._places.pop(visitor, None) is not None:
            self._tell_soon()

    def close(self) -> None:
        """Tell nobody anything any more."""
        if self._telling is not None:
            self._telling.cancel()

    def hear(self, visitor: Visitor, frame: Json) -> None:
        """Where a visitor says that it is. What is no place, or said too often, is dropped."""
        place = self._places.get(visitor)
        if place is None or not _is_place(frame) or not place.may_speak(self._clock()):
            return
        said = {key: frame.get(key) for key in ("cell", "version", "anchor", "head")}
        told = {"t": "here", "visit": visitor.who.visit, **said}
        place.here = told if frame["cell"] is not None else None
        for other in self._places:
            if other is not visitor and other.behind < SLOW_BYTES:
                other.send_json(told)

    def _tell_soon(self) -> None:
        """A class that arrives within a moment is told of once, not once for each."""
        if self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_later(PEOPLE_SECONDS, self._tell_people)

    def _tell_people(self) -> None:
        self._telling = None
        listed = [visitor.who.to_json() for visitor in islice(self._places, MOST_LISTED)]
        people = json.dumps(listed, separators=(",", ":"))
        for visitor in self._places:
            visitor.send(f'{{"t":"people","people":{people},"me":"{visitor.who.visit}"}}')


def _is_place(frame: Json) -> bool:
    cell = frame.get("cell")
    if cell is None:
        return True
    ends = (frame.get("anchor"), frame.get("head"))
    if not is_cell_id(cell) or not _is_number(frame.get("version"), MOST_VERSION):
        return False
    return ends == (None, None) or all(_is_number(end, SOURCE_UNITS) for end in ends)


def _is_number(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most
