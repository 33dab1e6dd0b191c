"""A driver for every language: Python's kernels from one driver, all others as plain processes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lookin.core.kernels.driver import Driver, Kernel, KernelSpec
from lookin.core.kernels.kernelspecs import choose_command, find_kernelspecs


class LanguageDriver:
    """`python` starts Python kernels and knows those of a dead broker; `plain` starts commands."""

    def __init__(self, python: Driver, plain: Driver, folders: Sequence[Path]) -> None:
        self._python = python
        self._plain = plain
        self._folders = tuple(folders)

    async def start(self, spec: KernelSpec) -> Kernel:
        """See driver.Driver. Raises KernelStartError `no_such_language` too."""
        if spec.argv is None and spec.written_for:
            found = await asyncio.to_thread(find_kernelspecs, self._folders)
            spec = replace(spec, argv=choose_command(spec.written_for, found))
        driver = self._python if spec.argv is None else self._plain
        return await driver.start(spec)

    async def found(self) -> list[Kernel]:
        """See driver.Driver. Other languages' kernels ended with their broker."""
        return await self._python.found()

    def status(self) -> dict[str, Any]:
        """See driver.Driver."""
        return self._python.status()

    async def close(self) -> None:
        """See driver.Driver."""
        await self._plain.close()
        await self._python.close()
