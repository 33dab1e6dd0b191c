"""What the fence round kernels amounts to on this machine, in words for who runs the place.

Not the fence itself (core/kernels/sandbox), and not its probe: told by the driver or the doctor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_noop

# By tier: what it means, and what to do. Sentences, translated where they are shown.
WORDS = {
    "full": (
        gettext_noop("Kernels are fenced off from each other and from this server."),
        "",
    ),
    "reduced": (
        gettext_noop(
            "Kernels are fenced off only in part: files of others are out of reach, but kernels "
            "see that other processes exist."
        ),
        gettext_noop(
            "Allow unprivileged user namespaces on this machine; docs/how-to/kernels.md says how."
        ),
    ),
    "none": (
        gettext_noop(
            "Nothing fences kernels off: who runs Python here can read what this server can read."
        ),
        gettext_noop(
            "Run Lookin on Linux 5.13 or newer with user namespaces, or keep this place to "
            "yourself. docs/how-to/kernels.md says how."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class FenceWords:
    """`message` and `advice` are English and translatable; `reason` is the probe's own."""

    tier: str
    reason: str
    message: str
    advice: str
    parts: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """As the page gets it, untranslated."""
        return asdict(self)

    def line(self) -> str:
        """One line for a terminal or a log."""
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.message}{reason} {self.advice}".strip()


def fence_of(told: Mapping[str, Any]) -> FenceWords:
    """From `{"tier", "reason", "parts"}`; a tier that nobody knows counts as none."""
    tier = str(told.get("tier", "none"))
    tier = tier if tier in WORDS else "none"
    message, advice = WORDS[tier]
    parts = {str(key): str(value) for key, value in (told.get("parts") or {}).items()}
    return FenceWords(tier, str(told.get("reason") or ""), message, advice, parts)
