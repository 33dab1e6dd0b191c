"""Kernels as plain child processes of the broker: ipykernel, or any other kernelspec's command.

The driver that works everywhere. Behind the fence where there is one (`fenced.py`); without it no
more than a clean environment, a session of its own, limits, and death with the broker.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from lookin.core.kernels import fenced, launcher
from lookin.core.kernels.driver import Json, Kernel, KernelSpec, not_started
from lookin.core.kernels.drivers.child import ChildKernel, Command
from lookin.core.kernels.drivers.fencing import PLAIN, Fencing
from lookin.core.kernels.environment import kernel_environment

_SHOWN = (  # of ours, to the kernels' Python
    "launcher.py",
    "kernelapp.py",
    "kernelanswers.py",
    "kernelpreviews.py",
    "kernelsignatures.py",
    "kernelvariables.py",
    "kernelwidgets.py",
    "outbox.py",
)


class SubprocessDriver:
    """Each kernel has a folder of its own (0700) under `runtime`; `python` runs ipykernel."""

    def __init__(self, python: Path, runtime: Path, fencing: Fencing | None = None) -> None:
        self.python = python
        self.runtime = runtime
        self._fencing = fencing or Fencing()

    async def start(self, spec: KernelSpec) -> Kernel:
        """A ready kernel. Raises KernelStartError; then nothing remains of it."""
        private = self._make_folder()
        kernel = ChildKernel(private, spec)
        try:
            await kernel.begin(self._command(spec, private))
        except BaseException:
            await kernel.shutdown()
            raise
        return kernel

    def _command(self, spec: KernelSpec, private: Path) -> Command:
        fencing = self._fencing
        home, temporary = fencing.places(spec.folder, private)
        environment = kernel_environment(os.environ, self.python, home, temporary)
        if fencing.tier == "none" and (spec.argv is None or sys.platform != "linux"):
            words = self._words(spec, private, parent=str(os.getpid()))
            environment["JPY_PARENT_PID"] = str(os.getpid())
            return Command(words, environment, fenced=False)
        order = json.dumps(self._plan(private))
        outside = [str(self.python), str(Path(fenced.__file__)), str(os.getpid()), order]
        words = [*outside, str(spec.folder), *self._words(spec, private, parent="{parent}")]
        return Command(words, environment, fenced=True)

    def _words(self, spec: KernelSpec, private: Path, parent: str) -> list[str]:
        file = str(private / "connection.json")
        if spec.argv is not None:
            return [word.replace("{connection_file}", file) for word in spec.argv]
        history = "--HistoryManager.hist_file=:memory:"
        return [str(self.python), str(Path(launcher.__file__)), parent, "-f", file, history]

    def _plan(self, private: Path) -> Json:
        """The kernel makes its sockets itself, so it sees its private folder."""
        ours = Path(launcher.__file__).parent
        shown = tuple(str(ours / name) for name in _SHOWN)
        plan = self._fencing.plan(private)
        readable = (*plan.readable, *shown)
        return replace(plan, readable=readable, network="off", private=str(private)).to_json()

    def _make_folder(self) -> Path:
        private = self.runtime / f"{PLAIN}{secrets.token_hex(6)}"
        try:
            self.runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (private, private / "tmp"):
                folder.mkdir(mode=0o700)
        except OSError as error:
            raise not_started(error.strerror or "no folder could be made") from error
        return private

    async def found(self) -> list[Kernel]:
        """None: these kernels die with their broker. What it left is removed."""
        self.sweep()
        return []

    def status(self) -> Json:
        """Name and tier. A way out of the fence needs forked kernels."""
        none: Json = {"driver": "subprocess", "stock": 0, "forks": 0, "missing": []}
        return self._fencing.status() | none | {"network": "off"}

    async def close(self) -> None:
        """Nothing is kept."""

    def sweep(self) -> None:
        """Remove the folders that a killed broker left. Only before the first start."""
        shutil.rmtree(self.runtime, ignore_errors=True)
