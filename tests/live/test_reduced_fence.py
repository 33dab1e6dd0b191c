"""Kernels where namespaces are not to be had: Landlock, the filter and limits alone."""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from lookin.core.kernels.driver import KernelSpec
from lookin.core.kernels.drivers.fencing import survey
from lookin.core.kernels.drivers.zygote import ZygoteDriver, ZygoteRules
from tests.live.broker_process import KERNEL_PYTHON
from tests.live.kernel_drivers import LIMITS
from tests.live.test_fenced_kernels import Person

_SLEEP = "import time; time.sleep(60)"


async def test_a_kernel_without_namespaces_runs_is_held_listens_and_ends() -> None:
    with tempfile.TemporaryDirectory(prefix="lf") as name:
        folder = Path(name)
        (folder / "w").mkdir()
        (folder / "secret").write_text("another's")
        found = await survey(KERNEL_PYTHON, LIMITS, "off", [folder / "w"])
        if found.tier != "full" or "ABI" not in found.parts.get("landlock", ""):
            pytest.skip(f"skipped: Landlock was not found: {found.reason}")
        fencing = replace(found, tier="reduced", own_uids=False)
        driver = ZygoteDriver(
            KERNEL_PYTHON, folder / "k", ZygoteRules(stock=0, imports=()), fencing
        )
        try:
            person = Person(await driver.start(KernelSpec(folder / "w")))
            assert (await person.run("open('mine', 'w').write('x')"))[1] == "done"
            said, state = await person.run(f"open({str(folder / 'secret')!r}).read()")
            assert (state, "Permission denied" in said) == ("failed", True)
            assert (await person.run("import socket; socket.socket()"))[1] == "failed"
            sleeping = asyncio.create_task(person.run(_SLEEP))
            while not sleeping.done():
                await asyncio.sleep(0.3)
                await person.kernel.interrupt()  # harmless while nothing runs
            assert sleeping.result()[1] == "interrupted"
            pid = person.kernel.pid
            await person.leave()
            assert pid is not None
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
        finally:
            await driver.close()
        assert list((folder / "k").glob("*")) == []
