"""Brings the lock files in step with what is asked for: `make lock`; U=--upgrade takes the newest.

Hashes and versions only, never a registry's address. Not for installing: the set-up program does
that from these files.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lookin.site.prepare.frontend import path_with_node
from lookin.site.prepare.programs import clean_environment

ROOT = Path(__file__).resolve().parents[1]
UV = [str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet"]
UV += ["--universal", "--python-version", "3.11", "--generate-hashes"]
UV += ["--no-emit-index-url", "--no-emit-find-links", "--no-header"]
SERVER = ["pyproject.toml", "requirements/server.in"]
SAME_AS_SERVER = ["-c", "requirements/server.txt"]

LISTS: dict[str, list[str]] = {
    "server": SERVER,
    "dev": [*SERVER, "--extra", "dev", *SAME_AS_SERVER],
    "kernels": ["requirements/kernels.in"],
    "notebooks": ["requirements/notebooks.in", "-c", "requirements/kernels.txt"],
    "models": ["requirements/models.in", *SAME_AS_SERVER],
    "node": ["requirements/node.in"],
}


def main(words: list[str]) -> int:
    """Compile every list, then npm's; stops at the first that fails."""
    for name, sources in LISTS.items():
        sys.stderr.write(f"requirements/{name}.txt\n")
        output = ["-o", f"requirements/{name}.txt"]
        status = subprocess.call(
            [*UV, *words, *sources, *output], cwd=ROOT, env=clean_environment({})
        )
        if status != 0:
            return status
    sys.stderr.write("web/package-lock.json\n")
    environment = clean_environment({"PATH": path_with_node(ROOT / ".node")})
    change = "update" if "--upgrade" in words else "install"
    command = ["npm", change, "--package-lock-only", "--no-audit", "--no-fund"]
    return subprocess.call(command, cwd=ROOT / "web", env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
