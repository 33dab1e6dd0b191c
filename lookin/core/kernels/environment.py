"""The clean environment of a kernel: a short allow-list, never what the server has.

After `os.environ.clear()` a secret is still in /proc/self/environ, so a kernel, and the zygote that
it is forked from, is started with this environment and never sees another.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from lookin.core.kernels.sandbox.plan import PROXY_PORT

_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def kernel_environment(
    outer: Mapping[str, str], python: Path, home: Path, temporary: Path
) -> dict[str, str]:
    """The variables of a kernel that works in `home` and keeps its own things in `temporary`.

    Both as the kernel sees them. `temporary` is nobody else's.
    """
    kept = {name: outer[name] for name in _KEPT if name in outer}
    return {
        "LANG": "C.UTF-8",
        **kept,
        "HOME": str(home),
        "PATH": os.pathsep.join([str(python.parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "VIRTUAL_ENV": str(python.parent.parent),
        "TMPDIR": str(temporary),
        "IPYTHONDIR": str(temporary / "ipython"),
        "MPLCONFIGDIR": str(temporary / "matplotlib"),
        "XDG_CACHE_HOME": str(temporary / "cache"),
        "JUPYTER_CONFIG_DIR": str(temporary / "jupyter"),
        "JUPYTER_DATA_DIR": str(temporary / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(temporary / "jupyter"),
        "PYTHONNOUSERSITE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def proxy_environment() -> dict[str, str]:
    """What tells programs inside a fence that the way out is the proxy at its own door."""
    address = f"http://127.0.0.1:{PROXY_PORT}"
    return {name: address for upper in _PROXIES for name in (upper, upper.lower())}
