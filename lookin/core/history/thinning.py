"""Which versions stay as time goes by, and within how many bytes. Pure.

Named versions and the newest one always stay. Not for deleting anything (`shelf.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lookin.core.history.versions import Version

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Ages:
    """Up to which age (ms) all stay, then one an hour, then one a day; older ones go."""

    all_ms: int = DAY_MS
    hourly_ms: int = 7 * DAY_MS
    daily_ms: int = 365 * DAY_MS


def stale(versions: Iterable[Version], now: int, ages: Ages | None = None) -> set[str]:
    """The ids of versions that may go at `now` (ms since 1970), by their age alone.

    Of an hour or a day (UTC) the last version stays: it has what that time came to.
    """
    ages = ages or Ages()
    ordered = sorted(versions, key=lambda version: version.id)
    gone: set[str] = set()
    taken: set[tuple[int, int]] = set()
    for number, version in enumerate(reversed(ordered)):
        age = now - version.at
        if number == 0 or version.name or age <= ages.all_ms:
            continue
        span = HOUR_MS if age <= ages.hourly_ms else DAY_MS
        place = (span, version.at // span)
        if age > ages.daily_ms or place in taken:
            gone.add(version.id)
        taken.add(place)
    return gone


def surplus(
    versions: Sequence[Version],
    needs: Mapping[str, Iterable[str]],
    sizes: Mapping[str, int],
    most: int,
) -> set[str]:
    """The ids of the oldest unnamed versions that must go so that all fit into `most` bytes.

    `needs` are the things of each version by its id, `sizes` the bytes of each thing.
    """
    uses = Counter(thing for things in needs.values() for thing in set(things))
    whole = sum(sizes.get(thing, 0) for thing in uses)
    gone: set[str] = set()
    for version in sorted(versions, key=lambda version: version.id)[:-1]:
        if whole <= most:
            break
        if version.name:
            continue
        gone.add(version.id)
        for thing in set(needs.get(version.id, ())):
            uses[thing] -= 1
            if not uses[thing]:
                whole -= sizes.get(thing, 0)
    return gone
