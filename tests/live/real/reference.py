"""Runs notebooks with nbclient, one after the other. Runs inside the kernels' environment.

Each argument pair is a notebook and where its executed form goes; beside it, as `.states`, the
statuses of the kernel's replies by cell. Not imported by any test.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

nbformat: Any = importlib.import_module("nbformat")
nbclient: Any = importlib.import_module("nbclient")  # only there, not in the server's environment


def execute(source: Path, target: Path) -> None:
    """As a person does: every cell, also after one that failed; text of a stream is one output."""
    notebook = nbformat.read(source, as_version=4)
    statuses: dict[int, str] = {}

    def executed(cell_index: int, execute_reply: Any, **_: Any) -> None:
        statuses[cell_index] = execute_reply["content"]["status"]

    client = nbclient.NotebookClient(
        notebook,
        allow_errors=True,
        coalesce_streams=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(source.parent)}},
        record_timing=False,
        timeout=120,
        iopub_timeout=30,
        on_cell_executed=executed,
    )
    client.execute()
    nbformat.write(notebook, target)
    target.with_suffix(".states").write_text(json.dumps(statuses))


if __name__ == "__main__":
    words = sys.argv[1:]
    for name, result in zip(words[::2], words[1::2], strict=True):
        execute(Path(name), Path(result))
