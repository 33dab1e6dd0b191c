"""Files of a history's folder: packs of things, and one file for each version. Bytes only.

Each is written beside its place, synced and renamed, so that it is there as a whole or not at all;
what is damaged all the same is skipped with a line in the log, and never raised to a person.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lookin.core.history.versions import (
    Json,
    Manifest,
    Version,
    is_digest,
    manifest_from_json,
    unpacked,
    version_from_json,
)
from lookin.core.lib.files import write_atomic

log = logging.getLogger("lookin.history")

MOST_BYTES = 200_000_000  # of one thing, unpacked: more is damage
HEAD_BYTES = 32_000_000
_FAST_FROM = 1_000_000  # things larger than this are packed quickly rather than well


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing lies: `length` bytes from `start` of a pack."""

    pack: Path
    start: int
    length: int


def write_pack(path: Path, things: Iterable[tuple[str, bytes]]) -> dict[str, Place]:
    """Write a pack of (digest, packed bytes); where each thing lies. Raises LookinError `disk`."""
    items = list(things)
    head = json.dumps({"things": [[digest, len(data)] for digest, data in items]}).encode() + b"\n"
    write_atomic(path, head + b"".join(data for _, data in items), mode=0o600)
    places, start = {}, len(head)
    for digest, data in items:
        places[digest] = Place(path, start, len(data))
        start += len(data)
    return places


def read_index(path: Path) -> dict[str, Place]:
    """What lies in a pack; nothing when it is damaged or gone."""
    try:
        with path.open("rb") as file:
            head = file.readline(HEAD_BYTES)
        places, start = {}, len(head)
        for digest, length in json.loads(head)["things"]:
            if not is_digest(digest) or type(length) is not int or length < 0:
                raise ValueError("no index")
            places[digest] = Place(path, start, length)
            start += length
        if path.stat().st_size != start:
            raise ValueError("cut off")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("A damaged part of a history was left aside: %s (%r)", path.name, error)
        return {}
    return places


def read_raw(place: Place) -> bytes | None:
    """A thing's packed bytes; None when its pack is gone."""
    try:
        with place.pack.open("rb") as file:
            file.seek(place.start)
            return file.read(place.length)
    except OSError:
        return None


def squeeze(data: bytes) -> bytes:
    """A thing as it lies in a pack."""
    return zlib.compress(data, 1 if len(data) > _FAST_FROM else 6)


def unsqueeze(raw: bytes, digest: str) -> bytes | None:
    """A thing from its packed bytes, when it is what its digest says; else None, and a log line."""
    try:
        data = zlib.decompressobj().decompress(raw, MOST_BYTES)
    except zlib.error:
        data = b""
    if hashlib.sha256(data).hexdigest() == digest:
        return data
    log.warning("A damaged thing of a history was left aside: %s", digest)
    return None


def write_version(path: Path, version: Version, manifest: bytes) -> None:
    """Write a version's file: its head as a line, its manifest packed. Raises LookinError."""
    head = json.dumps(version.to_json(), ensure_ascii=False).encode() + b"\n"
    write_atomic(path, head + manifest, mode=0o600)


def read_version(path: Path) -> Version | None:
    """The head of a version's file; None when it is damaged or gone."""
    found = _read(path, whole=False)
    return found[0] if found else None


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a version's file; None when it is damaged or gone."""
    found = _read(path, whole=True)
    if found is None:
        return None
    try:
        data = zlib.decompressobj().decompress(found[1], MOST_BYTES)
        return manifest_from_json(unpacked(data))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        log.warning("A damaged version of a history was left aside: %s (%r)", path.name, error)
        return None


def rename_version(path: Path, name: str) -> bool:
    """Give a version another name; whether it was there. Raises LookinError `disk`."""
    found = _read(path, whole=True)
    if found is None:
        return False
    write_version(path, replace(found[0], name=name), found[1])
    return True


def _read(path: Path, *, whole: bool) -> tuple[Version, bytes] | None:
    try:
        with path.open("rb") as file:
            head: Json = json.loads(file.readline(HEAD_BYTES))
            version = version_from_json(head)
            if version.id != path.stem:
                raise ValueError("another's")
            return version, file.read() if whole else b""
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("A damaged version of a history was left aside: %s (%r)", path.name, error)
        return None
