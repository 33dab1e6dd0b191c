"""What `make test` runs: the front end's tests, every Python test, the apps again on PostgreSQL.

With words (`make test T=tests/core`) only pytest, with these words. Not the checks: checks.py.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests import postgresql
from tests.steps import ROOT, Step, front_end, run_steps, skipped

PYTEST = [sys.executable, "-m", "pytest", "-rs"]


def main(words: list[str]) -> int:
    """Run what was asked; the exit status is 0 only when nothing failed."""
    if words:
        return subprocess.call([*PYTEST, *words], cwd=ROOT)
    return run_steps(
        [
            Step("The front end (vitest)", front_end("test")),
            Step("Everything, on SQLite (pytest)", _everything),
            Step("The apps again, on PostgreSQL (pytest)", _on_postgresql),
        ]
    )


def _everything() -> str | None:
    environment = {**os.environ, "DATABASE_URL": ""}
    return _failure(subprocess.call([*PYTEST, "tests"], cwd=ROOT, env=environment))


def _on_postgresql() -> str | None:
    if postgresql.programs() is None:
        return skipped(postgresql.MISSING)
    with postgresql.private_cluster() as cluster:
        environment = {**os.environ, "DATABASE_URL": cluster.url()}
        return _failure(subprocess.call([*PYTEST, "tests/apps"], cwd=ROOT, env=environment))


def _failure(status: int) -> str | None:
    return None if status == 0 else f"failed (exit status {status})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
