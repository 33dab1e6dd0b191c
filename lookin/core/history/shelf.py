"""The versions of one notebook on disk: kept, read, named, thinned. Blocking; call it in a thread.

One process writes (the broker), others read at any time. Who may is not decided here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from lookin.core.history import packs
from lookin.core.history.packs import Place
from lookin.core.history.thinning import stale, surplus
from lookin.core.history.versions import (
    Manifest,
    Things,
    Version,
    is_version_id,
    new_version_id,
    packed,
)
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.files import disk_error

MOST_PACKS = 64  # before small ones are joined
SMALL_BYTES = 1_000_000


class Shelf:
    """In one folder, mode 0700: `versions/<id>.v`, `packs/<id>.pack`, and `runs.jsonl` (runs.py).

    A reader makes a new one for each request; the writer keeps its one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._versions = folder / "versions"
        self._packs = folder / "packs"
        self._places: dict[str, Place] | None = None

    # ---- reading

    def versions(self) -> list[Version]:
        """All that can be read, the oldest first."""
        found = (packs.read_version(path) for path in sorted(self._versions.glob("*.v")))
        return [version for version in found if version is not None]

    def newest(self) -> Version | None:
        """The last one; None when there is none."""
        paths = sorted(self._versions.glob("*.v"), reverse=True)
        found = (packs.read_version(path) for path in paths)
        return next((version for version in found if version is not None), None)

    def version(self, id_: str) -> Version:
        """One of them. Raises NotFoundError, for what is no id too."""
        found = packs.read_version(self._path(id_))
        if found is None:
            raise _missing()
        return found

    def manifest(self, id_: str) -> Manifest:
        """What a version consists of. Raises NotFoundError."""
        found = packs.read_manifest(self._path(id_))
        if found is None:
            raise _missing()
        return found

    def manifest_or_none(self, id_: str) -> Manifest | None:
        """The same, without raising for one that is gone or damaged."""
        return packs.read_manifest(self._path(id_))

    def thing(self, digest: str) -> bytes | None:
        """A thing; None when it is not there, or damaged."""
        for _ in range(2):
            place = self._index().get(digest)
            raw = packs.read_raw(place) if place else None
            if raw is not None:
                return packs.unsqueeze(raw, digest)
            self._places = None  # the packs may have been joined since we looked
        return None

    def has(self, digest: str) -> bool:
        """Whether a thing is there."""
        return digest in self._index()

    def size(self) -> int:
        """Bytes of all things and of the versions' own files, as they lie on disk."""
        things = sum(place.length for place in self._index().values())
        return things + sum(path.stat().st_size for path in self._versions.glob("*.v"))

    # ---- writing

    def keep(self, version: Version, manifest: Manifest, things: Things) -> Version:
        """Write a version with those of its `things` that are not there yet. Atomic.

        Its id is made here, later than all that are there. Raises LookinError (`disk`).
        """
        self._make_folders()
        last = max((path.stem for path in self._versions.glob("*.v")), default="")
        at = max(version.at, int(last[:13]) + 1 if is_version_id(last) else 0)
        made = Version(
            new_version_id(at), version.at, version.by, version.reason, version.name,
            len(manifest.entries),
        )  # fmt: skip
        fresh = {d: data for d, data in things.items() if not self.has(d)}
        if fresh:
            squeezed = [(digest, packs.squeeze(data)) for digest, data in fresh.items()]
            self._index().update(packs.write_pack(self._packs / f"{made.id}.pack", squeezed))
        packs.write_version(self._path(made.id), made, packs.squeeze(packed(manifest.to_json())))
        return made

    def rename(self, id_: str, name: str) -> None:
        """Name a version, or take its name away with "". Raises NotFoundError, LookinError."""
        if not packs.rename_version(self._path(id_), name):
            raise _missing()

    def thin(self, now: int, most_bytes: int) -> set[str]:
        """Drop what is too old or too much (see thinning.py); the ids. Raises OSError, LookinError.

        A crash between leaves more than is needed, never less.
        """
        versions = self.versions()
        gone = stale(versions, now)
        left = [version for version in versions if version.id not in gone]
        if not gone and self.size() <= most_bytes and not self._is_scattered():
            return gone
        manifests = {version.id: packs.read_manifest(self._path(version.id)) for version in left}
        needs = {id_: {id_, *m.things} for id_, m in manifests.items() if m is not None}
        sizes = {digest: place.length for digest, place in self._index().items()}
        sizes |= {id_: self._path(id_).stat().st_size for id_ in needs}
        gone |= surplus(left, needs, sizes, most_bytes)
        for id_ in gone:
            self._path(id_).unlink(missing_ok=True)
        wanted = {thing for id_, things in needs.items() if id_ not in gone for thing in things}
        self._repack(wanted)
        return gone

    def remove(self) -> None:
        """Delete everything, the runs too."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._places = None

    def _make_folders(self) -> None:
        try:
            for folder in (self.folder, self._versions, self._packs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                for torn in folder.glob(".*.tmp"):  # what a writer that was killed left
                    torn.unlink(missing_ok=True)
        except OSError as error:
            raise disk_error(error) from error

    def _path(self, id_: str) -> Path:
        if not is_version_id(id_):
            raise _missing()
        return self._versions / f"{id_}.v"

    def _index(self) -> dict[str, Place]:
        if self._places is None:
            self._places = {}
            for path in sorted(self._packs.glob("*.pack")):
                self._places.update(packs.read_index(path))
        return self._places

    def _is_scattered(self) -> bool:
        return sum(1 for _ in self._packs.glob("*.pack")) > MOST_PACKS

    def _repack(self, wanted: set[str]) -> None:
        """Join what is wanted of packs that hold mostly other things, then delete those."""
        by_pack: dict[Path, list[tuple[str, Place]]] = {}
        for path in self._packs.glob("*.pack"):
            by_pack[path] = []
        for digest, place in self._index().items():
            by_pack.setdefault(place.pack, []).append((digest, place))
        scattered = len(by_pack) > MOST_PACKS
        victims = [path for path, held in by_pack.items() if _is_waste(held, wanted, scattered)]
        moved = [
            (digest, raw)
            for path in victims
            for digest, place in by_pack[path]
            if digest in wanted and (raw := packs.read_raw(place)) is not None
        ]
        if moved:
            packs.write_pack(self._packs / f"{new_version_id(0)}.pack", moved)
        for path in victims:
            path.unlink(missing_ok=True)
        self._places = None


def _is_waste(held: Iterable[tuple[str, Place]], wanted: set[str], scattered: bool) -> bool:
    """Whether a pack holds little that is wanted, or is one of too many small ones."""
    whole = kept = 0
    for digest, place in held:
        whole += place.length
        kept += place.length * (digest in wanted)
    return 2 * kept < whole or not whole or (scattered and kept < SMALL_BYTES)


def _missing() -> NotFoundError:
    return NotFoundError("There is no such version any more.", "Choose another one.")
