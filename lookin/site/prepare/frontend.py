"""The front end: a Node to build it with, its packages, and `web/dist`.

The new build is put in the old one's place in one move, so that a build that fails changes nothing.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from lookin.site.prepare.programs import Programs
from lookin.site.prepare.stamps import digest_of, is_stamped, write_stamp

_OLDEST_NODE = (20, 19)  # what Vite 8 asks for; see "engines" in web/package.json
_STAMP = ".prepared"


def has_node() -> bool:
    """Whether PATH offers npm and a Node that is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    try:
        answer = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= _OLDEST_NODE


def path_with_node(folder: Path) -> str:
    """PATH with our own Node in front, where it has been laid into `folder`."""
    own = folder / "bin"
    path = os.environ.get("PATH", os.defpath)
    return f"{own}{os.pathsep}{path}" if (own / "node").exists() else path


class Frontend:
    """The folder `web/` and what is made in it."""

    def __init__(self, web: Path) -> None:
        self.web = web
        self._packages = web / "node_modules" / _STAMP
        self._dist = web / "dist"

    def has_packages(self) -> bool:
        """Whether `node_modules` is whole and is what the lock file says."""
        return is_stamped(self._packages, self._packages_digest())

    def install_packages(self, programs: Programs) -> None:
        """`npm ci`: exactly the lock file, each package checked against its hash."""
        command: list[str | Path] = ["npm", "ci", "--no-audit", "--no-fund"]
        programs.run("The packages of the front end", "npm", command, self.web)
        write_stamp(self._packages, self._packages_digest())

    def is_built(self) -> bool:
        """Whether `web/dist` was built from the present sources."""
        return is_stamped(self._dist / _STAMP, self._build_digest())

    def build(self, programs: Programs) -> None:
        """Build beside the present `dist`, then put the new one in its place."""
        digest = self._build_digest()
        fresh = self.web / "node_modules" / ".dist"
        stale = self.web / "node_modules" / ".dist-before"
        command: list[str | Path] = [
            "npm",
            "run",
            "build",
            "--",
            "--outDir",
            fresh,
            "--emptyOutDir",
        ]
        programs.run("The front end", "build", command, self.web)
        write_stamp(fresh / _STAMP, digest)
        shutil.rmtree(stale, ignore_errors=True)
        if self._dist.exists():
            self._dist.rename(stale)
        fresh.rename(self._dist)
        shutil.rmtree(stale, ignore_errors=True)

    def _packages_digest(self) -> str:
        # node_modules holds binaries of this system, so a copied checkout installs its own.
        system = f"{sys.platform} {platform.machine()}"
        return digest_of(system, self.web / "package-lock.json", self.web / ".npmrc")

    def _build_digest(self) -> str:
        made = {"node_modules", "dist"}
        sources = sorted(entry for entry in self.web.iterdir() if entry.name not in made)
        return digest_of(self._packages_digest(), *sources)
