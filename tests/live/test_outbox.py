"""What a kernel puts out: numbered, kept until it is logged, sent again, never growing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient

from tests.live.zygote_process import DEADLINE, ZygoteKernel, ZygoteProcess, text_of, wait_until

ROOM = 8_000_000  # as in the outbox


@pytest.fixture(scope="module")
def zygote() -> Iterator[ZygoteProcess]:
    process = ZygoteProcess("")
    yield process
    process.close()


@pytest.fixture
def kernel(zygote: ZygoteProcess) -> ZygoteKernel:
    return zygote.claimed()


def hear_until_replayed(kernel: ZygoteKernel) -> tuple[list[int], list[dict[str, Any]]]:
    """Numbers and messages in the order a careful broker takes them, and the last word."""
    numbers, messages = [], []
    while True:
        number, message = kernel.hear()
        if message["msg_type"] == "lookin_replayed":
            return numbers, [*messages, message]
        if number:
            numbers.append(number)
            messages.append(message)


def private_memory(pid: int) -> int:
    """Bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024


def test_messages_are_counted_from_one_without_a_gap(kernel: ZygoteKernel) -> None:
    asked = kernel.ask("for i in range(50): display(i)")
    numbers = []
    while True:
        number, message = kernel.hear()
        numbers += [number] * (number > 0)
        state = message["content"].get("execution_state")
        if state == "idle" and message["parent_header"].get("msg_id") == asked:
            break
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_the_end_of_a_run_is_told_among_the_output_before_it_is_idle(kernel: ZygoteKernel) -> None:
    kinds = [m["msg_type"] for m in kernel.run("print('a')\n1/0")]
    assert kinds[-2:] == ["lookin_reply", "status"]
    found = [m["content"] for m in kernel.run("1/0") if m["msg_type"] == "lookin_reply"]
    assert (found[0]["status"], found[0]["ename"]) == ("error", "ZeroDivisionError")


def test_nothing_is_lost_or_doubled_when_the_broker_is_replaced(kernel: ZygoteKernel) -> None:
    kernel.run("print('logged')")
    logged, _ = 0, None
    asked = kernel.ask("for i in range(200): print(i, flush=True)", "cell.1")
    while logged < 40:
        number, _message = kernel.hear()
        logged = max(logged, number)
    kernel.output.send(b"A%d" % logged)
    kernel.output.close()  # the broker dies
    kernel.ask("x = 'asked while nobody listened'", "cell.2")
    wait_until(lambda: _is_idle(kernel), "the kernel waits for a listener")
    kernel.listen(b"R%d" % logged)
    numbers, messages = hear_until_replayed(kernel)
    assert numbers == list(range(logged + 1, logged + 1 + len(numbers)))
    replayed = text_of([m for m in messages if m["parent_header"].get("msg_id") == asked])
    assert replayed.split()[-1] == "199"
    said = messages[-1]["content"]
    assert said["received"][-2:] == ["cell.1", "cell.2"]
    assert said["running"] is None
    assert text_of(kernel.run("print(x)")) == "asked while nobody listened\n"


def _is_idle(kernel: ZygoteKernel) -> bool:
    """Whether the kernel's main thread has stopped running for a while."""
    stat = Path(f"/proc/{kernel.pid}/stat")

    def spent() -> int:
        fields = stat.read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = spent()
    time.sleep(0.3)
    return spent() - before <= 1


def test_a_run_that_goes_on_is_named_after_the_replay(kernel: ZygoteKernel) -> None:
    kernel.ask("import time\nprint('begun', flush=True)\ntime.sleep(1000)", "long")
    while kernel.hear()[1]["content"].get("text") != "begun\n":
        pass
    kernel.listen(b"R0")
    assert hear_until_replayed(kernel)[1][-1]["content"]["running"] == "long"
    kernel.tell(op="interrupt")


def test_a_request_that_came_is_not_run_again(kernel: ZygoteKernel) -> None:
    kernel.run("n = 0")
    kernel.run("n += 1", "cell.7")
    kernel.ask("n += 1", "cell.7", lookin_again=True)
    assert kernel.value("n") == 1
    kernel.ask("n += 10", "cell.8", lookin_again=True)  # this one never came
    assert kernel.value("n") == 11


def test_who_prints_waits_for_room_and_can_be_interrupted(kernel: ZygoteKernel) -> None:
    kernel.run("pass")
    asked = kernel.ask("line = 'x' * 100_000\nwhile True: print(line)")
    pid = kernel.pid
    taken = 0
    while taken < ROOM:
        number, message = kernel.hear()
        taken += len(message["content"].get("text", "")) + 800
    wait_until(lambda: _is_idle(kernel), "it prints on, though nothing is acknowledged")
    assert private_memory(pid) < 60_000_000
    kernel.tell(op="interrupt")
    while message["msg_type"] != "lookin_reply":
        number, message = kernel.hear()
    assert message["parent_header"]["msg_id"] == asked
    assert message["content"]["ename"] == "KeyboardInterrupt"
    kernel.output.send(b"A%d" % number)
    assert text_of(kernel.run("print('again')")) == "again\n"


def test_a_million_small_outputs_do_not_make_the_kernel_grow(kernel: ZygoteKernel) -> None:
    kernel.run("from IPython.display import display_html")
    before = private_memory(kernel.pid)
    kernel.ask("for i in range(1_000_000): display(i)")
    number = 0
    while number < 3_000:
        number = max(number, kernel.hear()[0])
    wait_until(lambda: _is_idle(kernel), "it goes on, though nothing is acknowledged")
    assert private_memory(kernel.pid) - before < 60_000_000
    while number < 20_000:  # a broker that keeps up
        number = max(number, kernel.hear()[0])
        kernel.output.send(b"A%d" % number)
    assert private_memory(kernel.pid) - before < 60_000_000
    kernel.tell(op="interrupt")


def test_a_plain_jupyter_client_sees_a_plain_kernel(zygote: ZygoteProcess) -> None:
    kernel = zygote.fork()
    kernel.claim()
    client = BlockingKernelClient()
    ports = {f"{name}_port": n for n, name in enumerate(("shell", "iopub", "stdin"), 1)}
    info = {**ports, "control_port": 4, "hb_port": 5, "key": "secret", "transport": "ipc"}
    client.load_connection_info({**info, "ip": f"{kernel.private}/s"})
    client.start_channels()
    try:
        client.wait_for_ready(DEADLINE)
        heard: list[str] = []
        reply = client.execute_interactive(
            "for i in range(3000): print('a' * 1000)",
            timeout=DEADLINE,
            output_hook=lambda message: heard.append(message["content"].get("text", "")),
        )
        assert reply["content"]["status"] == "ok"
        assert len("".join(heard)) == 3000 * 1001
        assert client.is_alive()
    finally:
        client.stop_channels()


def test_what_waits_for_the_output_thread_goes_before_what_that_thread_says_later(
    kernel: ZygoteKernel,
) -> None:
    code = """
import threading
kernel, gate = get_ipython().kernel, threading.Event()
def say(text):
    kernel.session.send(kernel.iopub_socket, 'stream', {'name': 'stdout', 'text': text},
                        parent=kernel.get_parent(), ident=b'stream.stdout')
def later(parent=kernel.get_parent()):
    gate.wait()
    kernel.session.send(kernel.iopub_socket, 'stream', {'name': 'stdout', 'text': 'second'},
                        parent=parent, ident=b'stream.stdout')
kernel.iopub_thread.schedule(later)
say('first ')
gate.set()
"""
    assert text_of(kernel.run(code)) == "first second"


def test_a_question_that_comes_during_a_send_is_heard(kernel: ZygoteKernel) -> None:
    """ZeroMQ says once that there is news, and a send may be who learns it."""
    code = """
import select, threading, time, zmq
kernel, gate = get_ipython().kernel, threading.Event()
def wait_for_news():
    open('waits', 'w').close()
    select.select([kernel.iopub_thread.socket.getsockopt(zmq.FD)], [], [], 30)
    time.sleep(0.01)  # else the send would not look yet
kernel.iopub_thread.schedule(gate.wait)
kernel.iopub_thread.schedule(wait_for_news)
kernel.session.send(kernel.iopub_socket, 'stream', {'name': 'stdout', 'text': 'sent'},
                    parent=kernel.get_parent(), ident=b'stream.stdout')
gate.set()
"""
    kernel.ask(code)
    wait_until((kernel.folder / "waits").exists, "the output thread does not wait")
    kernel.output.send(b"R0")
    hear_until_replayed(kernel)


def test_a_kernel_says_what_it_has_forgotten(kernel: ZygoteKernel) -> None:
    kernel.run("pass")
    kernel.output.send(b"R0")
    numbers, messages = hear_until_replayed(kernel)
    last = numbers[-1]
    assert messages[-1]["content"]["forgotten"] == numbers[0] - 1
    kernel.output.send(b"A%d" % last)
    kernel.listen(b"R%d" % (last - 1))  # a broker that died before it wrote down what was of no use
    numbers, messages = hear_until_replayed(kernel)
    assert (numbers, messages[-1]["content"]["forgotten"]) == ([], last)
