"""Questions to a kernel while it runs: completion, inspection, variables; who may, how many."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.live.broker_process import BrokerProcess, Client

BUSY = """
import threading, time, pathlib
import pandas as pd
frame = pd.DataFrame({'height': [1, 2], '이름': ['a', 'b']})
class Broken:
    def __repr__(self): raise RuntimeError
    def __getattr__(self, name): raise RuntimeError
class Endless:
    def __repr__(self):
        while True: pass
broken, endless = Broken(), Endless()
def greet(name, polite: bool = True):
    'Say hello.'
_hidden = 1
print('ready')
while not pathlib.Path('stop').exists(): pass
"""


async def busy(client: Client, code_runs: str = "c0") -> None:
    await client.until(lambda: client.document)
    await client.ask(op="run", cell=code_runs)
    await client.until(lambda: "ready" in client.text(code_runs))


async def complete(client: Client, code: str, cursor: int | None = None) -> dict[str, Any]:
    units = len(code.encode("utf-16-le")) // 2
    at = units if cursor is None else cursor
    return await client.ask(op="complete", cell="c0", code=code, cursor=at)


async def test_a_busy_kernel_answers(guest: BrokerProcess) -> None:
    path = guest.notebook(BUSY)
    async with Client(guest.socket, guest.address(path)) as client:
        await busy(client)
        code = "x = '😀가'; frame.hei"
        answer = await complete(client, code)
        assert answer["t"] == "answer"
        units = len(code) + 1
        match = next(m for m in answer["matches"] if m["text"] == "height")
        assert (match["start"], match["end"]) == (units - 3, units)
        kinds = (await complete(client, "gree"))["matches"]
        assert next(m for m in kinds if m["text"] == "greet")["type"] == "function"
        seen = await client.ask(op="inspect", cell="c0", code="greet('😀', ", cursor=12, detail=0)
        assert seen["found"]
        assert "Say hello." in seen["data"]["text/plain"]
        assert seen["signature"]["parameters"][1] == "polite: bool=True"
        assert seen["signature"]["active"] == 1
        (guest.workspace / "stop").touch()
        await client.until(lambda: client.state("c0") == "done")
        assert client.text("c0") == "ready\n"  # nothing of the questions among the cell's output


async def test_variables_are_told_whatever_they_do(guest: BrokerProcess) -> None:
    path = guest.notebook(BUSY)
    async with Client(guest.socket, guest.address(path)) as client:
        await busy(client)
        answer = await client.ask(op="variables")
        rows = {row["name"]: row for row in answer["variables"]}
        assert not {"_hidden", "In", "Out", "get_ipython"} & rows.keys()
        assert rows["frame"]["type"] == "DataFrame"
        assert rows["frame"]["shape"] == [2, 2]
        assert rows["frame"]["size_bytes"] > 0
        assert rows["frame"]["preview"] == "height, 이름"
        assert rows["pd"]["module"] is True
        assert rows["endless"]["preview"] == ""
        assert rows["broken"]["type"] == "Broken"
        page = await client.ask(op="variable", name="frame", start=1, count=1)
        assert page["rows"] == [["2", "b"]]
        assert [column["name"] for column in page["columns"]] == ["height", "이름"]
        gone = await client.ask(op="variable", name="nobody")
        assert gone["code"] == "no_such_variable"
        (guest.workspace / "stop").touch()


async def test_completion_starts_no_kernel(guest: BrokerProcess) -> None:
    async with Client(guest.socket, guest.address(guest.notebook("1"))) as client:
        await client.until(lambda: client.document)
        for frame in (
            {"op": "complete", "cell": "c0", "code": "pri", "cursor": 3},
            {"op": "variables"},
        ):
            assert (await client.ask(**frame))["code"] == "no_kernel"
        assert client.kernel["state"] == "none"


async def test_a_viewer_may_not_ask(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook("x = 1"))
    viewer = {**address, "role": "viewer"}
    async with Client(guest.socket, address) as owner, Client(guest.socket, viewer) as client:
        await owner.until(lambda: owner.document and client.document)
        await owner.run("c0")
        for op in ("complete", "inspect", "variables", "variable", "comm", "answer"):
            assert (await client.ask(op=op, cell="c0"))["code"] == "read_only"


async def test_an_answer_goes_to_the_asker_alone(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook("x = 1"))
    async with Client(guest.socket, address) as one, Client(guest.socket, address) as two:
        await one.until(lambda: one.document and two.document)
        await one.run("c0")
        await complete(one, "pri")
        assert [f for f in two.frames if f["t"] == "answer"] == []


async def test_a_kernel_that_holds_everything_is_called_busy(guest: BrokerProcess) -> None:
    code = "class A:\n  def __dir__(self):\n    while True: pass\na = A()"
    async with Client(guest.socket, guest.address(guest.notebook(code, "1"))) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        slow = await complete(client, "a.")
        assert slow["t"] == "answer" or slow["code"] == "kernel_busy"
        assert await client.run("c1") == "done"  # the cells are not held up


async def test_who_asks_too_much_is_refused(guest: BrokerProcess) -> None:
    async with Client(guest.socket, guest.address(guest.notebook("x = 1"))) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        asked = [complete(client, "pri") for _ in range(80)]
        codes = {answer.get("code") for answer in await asyncio.gather(*asked)}
        assert codes >= {None, "too_late", "kernel_busy"}


async def test_frames_that_no_page_sends_are_refused(guest: BrokerProcess) -> None:
    async with Client(guest.socket, guest.address(guest.notebook("x = 1"))) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        for frame in (
            {"op": "complete", "code": "a", "cursor": 2},
            {"op": "complete", "code": "\ud800", "cursor": 0},
            {"op": "complete", "code": 1, "cursor": 0},
            {"op": "inspect", "code": "a", "cursor": 0, "detail": 7},
            {"op": "variable", "name": ["x"]},
            {"op": "variable", "name": "x", "count": 10_000},
            {"op": "comm", "comm": 1, "data": {}, "buffers": []},
        ):
            assert (await client.ask(**frame))["code"] == "bad_frame", frame
        assert (await client.ask(op="comm", comm="x", data={}, buffers=[]))[
            "code"
        ] == "no_such_widget"
        long = await complete(client, "x" * 300_000)
        assert long["code"] == "too_large"


async def test_another_broker_asks_as_well(broker: BrokerProcess) -> None:
    client = Client(broker.socket, broker.address(broker.notebook("abcdef = 1")))
    async with client:
        await client.until(lambda: client.document)
        await client.run("c0")
        await complete(client, "abcd")
        broker.kill()
    broker.start()
    async with client:
        await client.until(lambda: client.greeted)
        matches = (await complete(client, "abcd"))["matches"]
        assert [match["text"] for match in matches] == ["abcdef"]
