"""What a driver of kernels offers, wherever they run. Drivers stand in `drivers/`.

Not for notebooks: a kernel takes code and reports, and does not know what a cell is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lookin.core.kernels.exits import Exit
from lookin.core.kernels.messages import Report
from lookin.core.lib.errors import LookinError


@dataclass(frozen=True, slots=True)
class KernelSpec:
    """What to start: `folder` becomes the working directory and HOME. Times in seconds."""

    folder: Path
    start_seconds: float = 60.0
    stop_seconds: float = 2.0


class KernelStartError(LookinError):
    """The kernel did not come up; the message says why in a sentence for people."""

    code = "not_started"
    status = 503


class Kernel(Protocol):
    """A running kernel of one notebook."""

    @property
    def exit(self) -> Exit | None:
        """Why it is gone; None while it runs. Set before `reports` ends."""

    @property
    def pid(self) -> int | None:
        """The process, where there is one on this machine."""

    def reports(self) -> AsyncIterator[Report]:
        """Everything the kernel says, in order for each request. To be read by one reader.

        Ends when the kernel is gone and the last report has been handed over.
        """

    async def execute(self, request: str, code: str) -> None:
        """Ask to run `code`; its reports carry `request` as `parent`."""

    async def interrupt(self) -> None:
        """Stop the code that runs, as Ctrl-C does. Harmless when nothing runs or it is gone."""

    async def shutdown(self) -> None:
        """End it and all it started; leaves no process, socket or folder. May be called twice."""


class Driver(Protocol):
    """Starts kernels."""

    async def start(self, spec: KernelSpec) -> Kernel:
        """A kernel that is ready for code. Raises KernelStartError; then nothing remains of it."""
