"""The attendance list as a CSV file that Excel, LibreOffice and Numbers open as it is meant.

RFC 4180, UTF-8 with a byte order mark, since Excel takes a file without one for another encoding.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from lookin.apps.accounts.classroom.attendance import Attendee

BOM = "\ufeff"
# What makes a program take a text for a formula, in half and full width (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SPLIT = re.compile(r"([;,|][\s\"']*)(?=[=+\-@＝＋－＠])")


def attendance_csv(heads: Sequence[str], people: Iterable[Attendee], zone: tzinfo) -> str:
    """One line for each stay: day, name, sign-in name, came, left (empty while here), minutes,
    device; `heads` names these seven."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([guarded(head) for head in heads])
    for attendee in people:
        person = attendee.person
        for stay in attendee.stays:
            came = stay.came.astimezone(zone)
            left = _clock(stay.left.astimezone(zone), came) if stay.left else ""
            cells = (person.shown_name, person.username)
            writer.writerow(
                [
                    came.date().isoformat(),
                    *(guarded(cell) for cell in cells),
                    _clock(came, came),
                    left,
                    stay.minutes,
                    guarded(stay.device),
                ]
            )
    return BOM + file.getvalue()


def guarded(text: str) -> str:
    """`text` as a cell that no program takes for a formula: an apostrophe before what looks so.

    Also inside: an Excel whose lists are separated by semicolons splits a cell there.
    """
    shown = "".join(c if c.isprintable() or c == "\u200d" else " " for c in text)
    looks_so = shown.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA)
    shown = _SPLIT.sub(r"\1'", shown)
    return f"'{shown}" if looks_so else shown


def _clock(moment: datetime, came: datetime) -> str:
    """HH:MM:SS; with the day when somebody stayed over midnight."""
    if moment.date() != came.date():
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    return moment.strftime("%H:%M:%S")
