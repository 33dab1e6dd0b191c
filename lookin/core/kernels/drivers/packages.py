"""Whether the packages of a Python environment have changed: a fingerprint of what lies there.

Cheap enough to look before a start: names and times of folders, no file is opened.
"""

from __future__ import annotations

import os
from pathlib import Path

_OF_PACKAGES = (".dist-info", ".egg-info", ".egg-link", ".pth")

Fingerprint = tuple[tuple[str, int, tuple[str, ...]], ...]


def fingerprint(python: Path) -> Fingerprint:
    """Of the site-packages folders of the environment that `python` stands in."""
    prefix = python.parent.parent
    found = []
    for folder in sorted(prefix.glob("lib*/python*/site-packages")):
        try:
            changed = folder.stat().st_mtime_ns
            names = tuple(sorted(n for n in os.listdir(folder) if n.endswith(_OF_PACKAGES)))  # noqa: PTH208
        except OSError:  # somebody is at work there
            changed, names = 0, ()
        found.append((str(folder), changed, names))
    return tuple(found)
