"""Notebooks in other languages than Python: real kernels of another kernelspec."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lookin.core.kernels.driver import KernelSpec, KernelStartError
from lookin.core.kernels.drivers.languages import LanguageDriver
from tests.live.kernel_drivers import make_unfenced
from tests.live.test_plain_kernels import ECHO, run

ABOUT = {"kernelspec": {"name": "echo", "language": "echo"}}


@pytest.fixture
async def driver() -> AsyncIterator[tuple[LanguageDriver, Path]]:
    with tempfile.TemporaryDirectory(prefix="lk") as name:
        folder = Path(name)
        (folder / "w").mkdir()
        (folder / "specs" / "echo").mkdir(parents=True)
        spec = {"argv": ECHO, "language": "Echo", "env": {"LOUD": "1"}}
        (folder / "specs" / "echo" / "kernel.json").write_text(json.dumps(spec))
        plain: Any = await make_unfenced("subprocess", folder)
        made = LanguageDriver(plain, plain, [folder / "specs"])
        yield made, folder / "w"
        await made.close()


async def test_a_notebook_runs_in_the_language_it_was_written_in(
    driver: tuple[LanguageDriver, Path],
) -> None:
    kernel = await driver[0].start(KernelSpec(driver[1], written_for=ABOUT))
    assert (await run(kernel, "loud"))[0] == "LOUD"
    await kernel.shutdown()


async def test_a_language_without_a_kernel_starts_nothing(
    driver: tuple[LanguageDriver, Path],
) -> None:
    about = {"kernelspec": {"name": "ir", "language": "R"}}
    with pytest.raises(KernelStartError) as caught:
        await driver[0].start(KernelSpec(driver[1], written_for=about))
    assert caught.value.code == "no_such_language"
