"""The clean environment of a kernel: a short allow-list, never what the server has.

After `os.environ.clear()` a secret is still in /proc/self/environ, so the kernel is started with
this environment and never sees another.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")


def kernel_environment(
    outer: Mapping[str, str], python: Path, folder: Path, private: Path
) -> dict[str, str]:
    """The variables of a kernel that works in `folder` and keeps its own things in `private`."""
    kept = {name: outer[name] for name in _KEPT if name in outer}
    return {
        "LANG": "C.UTF-8",
        **kept,
        "HOME": str(folder),
        "PATH": os.pathsep.join([str(python.parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "VIRTUAL_ENV": str(python.parent.parent),
        "TMPDIR": str(private / "tmp"),
        "IPYTHONDIR": str(private / "ipython"),
        "MPLCONFIGDIR": str(private / "matplotlib"),
        "XDG_CACHE_HOME": str(private / "cache"),
        "JUPYTER_CONFIG_DIR": str(private / "jupyter"),
        "JUPYTER_DATA_DIR": str(private / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(private / "jupyter"),
        "PYTHONNOUSERSITE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "JPY_PARENT_PID": str(os.getpid()),
    }
