"""`make bench`: runs every file of this folder that has a `main()`, or the one named by B=NAME.

Each runs in a process of its own, so that none measures what another left in memory.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks that are here, in alphabetical order."""
    files = sorted(FOLDER.glob("*.py"))
    own = {"__init__", "__main__"}
    return [f.stem for f in files if f.stem not in own and "\ndef main(" in f.read_text()]


def run_one(name: str) -> int:
    """Run the benchmark `name` in this process; its exit status."""
    if name not in names():
        sys.stderr.write(f"There is no benchmark “{name}”. There are: {', '.join(names())}.\n")
        return 2
    return int(importlib.import_module(f"bench.{name}").main() or 0)


def run_all() -> int:
    """Run each benchmark in turn, also after one that failed; 1 when any did."""
    failed = [name for name in names() if subprocess.call([sys.executable, "-m", "bench", name])]
    if failed:
        sys.stderr.write(f"Failed: {', '.join(failed)}.\n")
    return 1 if failed else 0


def main(words: list[str]) -> int:
    """Run the one named, or all."""
    return run_one(words[0]) if words else run_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
