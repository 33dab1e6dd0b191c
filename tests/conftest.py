"""What holds for every test: which ones need something that this machine may lack.

A reason that says “was not found” is a skip for people and, with LOOKIN_CI set, a failure.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import postgresql

# How long an example takes says how busy the machine is, and not whether the code is right.
settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any-machine")

BROWSER = Path(__file__).parent / "browser"

# Whoever starts the tests in the background of a shell has SIGINT ignored, and every child inherits
# that: then no test of Ctrl-C could pass.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    """The command line sets a narrow one, which must not reach the tests that come after."""
    os.umask(0o022)
    yield
    os.umask(0o022)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of the face models where there are none; put the browser's tests last.

    Playwright keeps an event loop running in this thread until the end of the run, and no test that
    starts one of its own can follow it.
    """
    items.sort(key=lambda item: BROWSER in item.path.parents)
    needing = [item for item in items if item.get_closest_marker("models")]
    problem = _models_problem() if needing else None
    for item in needing:
        if problem is not None:
            item.add_marker(pytest.mark.skip(f"skipped: face models: was not found: {problem}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, a test that was skipped for want of a program or a model has failed."""
    report = yield
    if os.environ.get("LOOKIN_CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "was not found" in reason:
            report.outcome = "failed"
            report.longrepr = f"CI may not skip this: {reason}"
    return report


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[postgresql.Cluster]:
    """A private PostgreSQL, gone at the end of the run."""
    if postgresql.programs() is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.private_cluster() as cluster:
        yield cluster


def _models_problem() -> str | None:
    from django.conf import settings

    from lookin.core.faces.models import models_problem

    found: Any = models_problem(Path(settings.MODELS_DIR))
    return None if found is None else str(found)
