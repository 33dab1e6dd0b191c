"""What the fence of one kernel shall be: plain values, JSON-able, no policy of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

WORKSPACE = "/home/workspace"  # where a kernel of tier "full" finds its folder
PROXY_PORT = 3128
TIERS = ("full", "reduced", "none")
NETWORKS = ("off", "proxy")


@dataclass(frozen=True)
class Limits:
    """Bounds of one kernel; 0 = no bound. `memory_bytes` is for each of its processes."""

    memory_bytes: int = 0
    processes: int = 0  # threads count
    open_files: int = 0
    file_bytes: int = 0
    tmp_bytes: int = 0  # of /tmp, and again of /dev/shm


@dataclass(frozen=True)
class Plan:
    """The fence of one kernel.

    `readable`: folders and files shown read-only at their own path (the environment of its
    Python: its prefix and its base prefix). `uid`: as root, the high uid the kernel becomes
    (workspaces are then mounted idmapped); None: a user namespace. `private`: a folder shown
    read-write at its own path.
    """

    tier: str = "full"
    readable: tuple[str, ...] = ()
    network: str = "off"
    limits: Limits = field(default_factory=Limits)
    uid: int | None = None
    private: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would silently fence less."""
        if self.tier not in TIERS or self.network not in NETWORKS:
            raise ValueError(f"no such tier or network: {self.tier!r}, {self.network!r}")
        if self.network == "proxy" and self.tier == "reduced":
            raise ValueError("tier reduced has no network of its own to put a proxy in")
        if self.uid is not None and self.uid < 1000:
            raise ValueError("the kernel's uid must not be one of the system's")
        for path in (*self.readable, *([self.private] if self.private else [])):
            if not path.startswith("/") or path == "/":
                raise ValueError(f"not a path the fence can show: {path!r}")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any] | str) -> Plan:
        """The plan of `to_json`, of an object or its text. Raises ValueError or TypeError."""
        values = dict(json.loads(plain) if isinstance(plain, str) else plain)
        values["limits"] = Limits(**values.get("limits", {}))
        values["readable"] = tuple(values.get("readable", ()))
        return cls(**values)
