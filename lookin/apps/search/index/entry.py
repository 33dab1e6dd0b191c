"""What goes into an index: an entry (a notebook, a file, a name of Python) and its parts.

Plain values, the same for every index. How they are read from disk is the indexer's part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EntryKind = Literal["notebook", "file", "name"]
PartKind = Literal["code", "markdown", "output", "text", "help"]


@dataclass(frozen=True, slots=True)
class Part:
    """A cell's source, a cell's printed output, a whole text file, or a name's first line.

    `id`: of the cell, for both its source and its output; "" where there are no cells.
    """

    id: str
    kind: PartKind
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One notebook, file or name as it is now.

    `path`: inside the workspace, "/" between parts; a dotted name for kind `name`. `title`: what
    people read first. `ending`: lower case without the dot, "" for none. `notebook`: the id of its
    row, None when it was never opened. `people`: ids of who changed it, as text. `changed_ns`: of
    the file, nanoseconds since 1970. `size`: of the file, bytes.
    """

    path: str
    kind: EntryKind
    title: str
    ending: str
    notebook: str | None
    people: tuple[str, ...]
    changed_ns: int
    size: int
    parts: tuple[Part, ...]
