"""Which command a notebook's kernel is: Python's own, or that of a kernelspec installed here.

Only folders that belong to the system or to the kernels' Python are read, never a person's: whoever
can write a kernelspec chooses what runs. Source:
https://jupyter-client.readthedocs.io/en/latest/kernels.html#kernel-specs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookin.core.kernels.driver import KernelStartError

Json = Mapping[str, Any]
_SYSTEM = (Path("/usr/local/share/jupyter/kernels"), Path("/usr/share/jupyter/kernels"))
_FILE_BYTES = 100_000
_PYTHON = {"python", "ipython"}


@dataclass(frozen=True, slots=True)
class Kernelspec:
    """`argv` holds `{connection_file}` somewhere; `language` is in lower case."""

    name: str
    language: str
    argv: tuple[str, ...]


def kernelspec_folders(python: Path) -> tuple[Path, ...]:
    """Where kernelspecs may be installed, the most particular first."""
    return (python.parent.parent / "share/jupyter/kernels", *_SYSTEM)


def find_kernelspecs(folders: Iterable[Path]) -> dict[str, Kernelspec]:
    """Those that can be read, by name. Of two with one name the first counts."""
    found: dict[str, Kernelspec] = {}
    for folder in folders:
        for file in sorted(folder.glob("*/kernel.json")):
            spec = _read(file)
            if spec is not None:
                found.setdefault(spec.name, spec)
    return found


def choose_command(written_for: Json, found: Mapping[str, Kernelspec]) -> tuple[str, ...] | None:
    """The command for a notebook with this metadata; None for the Python that is here anyway.

    A Python notebook runs in our Python whatever its kernel was called elsewhere. Raises
    KernelStartError `no_such_language`.
    """
    wanted, about = written_for.get("kernelspec"), written_for.get("language_info")
    wanted, about = (each if isinstance(each, dict) else {} for each in (wanted, about))
    name = str(wanted.get("name") or "").lower()
    language = str(wanted.get("language") or about.get("name") or "").lower()
    by_name = found.get(name)
    if language in _PYTHON or (not language and by_name is None):
        return None
    if by_name is not None and by_name.language in _PYTHON:
        return None
    same = [spec for spec in found.values() if spec.language == language]
    if by_name is None and not same:
        raise KernelStartError(
            "This notebook is written in {language}, and there is no kernel for that here.",
            "Ask the person who runs this place to install one, or change the cells to Python in a"
            " new notebook.",
            code="no_such_language",
            values={"language": language[:60]},
        )
    return (by_name or same[0]).argv


def _read(file: Path) -> Kernelspec | None:
    try:
        if file.stat().st_size > _FILE_BYTES:
            return None
        plain = json.loads(file.read_bytes())
        argv = [str(word) for word in plain["argv"]]
        environment = [f"{key}={value}" for key, value in plain.get("env", {}).items()]
        language = str(plain["language"]).lower()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if not any("{connection_file}" in word for word in argv):
        return None
    prefix = ["/usr/bin/env", *environment] if environment else []
    return Kernelspec(file.parent.name.lower(), language, (*prefix, *argv))
