"""All chosen public notebooks through Lookin and nbclient: what differs, and how long ours took.

The quick ones of them are a test too (tests/live/test_real_notebooks.py).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.figures import Figure, report
from tests.live.real import pairs
from tests.live.real.chosen import CHOSEN
from tests.live.real.fetching import NotFetchedError
from tests.live.real.runs import run_all


def main() -> int:
    """Run all, print each notebook with its differences; 1 when one of them is not explained."""
    with tempfile.TemporaryDirectory(prefix="lk") as folder:
        try:
            done = asyncio.run(run_all(CHOSEN, Path(folder)))
        except NotFetchedError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    found, cells = 0, 0
    for one, both in zip(CHOSEN, done, strict=True):
        findings = pairs.findings(both.ours, both.theirs, one.random)
        by_design = ", ".join(sorted(pairs.designed(both.ours, both.theirs)))
        print(f"{one.title} ({one.kind}): {len(both.ours.cells)} cells, {both.seconds:.1f} s")
        print(f"    by design: {by_design or 'nothing'}")
        for finding in findings:
            print(f"    NOT EXPLAINED: {finding}")
        found, cells = found + len(findings), cells + len(both.ours.cells)
    report(
        [
            Figure("public notebooks compared with nbclient", len(CHOSEN), "notebooks"),
            Figure("their cells", cells, "cells"),
            Figure("differences not explained", found, "", None, None, "none", found == 0),
        ]
    )
    return 1 if found else 0
