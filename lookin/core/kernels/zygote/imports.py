"""What is brought into the zygote before the first fork: packages, and a kernel as far as it goes.

Everything here happens once, in one thread, and must leave nothing that a kernel could not have.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import native, rehearsal, renewal
from .frames import Json

_WHY = 300  # characters of a reason
_POLICY = {
    "OPENBLAS_NUM_THREADS": "1",  # its threads would start at the import, and not live in a fork
    "MPLBACKEND": renewal.INLINE,
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # or the debugger's modules print a warning
}


@dataclass
class Found:
    """What could not be imported, and why."""

    missing: list[Json] = field(default_factory=list)


def load(options: argparse.Namespace, say: Callable[[Json], None]) -> Found:
    """Import the list; what fails is left out. Restarts the process without what starts threads.

    `say` tells the driver which one comes, in case that is the end of this process.
    """
    os.environ.update(_POLICY)
    without: dict[str, str] = json.loads(options.without)
    found = Found([{"module": name, "why": why} for name, why in without.items()])
    for name in filter(None, options.imports.split(",")):
        if name in without:
            continue
        say({"importing": name})
        why = _import(name)
        if why:
            found.missing.append({"module": name, "why": why})
        if native.threads() != 1:
            _restart({**without, name: "it starts threads when it is imported"}, options)
    say({"importing": ""})
    return found


def _import(name: str) -> str:
    """Import a module; why it could not be."""
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 (a package may raise anything at import)
        return f"{type(error).__name__}: {error}"[:_WHY]
    return ""


def _restart(without: dict[str, str], options: argparse.Namespace) -> None:
    words = ["--control", str(options.control), "--imports", options.imports]
    words += ["--without", json.dumps(without)]
    os.set_inheritable(options.control, True)
    program = [sys.executable, str(Path(__file__).parent), *words]
    os.execv(sys.executable, program)  # noqa: S606 (ourselves, once more)


def build(found: Found) -> Any:
    """The kernel's parts that need neither threads nor sockets, warmed up. Environment emptied."""
    from .template import TemplateApp  # noqa: PLC0415 (after the packages, and after the checks)

    app = TemplateApp.instance()
    app.prepare()
    for name in rehearsal.learn(app):
        _import(name)
    rehearsal.rehearse(app)
    app.ours = [name for name in sys.modules if name.split(".")[0] == "_lookin"]
    native.forget_environment()
    return app
