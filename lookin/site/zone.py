"""The time zone of the place: the one that the operator names, else the machine's own."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

LOCALTIME = Path("/etc/localtime")
_ROOT = "zoneinfo"
_SAME = {"Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"}


def zone_name(named: str, localtime: Path = LOCALTIME) -> str:
    """The IANA name of `named`, else of what /etc/localtime leads to, else UTC."""
    if named.strip():
        return named.strip()
    parts = localtime.resolve().parts
    if _ROOT not in parts:
        return "UTC"
    found = "/".join(parts[parts.index(_ROOT) + 1 :])
    return found if is_zone(found) and found not in _SAME else "UTC"


def is_zone(name: str) -> bool:
    """Whether this machine can reckon in that zone."""
    if name == "UTC":
        return True
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not known, no name at all, the name of a folder
        return False
    return True
