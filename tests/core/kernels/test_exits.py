"""Every end of a kernel is explained, says that nothing was lost, and what to do next."""

from __future__ import annotations

import signal

import pytest

from lookin.core.kernels.exits import REASONS, explain, explain_exit

VALUES = {"status": 3, "signal": "SIGTERM", "used": 900, "limit": 800, "minutes": 5}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_says_what_is_kept_and_what_to_do_next(reason: str) -> None:
    why = explain(reason, **VALUES)
    assert why.reason == reason
    assert "is saved" in why.message or "as it was" in why.message
    assert why.message.rstrip(".").split(". ")[-1].split()[0] in {"Run", "Work", "Do", "Use",
        "Write", "Delete", "Tell"}  # fmt: skip
    assert "{" not in why.message
    assert "!" not in why.message


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (None, "crashed"),
        (0, "exited"),
        (3, "exited"),
        (-signal.SIGKILL, "killed"),
        (-signal.SIGTERM, "killed"),
        (-64, "killed"),
        (-signal.SIGSEGV, "crashed_memory"),
        (-signal.SIGABRT, "crashed_abort"),
        (-signal.SIGSYS, "crashed_forbidden"),
    ],
)
def test_a_status_gets_its_own_reason(status: int | None, reason: str) -> None:
    assert explain_exit(status).reason == reason


def test_only_the_system_itself_says_that_memory_was_short() -> None:
    assert explain_exit(-signal.SIGKILL, out_of_memory=True).reason == "out_of_memory"
    assert explain_exit(-signal.SIGTERM, out_of_memory=True).reason == "killed"
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP):
        assert "memory" not in explain_exit(-number).message
