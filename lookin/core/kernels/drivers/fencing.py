"""What fence kernels get on this machine: probed once, then made into a plan for each kernel.

The fence itself stands in `sandbox/`. Policy (limits, network) comes from the caller.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookin.core.kernels.sandbox.plan import WORKSPACE, Limits, Plan
from lookin.core.kernels.sandbox.probe import probe

Json = dict[str, Any]
# How the folders of plain child kernels are called. Their code may write in them, so nothing that
# lies there is ever believed.
PLAIN = "plain-"
_FIRST_UID = 2_000_000_000
_UIDS = 1 << 20
_SECONDS = 30.0
# Folders of the system are shown by the fence itself; what else this Python reads is named here.
_PLACES = """
import json, os, sys
found = {sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.executable))}
found |= {os.path.realpath(path) for path in sys.path if os.path.exists(path)}
found |= {os.path.realpath(path) for path in found}
print(json.dumps(sorted(found)))
"""


@dataclass(frozen=True, slots=True)
class Fencing:
    """The tier and what every plan has in common."""

    tier: str = "none"
    reason: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    own_uids: bool = False
    readable: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    network: str = "off"

    def plan(self, private: Path) -> Plan:
        """The plan of one kernel; as root, with a uid that no other is likely to have."""
        uid = _FIRST_UID + secrets.randbelow(_UIDS) if self.own_uids else None
        shown = str(private / "tmp") if self.tier == "reduced" else None
        network = self.network if self.tier == "full" else "off"
        return Plan(self.tier, self.readable, network, self.limits, uid, shown)

    def places(self, folder: Path, private: Path) -> tuple[Path, Path]:
        """HOME and the temporary folder as the kernel sees them."""
        if self.tier == "full":
            return Path(WORKSPACE), Path("/tmp")  # noqa: S108 (its own, inside the fence)
        return folder, private / "tmp"

    def status(self) -> Json:
        """For the doctor and the admin."""
        return {"tier": self.tier, "reason": self.reason, "parts": self.parts}


async def survey(
    python: Path, limits: Limits, network: str, folders: Sequence[Path] = ()
) -> Fencing:
    """Try what this machine can do for kernels of `python` in `folders`. Takes about a second."""
    tier = await asyncio.to_thread(probe, str(python), [str(folder) for folder in folders])
    readable = await asyncio.to_thread(_readable, python) if tier.name != "none" else ()
    return Fencing(tier.name, tier.reason, tier.parts, tier.own_uids, readable, limits, network)


def _readable(python: Path) -> tuple[str, ...]:
    """The folders of this Python that lie outside the system's; the shortest that hold others."""
    command = [str(python), "-I", "-c", _PLACES]
    answer = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True, env={})
    kept: list[str] = []
    for path in json.loads(answer.stdout):
        inside = any(path == other or path.startswith(f"{other}/") for other in ("/usr", *kept))
        if path.startswith("/") and path != "/" and not inside:
            kept.append(path)
    return tuple(kept)
