"""What the fence round kernels amounts to on this machine, in words for who runs the place.

Not the fence itself (core/kernels/sandbox), and not its probe: told by the driver or the doctor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

# By tier: what it means. Sentences, translated where they are shown.
WORDS = {
    "full": gettext_noop("Kernels are fenced off from each other and from this server."),
    "reduced": gettext_noop(
        "Kernels are fenced off only in part, by rules on files and system calls and without "
        "spaces of their own. They reach no network whatever LOOKIN_NETWORK says, and none is "
        "kept ready."
    ),
    "none": gettext_noop(
        "Nothing fences kernels off: who runs Python here can read what this server can read."
    ),
}
REFUSED = gettext_noop(
    "Several people are here, so no kernel starts. LOOKIN_UNFENCED=yes lets them start without a "
    "fence."
)


@dataclass(frozen=True, slots=True)
class FenceWords:
    """`message` says what the tier means; `reason` why it is no better, and what to do."""

    tier: str
    message: str
    reason: str
    parts: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """As the page gets it, in the language of this request."""
        reason = gettext(self.reason) if self.reason else ""
        return {**asdict(self), "message": gettext(self.message), "reason": reason}

    def line(self) -> str:
        """One line for a terminal or a log."""
        return f"{self.message} {self.reason}".strip()


def fence_of(told: Mapping[str, Any]) -> FenceWords:
    """From `{"tier", "reason", "parts"}`; a tier that nobody knows counts as none."""
    tier = str(told.get("tier", "none"))
    tier = tier if tier in WORDS else "none"
    parts = {str(key): str(value) for key, value in (told.get("parts") or {}).items()}
    reason = "" if tier == "full" else str(told.get("reason") or "")
    return FenceWords(tier, WORDS[tier], reason, parts)


def refuses_several(tier: str, *, alone: bool, unfenced: bool) -> bool:
    """Whether no kernel starts here: without any fence Lookin serves one person only."""
    return tier == "none" and not alone and not unfenced
