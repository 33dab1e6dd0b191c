"""The fence that this machine can give the kernels of this installation, found by trying it."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from lookin.apps.kernels.fence import REFUSED, FenceWords, fence_of, refuses_several
from lookin.core.kernels.sandbox.probe import probe


@cache
def found_fence() -> FenceWords:
    """Takes a tenth of a second, once in a process. Never raises."""
    workspaces = settings.HOME / "workspaces"
    tier = probe(str(settings.KERNEL_PYTHON), [str(workspaces)])
    return fence_of({"tier": tier.name, "reason": tier.reason, "parts": tier.parts})


def fence_lines() -> list[str]:
    """For the terminal at the start: nothing behind a full fence, else what is missing."""
    from lookin.apps.accounts.access import is_alone  # noqa: PLC0415 (needs Django set up)

    fence = found_fence()
    if fence.tier == "full":
        return []
    refuses = refuses_several(fence.tier, alone=is_alone(), unfenced=settings.UNFENCED)
    return [fence.line(), *([REFUSED] if refuses else [])]
