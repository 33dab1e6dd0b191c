"""The main job through a real broker and a real ipykernel."""

from __future__ import annotations

import asyncio
import json

from tests.live.broker_process import BrokerProcess, Client


async def test_output_printed_while_nobody_looked_is_there_afterwards(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook(
        "import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.05)"
    )
    address = guest.address(path)
    async with Client(guest.socket, address) as first:
        await first.until(lambda: first.document)
        await first.ask(op="run", cell="c0")
        await first.until(lambda: "3\n" in first.text("c0"))
    async with Client(guest.socket, address) as second:
        await second.until(lambda: second.state("c0") == "done")
        assert second.text("c0") == "".join(f"{i}\n" for i in range(30))
        await second.until(lambda: any(f.get("t") == "saved" for f in second.frames))
    saved = json.loads(path.read_text())["cells"][0]
    assert "".join(saved["outputs"][0]["text"]) == "".join(f"{i}\n" for i in range(30))
    assert saved["execution_count"] == 1


async def test_a_client_that_comes_back_gets_only_what_it_missed(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook("print('one')"))
    client = Client(guest.socket, address)
    async with client:
        await client.until(lambda: client.document)
    async with Client(guest.socket, address) as other:
        await other.until(lambda: other.document)
        await other.run("c0")
    async with client:
        await client.until(lambda: client.state("c0") == "done")
    assert [f["t"] for f in client.frames].count("snapshot") == 1
    assert client.document == other.document


async def test_variables_stay_between_runs_and_restart_loses_them(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook("x = 41", "print(x + 1)"))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"
        assert await client.run("c1") == "done"
        assert client.text("c1") == "42\n"
        await client.ask(op="restart")
        assert await client.run("c1") == "failed"
        assert client.document is not None
        assert client.document.cells["c1"].outputs[0]["ename"] == "NameError"


async def test_interrupt_works_in_a_flood_of_output(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook("while True: print('x' * 200)", "print('alive')"))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        await client.ask(op="run", cell="c0")
        await client.until(lambda: "left out" in client.text("c0"))
        await client.ask(op="interrupt")
        await client.until(lambda: client.state("c0") == "interrupted", 30)
        assert len(client.text("c0")) < 1_100_000
        assert await client.run("c1") == "done"
        assert client.text("c1") == "alive\n"


async def test_an_error_stops_the_cells_that_wait(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook("import time; time.sleep(.2); 1/0", "y = 1"))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        await client.ask(op="run", cell="c0")
        await client.ask(op="run", cell="c1")
        await client.until(lambda: client.state("c1") == "interrupted")
        assert client.state("c0") == "failed"


async def test_figures_are_png_and_tables_are_html(guest: BrokerProcess) -> None:
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    address = guest.address(guest.notebook(figure, "import pandas as pd\npd.DataFrame([1])"))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"
        assert await client.run("c1") == "done"
        assert client.document is not None
        shown = [o.get("data", {}) for o in client.document.cells["c0"].outputs]
        assert any("blob" in data["image/png"]["lookin"] for data in shown if "image/png" in data)
        assert "<table" in client.document.cells["c1"].outputs[0]["data"]["text/html"]


async def test_a_display_is_updated_across_cells(guest: BrokerProcess) -> None:
    first = "from IPython.display import display\nh = display('old', display_id='d1')"
    address = guest.address(guest.notebook(first, "h.update('new')"))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        await client.run("c1")
        assert client.document is not None
        assert client.document.cells["c0"].outputs[0]["data"]["text/plain"] == "'new'"


async def test_a_dead_kernel_is_explained_and_the_next_run_starts_another(
    guest: BrokerProcess,
) -> None:
    kill = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    address = guest.address(guest.notebook("import os; os._exit(3)", kill, "print('again')"))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        for cell, reason in (("c0", "exited"), ("c1", "killed")):
            assert await client.run(cell) == "lost"
            await client.until(lambda: client.kernel["state"] == "dead")
            assert client.kernel["reason"] == reason
            assert client.kernel["message"].endswith((".",))
        assert await client.run("c2") == "done"


async def test_two_people_run_code_at_once_and_see_nothing_of_each_other(
    guest: BrokerProcess,
) -> None:
    people = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"]

    async def call(person: str, code: str) -> dict[str, object]:
        from tests.live.broker_process import ask_once

        path = guest.home / "scratch" / f"{person}.ipynb"
        frame = {"op": "run_code", "person": person, "path": str(path), "code": code}
        frame |= {"folder": str(path.parent), "timeout_ms": 60_000}
        return await ask_once(guest.socket, frame)

    await asyncio.gather(*(call(p, f"name = {p!r}") for p in people))
    answers = await asyncio.gather(*(call(p, "print(name)") for p in people))
    assert [a["output"] for a in answers] == [f"{p}\n" for p in people]
    failed = await call(people[0], "1/0")
    assert failed["failed"]
    assert "ZeroDivisionError" in str(failed["output"])
    assert "\x1b" not in str(failed["output"])
    verbatim = await call(people[0], "print('<b>\\r한글 😀</b>')")
    assert verbatim["output"] == "<b>\r한글 😀</b>\n"


async def test_code_that_takes_too_long_is_stopped_and_says_so(guest: BrokerProcess) -> None:
    from tests.live.broker_process import ask_once

    person = "11111111-1111-4111-8111-111111111111"
    path = guest.home / "scratch" / f"{person}.ipynb"
    frame = {"op": "run_code", "person": person, "path": str(path), "folder": str(path.parent)}
    await ask_once(guest.socket, {**frame, "code": "x = 7", "timeout_ms": 60_000})
    slow = {**frame, "code": "print('a', flush=True)\nwhile True: pass", "timeout_ms": 700}
    answer = await ask_once(guest.socket, slow)
    assert answer["timed_out"]
    assert str(answer["output"]).startswith("a\n")
    assert "Stopped after 0.7 seconds" in str(answer["output"])
    after = await ask_once(guest.socket, {**frame, "code": "print(x)", "timeout_ms": 60_000})
    assert after["output"] == "7\n"
