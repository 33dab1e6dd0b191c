"""The zygote, the warden and a forked kernel: what is renewed, and how each of them ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookin.core.kernels import zygote as package
from tests.live.broker_process import KERNEL_PYTHON
from tests.live.zygote_process import (
    DEADLINE,
    ZygoteKernel,
    ZygoteProcess,
    text_of,
    tier_here,
    wait_until,
)


@pytest.fixture(scope="module")
def zygote() -> Iterator[ZygoteProcess]:
    process = ZygoteProcess("numpy,pandas,no_such_package")
    yield process
    process.close()


@pytest.fixture(scope="module")
def kernel(zygote: ZygoteProcess) -> ZygoteKernel:
    return zygote.claimed(LOOKIN_TEST="given")


@pytest.fixture
def mortal() -> Iterator[ZygoteProcess]:
    """A zygote that a test may kill."""
    process = ZygoteProcess("")
    yield process
    process.close()


def open_files(pid: int) -> set[str]:
    """The sockets and pipes a process holds, by their numbers."""
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(entry.readlink()))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return {name for name in found if name.startswith(("socket:", "pipe:", "/tmp"))}


def test_what_cannot_be_imported_is_named_and_left_out(zygote: ZygoteProcess) -> None:
    (missing,) = zygote.ready["missing"]
    assert missing["module"] == "no_such_package"
    assert "No module named" in missing["why"]


def test_a_package_that_starts_threads_is_left_out(tmp_path: Path) -> None:
    code = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    (tmp_path / "threading_package.py").write_text(code)
    process = ZygoteProcess("threading_package,json", PYTHONPATH=str(tmp_path))
    try:
        (missing,) = process.ready["missing"]
        assert missing["module"] == "threading_package"
        assert process.claimed().value("1 + 1") == 2
    finally:
        process.close()


def test_a_zygote_with_a_stray_descriptor_refuses_to_run() -> None:
    ours, theirs = socket.socketpair()
    stray, _ = os.pipe()
    words = [str(KERNEL_PYTHON), str(Path(package.__file__).parent), "--control"]
    done = subprocess.run(
        [*words, str(theirs.fileno())],
        pass_fds=[theirs.fileno(), stray],
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode != 0
    assert f"[{stray}]" in done.stderr
    ours.close()
    theirs.close()


def test_siblings_throw_different_dice(zygote: ZygoteProcess) -> None:
    dice = "[random.random(), float(numpy.random.rand()), str(uuid.uuid4()), next(names)]"
    thrown = []
    for _ in range(3):
        sibling = zygote.claimed()
        sibling.run("import random, numpy, uuid, tempfile; names = tempfile._get_candidate_names()")
        thrown.append(sibling.value(dice))
    for of_one_kind in zip(*thrown, strict=True):
        assert len(set(of_one_kind)) == 3


def test_a_kernel_has_the_environment_it_was_given_and_no_other(kernel: ZygoteKernel) -> None:
    seen = kernel.value("dict(__import__('os').environ)")
    assert seen["LOOKIN_TEST"] == "given"
    assert set(seen) == {"HOME", "PATH", "LOOKIN_TEST", "MPLBACKEND"}
    shown = kernel.value("open('/proc/self/environ').read()")
    assert "of-the-zygote" not in shown
    assert kernel.value("__import__('os').popen('env').read()").count("ZYGOTE_SECRET") == 0


def test_a_kernel_works_in_its_folder_as_ipykernel_does(kernel: ZygoteKernel) -> None:
    assert kernel.value("__import__('os').getcwd()") == str(kernel.folder)
    (kernel.folder / "mine_alone.py").write_text("answer = 42")
    assert kernel.value("__import__('mine_alone').answer") == 42
    assert kernel.value("__name__") == "__main__"
    errors = [m["content"] for m in kernel.run("1/0") if m["msg_type"] == "error"]
    assert errors[0]["ename"] == "ZeroDivisionError"
    results = [m["content"]["data"] for m in kernel.run("6*7") if m["msg_type"] == "execute_result"]
    assert results == [{"text/plain": "42"}]


def test_the_first_cell_has_the_number_one_and_no_history(zygote: ZygoteProcess) -> None:
    newcomer = zygote.claimed()
    first = [m["content"] for m in newcomer.run("pass") if m["msg_type"] == "execute_input"]
    assert first[0]["execution_count"] == 1
    assert text_of(newcomer.run("%history")).strip() == "pass\n%history"
    assert text_of(newcomer.run("%who")).strip() == "Interactive namespace is empty."


def test_our_own_modules_cannot_be_reached_from_a_kernel(kernel: ZygoteKernel) -> None:
    names = kernel.value("[name for name in __import__('sys').modules if 'lookin' in name]")
    assert names == []
    refused = [m["content"] for m in kernel.run("import lookin") if m["msg_type"] == "error"]
    assert refused[0]["ename"] == "ModuleNotFoundError"


def test_a_kernel_holds_no_descriptor_of_its_makers(
    zygote: ZygoteProcess, kernel: ZygoteKernel
) -> None:
    held = open_files(kernel.pid)
    assert not held & open_files(zygote.process.pid)
    assert not held & open_files(kernel.warden)
    assert not held & open_files(os.getpid())
    assert not {name for name in held if str(zygote.folder) in name}


def test_what_children_and_c_code_print_is_heard(kernel: ZygoteKernel) -> None:
    assert "from a shell" in text_of(kernel.run("!echo from a shell"))
    written = "import os; os.write(1, '바로 쓴 것\\n'.encode()); os.system('echo err >&2')"
    found = kernel.run(written)
    assert "바로 쓴 것" in text_of(found)
    assert {m["content"]["name"] for m in found if m["msg_type"] == "stream"} == {
        "stdout",
        "stderr",
    }
    forked = "import multiprocessing as m; p = m.get_context('fork').Process("
    forked += "target=print, args=('from a fork',)); p.start(); p.join()"
    kernel.run(forked)
    later = text_of(kernel.run("import time; time.sleep(0.3)"))
    assert "from a fork" in later or "from a fork" in text_of(kernel.run(forked + "\nprint()"))


def test_an_interrupt_ends_the_code_and_keeps_the_kernel(kernel: ZygoteKernel) -> None:
    asked = kernel.ask("print('begun', flush=True)\nwhile True: pass")
    while kernel.hear()[1]["content"].get("text") != "begun\n":
        pass
    kernel.tell(op="interrupt")
    reply = {}
    while reply.get("msg_type") != "lookin_reply":
        reply = kernel.hear()[1]
    assert reply["parent_header"]["msg_id"] == asked
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.value("1") == 1


def test_an_interrupt_of_the_stock_harms_nothing(zygote: ZygoteProcess) -> None:
    waiting = zygote.fork()
    waiting.tell(op="interrupt")
    waiting.claim()
    waiting.connect()
    assert waiting.value("1") == 1


def test_a_kernel_is_given_away_once(kernel: ZygoteKernel) -> None:
    kernel.tell(op="claim", folder="/", environment={})
    assert "already" in kernel.until("failed")["failed"]


def test_running_out_of_memory_in_a_cell_is_an_error_and_no_end(kernel: ZygoteKernel) -> None:
    errors = [m for m in kernel.run("b = bytearray(1 << 60)") if m["msg_type"] == "error"]
    assert errors[0]["content"]["ename"] == "MemoryError"
    assert kernel.value("1") == 1


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("import os; os._exit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
        ("quit()", 0),
    ],
)
def test_every_end_is_written_down_and_told(zygote: ZygoteProcess, code: str, status: int) -> None:
    dying = zygote.claimed()
    dying.ask("import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)")
    dying.ask(code)
    assert dying.until("exit")["exit"] == status
    assert dying.exit() == {"exit": status}


def test_nothing_of_a_kernel_outlives_it(zygote: ZygoteProcess) -> None:
    kernel = zygote.claimed()
    start = "__import__('subprocess').Popen(['sleep', '1000'], start_new_session=True).pid"
    child = kernel.value(start)
    assert Path(f"/proc/{child}").exists()
    kernel.tell(op="end")
    assert kernel.exit()["exit"] == -signal.SIGKILL
    wait_until(lambda: not Path(f"/proc/{child}").exists(), "a child of the kernel is left")


def test_the_kernel_dies_with_its_warden(zygote: ZygoteProcess) -> None:
    kernel = zygote.claimed()
    pid = kernel.pid
    os.kill(kernel.warden, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), "the kernel goes on unwatched")


def test_a_kernel_that_nobody_asks_for_ends_and_leaves_no_folder(zygote: ZygoteProcess) -> None:
    orphan = zygote.fork(orphan_seconds=0.3)
    orphan.claim()
    assert orphan.alive()
    orphan.door.close()
    wait_until(lambda: not orphan.alive(), "the orphan lives on")
    assert not orphan.private.exists()


def test_a_broker_that_comes_back_in_time_finds_its_kernel(zygote: ZygoteProcess) -> None:
    kernel = zygote.claimed()
    kernel.value("1")
    kernel.door.close()
    kernel.open_door()
    assert kernel.until("state")["state"] == "claimed"
    assert kernel.value("1") == 1


@pytest.mark.parametrize("how", ["killed", "told"])
def test_claimed_kernels_outlive_the_zygote_and_the_stock_does_not(
    mortal: ZygoteProcess, how: str
) -> None:
    somebodys, stock = mortal.claimed(), mortal.fork()
    if how == "killed":
        mortal.process.kill()
    else:
        mortal.control.close()
    mortal.process.wait(DEADLINE)
    wait_until(lambda: not stock.alive(), "the stock lives on")
    assert not stock.private.exists()
    assert somebodys.value("1") == 1


def test_a_request_that_makes_no_sense_is_refused(zygote: ZygoteProcess) -> None:
    assert "no such" in zygote.ask(op="nonsense")["why"]
    assert "why" in zygote.ask(plan={"tier": "unheard of"})
    assert "why" in zygote.ask(private="/no/such/folder")
    assert zygote.claimed().value("1") == 1


def test_every_thread_of_a_kernel_is_confined(zygote: ZygoteProcess) -> None:
    if tier_here() != "full":
        pytest.skip("this machine offers no namespaces")
    kernel = zygote.claimed("full")
    kernel.run("import threading; threading.Thread(target=threading.Event().wait).start()")
    tasks = list(Path(f"/proc/{kernel.pid}/task").iterdir())
    assert len(tasks) > 5
    for task in tasks:
        lines = (task / "status").read_text().splitlines()
        status = {line.split(":")[0]: line.split(":")[1].strip() for line in lines if ":" in line}
        assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1")
        assert not any(int(status[f"Cap{kind}"], 16) for kind in ("Eff", "Prm", "Bnd", "Amb"))
