"""Which notebook a room is for, and how its kernel remembers that over our death."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.ids import is_uuid

SCRATCH = "scratch-"


@dataclass(frozen=True, slots=True)
class Address:
    """Its id, its file, the folder that its kernel works in, its title.

    `root` is the folder that the file must lie in, links followed.
    """

    id: str
    path: Path
    folder: Path
    title: str
    root: Path

    @property
    def is_scratch(self) -> bool:
        """Whether this is where somebody's /ajax/runpython runs, and no notebook of anybody's."""
        return self.id.startswith(SCRATCH)

    def label(self, person: str, started: int) -> dict[str, Any]:
        """What a kernel that `person` asked for at `started` (ms since 1970) is to remember."""
        paths = {"path": str(self.path), "folder": str(self.folder), "root": str(self.root)}
        named = {"notebook": self.id, "title": self.title, "person": person}
        return {**named, **paths, "started": started}


def address_of(label: dict[str, Any]) -> Address:
    """The address in a kernel's label. Raises NotFoundError when it is none of ours."""
    texts = {key: label.get(key) for key in ("notebook", "path", "folder", "root", "title")}
    id_ = str(texts["notebook"])
    if not all(isinstance(text, str) for text in texts.values()) or not is_uuid(
        id_.removeprefix(SCRATCH)
    ):
        raise NotFoundError("There is no such notebook.", "It may have been moved or deleted.")
    path, folder, root = (Path(str(texts[key])) for key in ("path", "folder", "root"))
    return Address(id_, path, folder, str(texts["title"]), root)
