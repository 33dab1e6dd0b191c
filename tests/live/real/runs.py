"""Notebook files in, files out: through a real broker, and through nbclient, side by side.

Both use the same Python, and copies of the same folder. Not for comparing (pairs.py).
"""

from __future__ import annotations

import asyncio
import importlib
import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.broker_process import BrokerProcess, Client, ask_once
from tests.live.real.chosen import RealNotebook
from tests.live.real.fetching import kernels_python, notebook

REFERENCE = Path(__file__).with_name("reference.py")
CELL_SECONDS = 120.0
BESIDE = {".py", ".dat", ".csv", ".png", ".jpg", ".svg"}  # what a notebook may import or show
nbformat: Any = importlib.import_module("nbformat")  # it has no types
SEED = "import random\n\nimport numpy\n\nrandom.seed(7)\nnumpy.random.seed(7)"


@dataclass(frozen=True, slots=True)
class Executed:
    """One notebook's two forms. `states` are Lookin's of the code cells that ran, by position;
    `statuses` what the kernel replied to nbclient ("ok" or "error")."""

    ours: Any
    theirs: Any
    states: dict[int, str]
    statuses: dict[int, str]
    seconds: float  # Lookin's, from opening to saved


def read_notebook(path: Path) -> Any:
    """A notebook file as nbformat has it: texts as one string each."""
    return nbformat.read(path, as_version=4)


async def run_all(chosen: Sequence[RealNotebook], folder: Path) -> list[Executed]:
    """Each notebook in Lookin and by nbclient; both work at the same time, each one by one."""
    broker = BrokerProcess(kernels={"imports": []})
    broker.python = await asyncio.to_thread(kernels_python)
    lookin = [_prepare(one, broker.workspace / str(i)) for i, one in enumerate(chosen)]
    reference = [_prepare(one, folder / str(i)) for i, one in enumerate(chosen)]
    running = asyncio.create_task(_run_by_nbclient(broker.python, reference))
    try:
        await asyncio.to_thread(broker.start)
        ours = [await _run_in_lookin(broker, path) for path in lookin]
        theirs = await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        broker.close()
    pairs = zip(ours, theirs, strict=True)
    return [
        Executed(our, their, states, statuses, spent)
        for (our, states, spent), (their, statuses) in pairs
    ]


def _prepare(one: RealNotebook, folder: Path) -> Path:
    """A copy of the notebook in `folder` with the small files that stand beside it."""
    source = notebook(one.package, one.name)
    folder.mkdir(parents=True)
    for file in source.parent.iterdir():
        if file.suffix in BESIDE and file.stat().st_size < 1_000_000:
            shutil.copy(file, folder)
    path = Path(shutil.copy(source, folder))
    if one.seed:
        content = read_notebook(path)
        content.cells.insert(0, nbformat.v4.new_code_cell(SEED))
        if (content.nbformat, content.nbformat_minor) < (4, 5):
            del content.cells[0]["id"]
        nbformat.write(content, path)
    return path


async def _run_in_lookin(broker: BrokerProcess, path: Path) -> tuple[Any, dict[int, str], float]:
    """Run every code cell in order, also after one that failed; the saved file."""
    address = {**broker.address(path), "folder": str(path.parent)}
    began = time.monotonic()
    states: dict[int, str] = {}
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document is not None)
        assert client.document is not None
        for number, id_ in enumerate(client.document.order):
            cell = client.document.cells[id_]
            if cell.type == "code" and cell.source.strip():
                states[number] = await _run(client, id_)
    spent = time.monotonic() - began
    kernels = await ask_once(broker.socket, {"op": "kernels", "person": None})
    for kernel in kernels["kernels"]:  # saves; and the next notebook has the machine to itself
        await ask_once(broker.socket, {"op": "end", "kernel": kernel["id"], "person": None})
    return read_notebook(path), states, spent


async def _run(client: Client, cell: str) -> str:
    answer = await client.ask(op="run", cell=cell)
    assert answer["t"] == "accepted", answer
    await client.until(lambda: client.state(cell) not in {"queued", "running", None}, CELL_SECONDS)
    assert client.kernel["state"] != "dead", client.kernel
    return str(client.state(cell))


async def _run_by_nbclient(python: Path, paths: Sequence[Path]) -> list[tuple[Any, dict[int, str]]]:
    targets = [path.with_suffix(".executed") for path in paths]
    words = [str(path) for pair in zip(paths, targets, strict=True) for path in pair]
    process = await asyncio.create_subprocess_exec(
        str(python),
        str(REFERENCE),
        *words,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()  # it ends its kernel
            await process.wait()
    sys.stderr.write("" if process.returncode == 0 else said.decode()[-2000:])
    assert process.returncode == 0, "nbclient could not run it"
    return [(read_notebook(target), _statuses(target)) for target in targets]


def _statuses(target: Path) -> dict[int, str]:
    told = json.loads(target.with_suffix(".states").read_text())
    return {int(number): str(status) for number, status in told.items()}
