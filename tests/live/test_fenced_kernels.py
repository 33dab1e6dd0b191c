"""Attacks by code in a real kernel, behind the fence: on its siblings and on who listens to it.

Beside `test_fence.py`, whose attacks need no kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lookin.core.kernels.driver import Driver, Heard, Kernel, KernelSpec
from lookin.core.kernels.messages import Output, Replied, Report
from tests.live.kernel_drivers import LIMITS, make

pytestmark = pytest.mark.asyncio(loop_scope="module")
DEADLINE = 40.0
OUTSIDE = str(Path("/proc/self/ns/pid").readlink())


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lf") as name:
        (Path(name) / "w").mkdir()
        yield Path(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def driver(folder: Path) -> AsyncIterator[Driver]:
    os.environ["LOOKIN_SECRET"] = "a-secret-of-the-server-7781"
    made = await make("zygote-fenced", folder, stock=1, imports=("numpy",))
    yield made
    del os.environ["LOOKIN_SECRET"]
    await made.close()


class Person:
    """A kernel, and somebody who types into it and reads every answer."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.heard: asyncio.Queue[Heard | None] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for heard in self.kernel.reports():
            await self.heard.put(heard)
        await self.heard.put(None)

    async def run(self, code: str) -> tuple[str, str]:
        """What the code printed or showed, and how it ended."""
        request, texts = secrets.token_hex(4), []
        await self.kernel.execute(request, code)
        async with asyncio.timeout(DEADLINE):
            while (heard := await self.heard.get()) is not None:
                self.kernel.acknowledge(heard.number)
                report: Report = heard.report
                if isinstance(report, Output) and report.parent == request:
                    texts.append(_text(report.output))
                if isinstance(report, Replied) and report.parent == request:
                    return "".join(texts), report.state
        return "".join(texts), "gone"

    async def ask(self, expression: str) -> Any:
        """The value of an expression, by way of JSON."""
        said, state = await self.run(f"import json; print(json.dumps({expression}))")
        assert state == "done", said
        return json.loads(said)

    async def leave(self) -> None:
        """End the kernel, and hear out its last words."""
        await self.kernel.shutdown()
        await self._reading


def _text(output: dict[str, Any]) -> str:
    shown = output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue")
    return str(shown or "")


@pytest_asyncio.fixture(loop_scope="module")
async def two(driver: Driver, folder: Path) -> AsyncIterator[tuple[Person, Person]]:
    """Two people, who know nothing of each other."""
    people = [Person(await driver.start(KernelSpec(folder / "w"))) for _ in range(2)]
    yield people[0], people[1]
    for person in people:
        await person.leave()


def _own_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def test_another_kernels_sockets_cannot_be_reached(
    two: tuple[Person, Person], folder: Path
) -> None:
    one, other = two
    runtime = folder / "k"
    sockets = sorted(str(path) for path in runtime.glob("*/*") if path.is_socket())
    assert len(sockets) >= 12, "five and a warden's door of each"
    attack = f"""
import socket, os
def attempt(path):
    with socket.socket(socket.AF_UNIX) as talk:
        try: talk.connect(path)
        except OSError as error: return type(error).__name__
    return "connected"
said = sorted({{attempt(path) for path in {sockets!r}}})
said.append(os.path.exists({str(runtime)!r}))
said.append([line.split()[-1] for line in open("/proc/net/unix") if "/" in line])
"""
    assert await other.run(attack) == ("", "done")
    *connected, visible, listed = await other.ask("said")
    assert (connected, visible) == (["FileNotFoundError"], False)
    assert not set(listed) & set(sockets), "its own listen outside, too"
    assert await one.ask("1") == 1


# Outside a pid namespace of its own this would end every process of the machine: so it looks first.
_END_ALL = """
import contextlib, os
assert os.readlink("/proc/self/ns/pid") != {outside!r}, "this kernel is not fenced"
with contextlib.suppress(ProcessLookupError):  # kill(-1) spares the one who calls, and PID 1
    os.kill(-1, 9)
os.kill(os.getpid(), 9)
"""


async def test_nobody_else_is_hurt_when_a_kernel_ends_all_it_can(
    two: tuple[Person, Person],
) -> None:
    one, other = two
    await one.run("x = 5")
    assert (await other.run(_END_ALL.format(outside=OUTSIDE)))[1] == "gone"
    assert other.kernel.exit is not None
    assert await one.ask("x") == 5


async def test_siblings_have_different_random_numbers(two: tuple[Person, Person]) -> None:
    numbers = (
        "[random.random(), numpy.random.rand(), int(numpy.random.default_rng().integers(1 << 60)),"
        " str(uuid.uuid4()), secrets.token_hex(), tempfile.mktemp(), os.urandom(8).hex()]"
    )
    imports = "import random, numpy, uuid, secrets, tempfile, os"
    found = []
    for person in two:
        await person.run(imports)
        found.append(await person.ask(numbers))
    assert not set(map(str, found[0])) & set(map(str, found[1]))


async def test_nothing_of_the_server_is_in_a_kernel(two: tuple[Person, Person]) -> None:
    one, _ = two
    await one.run("""
import os, pathlib
def peek(path):
    try: return pathlib.Path(path).read_bytes().decode(errors="replace")
    except OSError as error: return type(error).__name__
links = []
for name in os.listdir("/proc/self/fd"):
    try: links.append(os.readlink("/proc/self/fd/" + name))
    except OSError: pass
""")
    said = await one.ask("[dict(os.environ), peek('/proc/self/environ'), peek('/proc/1/environ')]")
    assert "7781" not in json.dumps(said)
    assert not [name for name in said[0] if name.startswith(("LOOKIN", "DJANGO"))]
    assert said[2] == "PermissionError"
    links = [link for link in await one.ask("links") if link.startswith("/")]
    assert all(link.startswith(("/dev/", "/proc/", "/home/workspace", "/usr")) for link in links)
    processes = await one.ask("[p for p in os.listdir('/proc') if p.isdigit()]")
    assert len(processes) == 2


async def test_endless_output_waits_for_its_reader(two: tuple[Person, Person]) -> None:
    one, _ = two
    await one.kernel.execute("endless", "while True: print('x' * 9999)")
    size = last = 0
    with contextlib.suppress(TimeoutError):
        while size < 64_000_000:  # nobody acknowledges: so it must come to a stop
            heard = await asyncio.wait_for(one.heard.get(), 2 if size > 1_000_000 else DEADLINE)
            assert heard is not None
            size += len(_text(heard.report.output)) if isinstance(heard.report, Output) else 0
            last = heard.number
    assert 1_000_000 < size < 64_000_000, "a kernel that nobody reads must come to a stop"
    await one.kernel.interrupt()
    one.kernel.acknowledge(last)
    assert (await one.run("print('alive')"))[0].endswith("alive\n")


async def test_a_message_of_a_gigabyte_is_left_out(two: tuple[Person, Person]) -> None:
    one, other = two
    await one.run("x = 'kept'")
    before = _own_bytes()
    said, state = await one.run(
        "from IPython.display import display\ndisplay({'text/plain': 'x' * 150_000_000}, raw=True)"
    )
    assert state in {"done", "failed"}
    assert len(said) < 1000
    assert _own_bytes() - before < 250_000_000
    assert await one.ask("x") == "kept"
    assert await other.ask("1") == 1


async def test_a_label_forged_in_a_plain_kernels_folder_is_not_believed() -> None:
    with tempfile.TemporaryDirectory(prefix="lf") as name:
        folder = Path(name)
        (folder / "w").mkdir()
        plain = await make("subprocess-fenced", folder)
        person = Person(await plain.start(KernelSpec(folder / "w")))
        (private,) = (folder / "k").iterdir()
        forge = f"open({str(private / 'label.json')!r}, 'w').write('{{\"notebook\": \"theirs\"}}')"
        assert (await person.run(forge))[1] == "done", "this driver shows its folder"
        shutil.copytree(
            private, folder / "kept", ignore=lambda *_: ["s-1", "s-2", "s-3", "s-4", "s-5"]
        )
        await person.leave()
        (folder / "kept").rename(private)  # as if the broker had died meanwhile
        forked = await make("zygote-fenced", folder, stock=0)
        assert await forked.found() == []
        assert not private.exists()
        await forked.close()


_RAW = """
import os, socket, stat
for name in os.listdir("/proc/self/fd"):
    try:
        if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
            talk = socket.socket(fileno=os.dup(int(name)))
            talk.settimeout(1)
            talk.sendall({lead})
            for _ in range(1000):
                talk.sendall(bytes(1 << 20))
    except OSError:
        pass
"""


@pytest.mark.parametrize(
    "lead", ["b'\\x02' + (1 << 62).to_bytes(8, 'big')", "b'\\x03' + (1 << 30).to_bytes(8, 'big')"]
)
async def test_a_gigabyte_of_raw_bytes_on_its_sockets_harms_only_the_kernel_itself(
    two: tuple[Person, Person], lead: str
) -> None:
    one, other = two
    before = _own_bytes()
    flooding = asyncio.create_task(one.run(_RAW.format(lead=lead)))
    await asyncio.wait({flooding}, timeout=2)
    assert await other.ask("1 + 1") == 2
    assert _own_bytes() - before < 250_000_000
    flooding.cancel()


async def test_a_memory_bomb_ends_in_an_error_and_not_in_the_kernel(
    two: tuple[Person, Person],
) -> None:
    one, _ = two
    await one.run("x = 'kept'")
    said, state = await one.run(
        "import numpy\nhoard = []\nwhile True: hoard.append(numpy.ones(1 << 24))"
    )
    assert (state, "llocate" in said or said == "") == ("failed", True)
    held = await one.ask("sum(part.nbytes for part in hoard)")
    assert held <= LIMITS.memory_bytes + (256 << 20)
    assert await one.ask("x") == "kept"


async def test_a_busy_loop_with_many_processes_does_not_stop_its_neighbour(
    two: tuple[Person, Person],
) -> None:
    one, other = two
    await other.run(
        "import os\nfor _ in range(8):\n    if os.fork() == 0:\n        while True: pass"
    )
    assert await one.ask("1 + 1") == 2
