"""A Python for kernels with the plotting libraries and widgets that people use, built once.

In var/cache, by pip; LOOKIN_PLOTTING_PYTHON names one that is there already. Not for the site.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.environments import copy_of_kernels

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (
    "ipykernel>=7.4", "pandas", "matplotlib", "plotly>=6", "nbformat", "bokeh>=3.8", "altair>=6",
    "folium>=0.20", "ipywidgets>=8.1", "tqdm",
)  # fmt: skip
BUILD_SECONDS = 600


@cache
def plotting_python() -> str:
    """Its path; skips the test in words where the packages cannot be had."""
    given = os.environ.get("LOOKIN_PLOTTING_PYTHON")
    if given:
        return given
    name = hashlib.sha256(" ".join(PACKAGES).encode()).hexdigest()[:12]
    folder = ROOT / "var" / "cache" / f"plotting-{name}"
    python, done = folder / "bin" / "python", folder / "done"
    if not done.exists():
        try:
            command = [copy_of_kernels(folder), "-m", "pip", "install", "--quiet", *PACKAGES]
            subprocess.run(command, check=True, capture_output=True, timeout=BUILD_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"skipped: the plotting libraries: was not found: ({error})")
        done.touch()
    return str(python)
