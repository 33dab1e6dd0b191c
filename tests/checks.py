"""What `make check` runs: style, types, import rules, budgets, Django's own checks, front end.

`--fix` mends what ruff and Biome can mend by themselves. Not the tests: suite.py.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.steps import ROOT, Step, command, front_end, run_steps

BIN = Path(sys.executable).parent
PYTHON = ("lookin", "tests", "bench", "requirements")


def main(words: list[str]) -> int:
    """Run the checks, or mend with --fix; the exit status is 0 only when nothing is wrong."""
    if words == ["--fix"]:
        return run_steps(
            [
                Step("Style (ruff)", command(BIN / "ruff", "check", "--fix", *PYTHON)),
                Step("Layout (ruff)", command(BIN / "ruff", "format", *PYTHON)),
                Step("Front end (Biome)", front_end("fix")),
            ]
        )
    with tempfile.TemporaryDirectory(prefix="lookin-check-") as home:
        return run_steps(_checks(home))


def _checks(home: str) -> list[Step]:
    def manage(*words: str) -> Step:
        lookin = command(BIN / "lookin", "manage", *words, LOOKIN_HOME=home, DATABASE_URL="")
        return Step(f"Django: {words[0]}", lookin)

    return [
        Step("Style (ruff)", command(BIN / "ruff", "check", *PYTHON)),
        Step("Layout (ruff)", command(BIN / "ruff", "format", "--check", *PYTHON)),
        Step("Types (mypy)", command(BIN / "mypy")),
        Step("Rings (import-linter)", command(BIN / "lint-imports")),
        Step("House rules (pytest)", command(BIN / "pytest", ROOT / "tests/core/test_house.py")),
        manage("check", "--fail-level", "WARNING"),
        manage("makemigrations", "--check", "--dry-run"),
        Step("Front end (TypeScript, Biome)", front_end("check")),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
