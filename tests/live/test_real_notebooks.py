"""Public course notebooks through Lookin and through nbclient: the same, cell by cell.

`make bench B=notebooks` does it with the slow ones too, and tells what differs by design.
"""

from __future__ import annotations

import asyncio
import copy

import pytest

from tests.live.real import pairs
from tests.live.real.chosen import CHOSEN, RealNotebook
from tests.live.real.fetching import ROOT, NotFetchedError
from tests.live.real.runs import Executed, run_all

QUICK = [one for one in CHOSEN if one.quick]
COMPATIBILITY = ROOT / "docs" / "reference" / "compatibility.md"


pytestmark = pytest.mark.timeout(600)  # the first test runs all of them


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Executed]:
    """Every quick notebook, run once."""
    try:
        done = asyncio.run(run_all(QUICK, tmp_path_factory.mktemp("nbclient")))
    except NotFetchedError as error:
        pytest.skip(f"skipped: real notebooks: the registry was not found: {error}")
    return {one.title: both for one, both in zip(QUICK, done, strict=True)}


def test_at_least_twelve_notebooks_are_run_everywhere() -> None:
    assert len(QUICK) >= 12
    assert len({one.kind for one in QUICK}) == len(QUICK)


@pytest.mark.parametrize("one", QUICK, ids=lambda one: one.title)
def test_a_real_notebook_gives_what_nbclient_gives(
    one: RealNotebook, executed: dict[str, Executed]
) -> None:
    both = executed[one.title]
    assert pairs.findings(both.ours, both.theirs, one.random) == []


@pytest.mark.parametrize("one", QUICK, ids=lambda one: one.title)
def test_a_cell_failed_where_the_kernel_told_nbclient_so(
    one: RealNotebook, executed: dict[str, Executed]
) -> None:
    both = executed[one.title]
    assert both.states.keys() == both.statuses.keys()
    for number, state in both.states.items():
        assert state == ("done" if both.statuses[number] == "ok" else "failed"), number


def test_what_differs_by_design_is_listed_and_really_differs(
    executed: dict[str, Executed],
) -> None:
    found = set[str]().union(
        *(pairs.designed(both.ours, both.theirs) for both in executed.values())
    )
    assert found == set(pairs.DESIGNED)
    listed = COMPATIBILITY.read_text()
    for name in [*pairs.DESIGNED, *(rule.name for rule in pairs.RULES)]:
        assert f"| {name} |" in listed, name


def test_a_lost_line_a_doubled_cell_and_another_picture_would_be_found(
    executed: dict[str, Executed],
) -> None:
    both = next(both for both in executed.values() if _has_stream(both.ours))
    broken = copy.deepcopy(both.ours)
    stream = next(o for cell in broken.cells for o in cell.get("outputs", []) if "text" in o)
    stream["text"] = stream["text"].partition("\n")[2]
    assert pairs.findings(broken, both.theirs)
    doubled = copy.deepcopy(both.ours)
    doubled.cells.append(doubled.cells[-1])
    assert pairs.findings(doubled, both.theirs)


def _has_stream(notebook: object) -> bool:
    cells = getattr(notebook, "cells", [])
    return any("text" in output for cell in cells for output in cell.get("outputs", []))
