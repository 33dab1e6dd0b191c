"""What `make test` runs: the front end's tests, every Python test, the apps again on PostgreSQL.

Three lanes, because tests of live processes and of pages wait for most of their time. With words
(`make test T=tests/core`) only pytest, with these words. Not the checks: checks.py.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests import postgresql
from tests.steps import ROOT, Beside, Step, front_end, run_steps, skipped

PYTEST = [sys.executable, "-m", "pytest", "-rs"]
WAITING = ("tests/live",)
PAGES = ("tests/browser",)
# Live tests of kernels alone, in the lane that would else be done long before the others.
KERNELS = tuple(
    f"tests/live/test_{part}.py"
    for part in (
        "driver_contract",
        "fence",
        "fenced_kernels",
        "jupyter_kernel_test",
        "outbox",
        "plain_kernels",
        "way_out",
        "zmtp",
        "zygote",
        "zygote_driver",
    )
)


def main(words: list[str]) -> int:
    """Run what was asked; the exit status is 0 only when nothing failed."""
    if words:
        return subprocess.call([*PYTEST, *words], cwd=ROOT)
    with Beside() as pages, Beside() as beside:
        browser = pages.start(lambda: _pytest(pages.run, *PAGES))
        rest = beside.start(lambda: _pytest(beside.run, *_others()))
        again = beside.start(lambda: _on_postgresql(beside))
        kernels = beside.start(lambda: _pytest(beside.run, *KERNELS))
        return run_steps(
            [
                Step("The front end (vitest)", front_end("test")),
                Step("Live processes (pytest)", lambda: _pytest(subprocess.call, *_live())),
                Step("Pages in the browser (pytest)", browser),
                Step("Core and apps, on SQLite (pytest)", rest),
                Step("The apps again, on PostgreSQL (pytest)", again),
                Step("Live kernels (pytest)", kernels),
            ]
        )


def _live() -> list[str]:
    return [*WAITING, *(f"--ignore={file}" for file in KERNELS)]


def _others() -> list[str]:
    """Every other folder of tests, also one that is made tomorrow."""
    folders = (ROOT / "tests").glob("*/")
    names = {f"tests/{folder.name}" for folder in folders if any(folder.rglob("test_*.py"))}
    return sorted(names - {*WAITING, *PAGES})


def _pytest(run: Beside.Run, *places: str, database: str = "") -> str | None:
    environment = {**os.environ, "DATABASE_URL": database}
    status = run([*PYTEST, *places], cwd=ROOT, env=environment)
    return None if status == 0 else f"failed (exit status {status})"


def _on_postgresql(beside: Beside) -> str | None:
    if postgresql.programs() is None:
        return skipped(postgresql.MISSING)
    with postgresql.private_cluster() as cluster:
        return _pytest(beside.run, "tests/apps", database=cluster.url())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
