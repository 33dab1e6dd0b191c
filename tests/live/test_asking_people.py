"""input() and getpass(): asked once, answered once, kept through crashes, never written down."""

from __future__ import annotations

from pathlib import Path

from tests.live.broker_process import BrokerProcess, Client, wait_until

NAME = "name = input('Name? ')\nprint('Hi', name)"
SECRET = "import getpass\nword = getpass.getpass('Word: ')\nprint(len(word))"


def asks(client: Client, cell: str = "c0") -> dict[str, object] | None:
    run = client.document.cells[cell].run if client.document else None
    return (run or {}).get("asks")


async def asked(client: Client, cell: str = "c0") -> str:
    """Run the cell until it asks; the request's name."""
    answer = await client.ask(op="run", cell=cell)
    assert answer["t"] == "accepted"
    await client.until(lambda: asks(client, cell))
    found = asks(client, cell)
    assert found
    return str(found["request"])


def holds(folder: Path, text: str) -> list[Path]:
    """Files below the folder that contain the text."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if text.encode() in path.read_bytes()]


async def test_a_line_is_asked_for_typed_and_shown(guest: BrokerProcess) -> None:
    path = guest.notebook(NAME)
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        request = await asked(client)
        found = asks(client)
        assert found == {"request": request, "prompt": "Name? ", "password": False}
        await client.ask(op="answer", cell="c0", request=request, text="Ada 😀")
        await client.until(lambda: client.state("c0") == "done")
        assert client.text("c0") == "Name? Ada 😀\nHi Ada 😀\n"
        assert asks(client) is None


async def test_one_answer_is_taken_from_two_people(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook(NAME))
    async with (
        Client(guest.socket, address) as one,
        Client(guest.socket, {**address, "person": address["notebook"]}) as two,
    ):
        await one.until(lambda: one.document and two.document)
        request = await asked(one)
        await two.until(lambda: asks(two))
        first = await two.ask(op="answer", cell="c0", request=request, text="Two")
        second = await one.ask(op="answer", cell="c0", request=request, text="One")
        assert (first["t"], second["code"]) == ("accepted", "not_asked")
        await one.until(lambda: one.state("c0") == "done")
        assert one.text("c0").endswith("Hi Two\n")


async def test_a_password_is_in_no_log_and_no_file(guest: BrokerProcess) -> None:
    path = guest.notebook(SECRET)
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        request = await asked(client)
        assert (asks(client) or {})["password"] is True
        await client.ask(op="answer", cell="c0", request=request, text="hunter2hunter2")
        await client.until(lambda: client.state("c0") == "done")
        assert client.text("c0") == "Word: ········\n14\n"
        await client.until(lambda: "14" in path.read_text())
        assert not holds(guest.folder, "hunter2")


async def test_a_page_that_comes_later_may_answer(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook(NAME))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        request = await asked(client)
    async with Client(guest.socket, address) as client:
        await client.until(lambda: asks(client))
        await client.ask(op="answer", cell="c0", request=request, text="Late")
        await client.until(lambda: client.state("c0") == "done")


async def test_an_interrupt_ends_the_asking(guest: BrokerProcess) -> None:
    path = guest.notebook(NAME, "print(1)")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        request = await asked(client)
        await client.ask(op="interrupt")
        await client.until(lambda: client.state("c0") == "interrupted")
        assert asks(client) is None
        late = await client.ask(op="answer", cell="c0", request=request, text="x")
        assert late["code"] == "not_asked"
        assert await client.run("c1") == "done"


async def test_a_restart_ends_the_asking(guest: BrokerProcess) -> None:
    path = guest.notebook(NAME)
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        await asked(client)
        await client.ask(op="restart")
        await client.until(lambda: client.kernel["state"] == "idle")
        assert asks(client) is None


async def test_a_question_outlives_the_broker(broker: BrokerProcess) -> None:
    path = broker.notebook(NAME)
    client = Client(broker.socket, broker.address(path))
    async with client:
        await client.until(lambda: client.document)
        request = await asked(client)
        broker.kill()
    broker.start()
    async with client:
        await client.until(lambda: client.greeted)
        assert (asks(client) or {})["request"] == request
        await client.ask(op="answer", cell="c0", request=request, text="Again")
        await client.until(lambda: client.state("c0") == "done")
        assert client.text("c0") == "Name? Again\nHi Again\n"


async def test_what_is_asked_while_no_broker_is_there_is_heard_later(broker: BrokerProcess) -> None:
    code = f"import time, pathlib\npathlib.Path('begun').touch()\ntime.sleep(1)\n{NAME}"
    path = broker.notebook(code)
    client = Client(broker.socket, broker.address(path))
    async with client:
        await client.until(lambda: client.document)
        await client.ask(op="run", cell="c0")
        wait_until((broker.workspace / "begun").exists)
        broker.kill()
    broker.start()
    async with client:
        await client.until(lambda: asks(client))
        request = (asks(client) or {})["request"]
        await client.ask(op="answer", cell="c0", request=request, text="Ada")
        await client.until(lambda: client.state("c0") == "done")
        assert client.text("c0").endswith("Hi Ada\n")


async def test_an_answer_that_never_came_is_asked_for_again(broker: BrokerProcess) -> None:
    """The log has the answer, but the broker died before the kernel had it."""
    path = broker.notebook(NAME)
    client = Client(broker.socket, broker.address(path))
    async with client:
        await client.until(lambda: client.document)
        request = await asked(client)
        broker.kill()
    (log,) = (broker.home / "live").rglob("log.jsonl")
    event = {"seq": client.seq + 1, "type": "input_answered", "cell": "c0", "request": request}
    import json

    with log.open("a") as file:
        file.write(json.dumps({"events": [event]}) + "\n")
    broker.start()
    async with client:
        await client.until(lambda: [e["type"] for e in client.events][-1] == "input_asked")
        await client.ask(op="answer", cell="c0", request=request, text="Ada")
        await client.until(lambda: client.state("c0") == "done")


async def test_end_of_file_is_an_answer(guest: BrokerProcess) -> None:
    code = "try:\n    input()\nexcept EOFError:\n    print('end')"
    async with Client(guest.socket, guest.address(guest.notebook(code))) as client:
        await client.until(lambda: client.document)
        request = await asked(client)
        await client.ask(op="answer", cell="c0", request=request, text="\x04")
        await client.until(lambda: client.state("c0") == "done")
        assert "end\n" in client.text("c0")


async def test_code_that_nobody_sees_is_told_that_nobody_answers(guest: BrokerProcess) -> None:
    from tests.live.broker_process import ask_once

    person = guest.address(guest.notebook(""))["person"]
    frame = {
        "op": "run_code",
        "person": person,
        "path": str(guest.home / "scratch.ipynb"),
        "folder": str(guest.workspace),
        "code": "input()",
        "timeout_ms": 30_000,
        "alone": True,
    }
    answer = await ask_once(guest.socket, frame)
    assert answer["failed"] is True
    assert "does not support input" in answer["output"]
