"""Questions to a kernel: subshells, time, and what comes too late."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lookin.core.kernels.asking import Questions
from lookin.core.kernels.driver import KernelBusyError, Question
from lookin.core.kernels.wire import Message, Wire


class Other:
    """The other side of the sockets: `knows` is the content of the reply to a kind of request."""

    def __init__(self) -> None:
        self.wire = Wire("key")
        self.knows: dict[str, dict[str, Any]] = {
            "list_subshell": {"status": "ok", "subshell_id": []},
            "create_subshell": {"status": "ok", "subshell_id": "sub"},
            "complete": {"status": "ok", "matches": ["a"]},
        }
        self.busy = False
        self.heard: list[tuple[str, str, Any]] = []
        self.questions = Questions(self.wire, self.post, lambda: self.busy)

    async def post(self, port: str, frames: list[bytes]) -> None:
        import json

        header = json.loads(frames[2])
        kind = header["msg_type"].removesuffix("_request")
        self.heard.append((port, kind, header.get("subshell_id")))
        self.last = header["msg_id"]
        if kind in self.knows:
            self.reply(self.last, self.knows[kind])

    def reply(self, id_: str, content: dict[str, Any]) -> None:
        self.questions.take(Message(0, "reply", id_, content, 10))


COMPLETE = Question("complete", {}, 0.05)


async def test_the_first_question_makes_a_subshell_and_the_next_ones_use_it() -> None:
    other = Other()
    for _ in range(2):
        assert (await other.questions.ask(COMPLETE))["matches"] == ["a"]
    assert other.heard == [
        ("control_port", "list_subshell", None),
        ("control_port", "create_subshell", None),
        ("shell_port", "complete", "sub"),
        ("shell_port", "complete", "sub"),
    ]


async def test_a_subshell_that_another_broker_made_is_used() -> None:
    other = Other()
    other.knows["list_subshell"]["subshell_id"] = ["old"]
    await other.questions.ask(COMPLETE)
    assert other.heard[-1] == ("shell_port", "complete", "old")


async def test_without_subshells_only_an_idle_kernel_is_asked() -> None:
    other = Other()
    other.questions.has_subshells = False
    await other.questions.ask(COMPLETE)
    assert other.heard == [("shell_port", "complete", None)]
    other.busy = True
    with pytest.raises(KernelBusyError):
        await other.questions.ask(COMPLETE)


async def test_an_overdue_answer_lets_nobody_wait_behind_it() -> None:
    other = Other()
    await other.questions.ask(COMPLETE)
    content = other.knows.pop("complete")
    with pytest.raises(KernelBusyError):
        await other.questions.ask(COMPLETE)
    asked = len(other.heard)
    with pytest.raises(KernelBusyError):
        await other.questions.ask(COMPLETE)
    assert len(other.heard) == asked  # it was not even asked
    other.reply(other.last, content)
    other.knows["complete"] = content
    assert await other.questions.ask(COMPLETE)


async def test_a_subshell_that_is_gone_is_made_again() -> None:
    other = Other()
    await other.questions.ask(COMPLETE)
    other.knows["complete"] = {"status": "error", "ename": "UnknownSubshellError"}
    with pytest.raises(KernelBusyError):
        await other.questions.ask(COMPLETE)
    other.knows["complete"] = {"status": "ok", "matches": ["b"]}
    assert (await other.questions.ask(COMPLETE))["matches"] == ["b"]


async def test_one_waits_for_another_but_not_for_ever() -> None:
    other = Other()
    await other.questions.ask(COMPLETE)
    content = other.knows.pop("complete")
    first = asyncio.create_task(other.questions.ask(Question("complete", {}, 5.0)))
    await asyncio.sleep(0)
    with pytest.raises(KernelBusyError):
        await other.questions.ask(COMPLETE)
    other.reply(other.last, content)
    assert (await first)["matches"] == ["a"]


async def test_a_reply_of_a_stranger_is_cleaned() -> None:
    other = Other()
    other.knows["complete"] = {"matches": ["\ud800"], "n": float("nan")}
    reply = await other.questions.ask(COMPLETE)
    assert reply == {"matches": ["\ufffd"], "n": None}
