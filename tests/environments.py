"""Environments for kernels with more packages than people's kernels have, made from those.

Not for what is installed then: plotting.py and live/real/fetching.py say.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import venv
from pathlib import Path

KERNELS = Path(__file__).resolve().parents[1] / ".venv-kernels"


def copy_of_kernels(folder: Path) -> Path:
    """A copy of the kernels' environment in `folder`, to install more into; its interpreter.

    The files are linked, which takes a second instead of pip's minute: pip puts new files in the
    place of old ones, and changes none.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if KERNELS.is_dir():
        shutil.copytree(KERNELS, folder, symlinks=True, copy_function=_link)
    else:
        venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


def _link(source: str, target: str) -> str:
    with contextlib.suppress(OSError):  # another disk, or one without links
        os.link(source, target)
        return target
    return shutil.copy2(source, target)
