"""Several people at one notebook through real web sockets, while web, broker and kernel are killed,
the network is lost and the disk is full.

`python -m tests.live.chaos_people [rounds] [seed]`: Linux; the place lies on a small file system of
its own (a tmpfs in a mount namespace). Not for kernels alone: chaos.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bench.processes import command_of, descendants
from tests.browser.place import Place, running_place
from tests.live.browser_session import PASSWORD, Browser
from tests.live.chaos import LINES, numbers
from tests.live.chaos_person import Person
from tests.live.wire import Wire

PEOPLE, DISK_MB, LONG_LOSS, CALM_SECONDS = 4, 96, 60.0, 120.0
INSIDE = "LOOKIN_CHAOS_DISK"
COUNT = f"import time\nfor i in range({LINES}):\n    print(i, flush=True)\n    time.sleep(0.01)\n"
OPTIONS = {
    "LOOKIN_DISK_RESERVE_MB": "0",
    "LOOKIN_UNFENCED": "1",
    "LOOKIN_KERNEL_IMPORTS": "",
    "LOOKIN_KERNEL_STOCK": "1",
}
BUSY = {"queued", "running"}


class Crowd:
    """A place, its people, and what must be true of their notebook."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.chance = place, random.Random(seed)
        self.wire = Wire(int(place.environment["PORT"]))
        self.people: list[Person] = []
        self.hurt = False  # whether the kernel of the last run may have died
        self.counts: dict[str, int] = {}
        self.files_read = 0

    async def open(self) -> None:
        """Everybody sits down at a new notebook whose second cell counts."""
        await self.wire.start()
        browser = Browser(f"http://localhost:{self.wire.port}")
        await asyncio.to_thread(browser.sign_in, "bom")
        notebook = await asyncio.to_thread(browser.new_notebook, "crowd")
        self.people = [
            Person(name, browser, notebook, self.chance.randrange(10**6))
            for name in "abcdefgh"[:PEOPLE]
        ]
        await asyncio.gather(*(person.connect() for person in self.people))
        page = self.people[0].page
        for cell, kind, text in (
            ("count", "code", COUNT),
            ("t0", "markdown", ""),
            ("t1", "code", ""),
        ):
            new = {"id": cell, "type": kind, "source": text}
            assert (await page.ask(op="insert", cell=new, after=None))["t"] == "accepted"
        [self.file] = (self.place.home / "workspaces").rglob("crowd*.ipynb")

    async def round(self, injury: Injury) -> None:
        """Everybody works, something happens, and afterwards all is as it was promised."""
        self.counts[injury.__name__] = self.counts.get(injury.__name__, 0) + 1
        watching = asyncio.create_task(self._watch())
        await asyncio.gather(self._injure(injury), *(self._work(one) for one in self.people))
        await self._calm()
        self._check()
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching

    async def _injure(self, injury: Injury) -> None:
        await asyncio.sleep(self.chance.uniform(0, 0.4))
        await injury(self)

    async def _work(self, person: Person) -> None:
        for _ in range(person.chance.randint(3, 8)):
            await person.act()
            await asyncio.sleep(person.chance.uniform(0, 0.05))

    async def _watch(self) -> None:
        """At no moment is the file broken."""
        while True:
            if self.file.exists():
                cells = json.loads(self.file.read_bytes())["cells"]
                assert isinstance(cells, list)
                self.files_read += 1
            await asyncio.sleep(0.02)

    async def _calm(self) -> None:
        """Until nothing runs and everybody has seen the same."""
        deadline = time.monotonic() + CALM_SECONDS
        while True:
            await asyncio.gather(*(person.listen(0.2) for person in self.people))
            for person in self.people:
                with contextlib.suppress(OSError, Exception):
                    if person.deleted:
                        await asyncio.wait_for(person.bring_back(), 10)
            pages = [person.page for person in self.people]
            same = len({(page.epoch, page.seq) for page in pages}) == 1
            undone = any(person.deleted or person.page.document is None for person in self.people)
            if same and not undone and self._run_state() not in BUSY:
                return
            assert time.monotonic() < deadline, ("no calm", [page.seq for page in pages])

    def _run_state(self) -> str | None:
        document = self.people[0].page.document
        run = document.cells["count"].run if document else None
        return run["state"] if run else None

    def _check(self) -> None:
        first = self.people[0]
        assert len({person.seen() for person in self.people}) == 1, "pages differ"
        document = first.page.document
        assert document is not None
        assert len(set(document.order)) == len(document.order) == len(document.cells)
        text = "\n".join(first.marks())
        for person in self.people:
            for mark in person.promised:
                assert text.count(mark) == 1, f"{mark} is there {text.count(mark)} times"
            for mark in person.perhaps:
                assert text.count(mark) <= 1, f"{mark} is doubled"
            person.promised |= {mark for mark in person.perhaps if mark in text}
            person.perhaps.clear()
        said = first.page.text("count")
        assert numbers(LINES).startswith(said), f"lines lost or doubled: {said[-200:]!r}"
        if self._run_state() == "done":
            self.hurt = False
            assert said == numbers(LINES), f"lines lost: {said[-200:]!r}"
        elif self._run_state() is not None:
            assert self.hurt, f"nobody hurt this kernel: {self._run_state()}"

    async def saved(self) -> None:
        """The file has what the pages show."""
        document = self.people[0].page.document
        assert document is not None
        wanted = [document.cells[id_].source for id_ in document.order]
        deadline = time.monotonic() + 30
        while True:
            cells = json.loads(self.file.read_bytes())["cells"]
            if ["".join(cell["source"]) for cell in cells] == wanted:
                return
            assert time.monotonic() < deadline, "the file is not what the pages show"
            await asyncio.sleep(0.1)

    def pids(self, name: str) -> list[int]:
        """Processes of the place: web, broker, or kernels by their own name."""
        found = []
        for pid in descendants(self.place.process.pid):
            module, _, word = command_of(pid).strip().rpartition(" ")
            with contextlib.suppress(OSError):
                own = Path(f"/proc/{pid}/comm").read_text().strip()
                if name in (own, word if module.endswith("lookin.site.cli") else ""):
                    found.append(pid)
        return sorted(found)

    def kill(self, name: str) -> None:
        """With -9."""
        for pid in self.pids(name)[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


Injury = Callable[[Crowd], Coroutine[Any, Any, None]]


async def nothing(_: Crowd) -> None:
    """Only people."""


async def kill_web(crowd: Crowd) -> None:
    crowd.kill("web")


async def kill_broker(crowd: Crowd) -> None:
    crowd.kill("broker")


async def kill_web_and_broker(crowd: Crowd) -> None:
    crowd.kill("web")
    await asyncio.sleep(crowd.chance.uniform(0, 0.3))
    crowd.kill("broker")


async def kill_kernel(crowd: Crowd) -> None:
    crowd.hurt = True
    crowd.kill("lookin-kernel")


async def cut_the_network(crowd: Crowd) -> None:
    crowd.wire.cut()


async def lose_the_network(crowd: Crowd) -> None:
    """Nothing arrives for a while; then all of it does, or the connections are given up."""
    crowd.wire.lose()
    await asyncio.sleep(crowd.chance.uniform(0.2, 2.5))
    (crowd.wire.heal if crowd.chance.random() < 0.5 else crowd.wire.cut)()


async def lose_the_network_for_a_minute(crowd: Crowd) -> None:
    crowd.wire.lose()
    await asyncio.sleep(LONG_LOSS)
    (crowd.wire.heal if crowd.chance.random() < 0.5 else crowd.wire.cut)()


async def fill_the_disk(crowd: Crowd) -> None:
    crowd.hurt = True  # a kernel may write too
    with full_disk(crowd.place.home):
        await asyncio.sleep(crowd.chance.uniform(0.2, 2.5))


async def fill_the_disk_and_kill_broker(crowd: Crowd) -> None:
    crowd.hurt = True
    with full_disk(crowd.place.home):
        await asyncio.sleep(crowd.chance.uniform(0.1, 1.0))
        crowd.kill("broker")
        await asyncio.sleep(crowd.chance.uniform(0.1, 1.5))


INJURIES: tuple[tuple[Injury, int], ...] = (
    (nothing, 2),
    (kill_web, 4),
    (kill_broker, 5),
    (kill_web_and_broker, 2),
    (kill_kernel, 3),
    (cut_the_network, 3),
    (lose_the_network, 3),
    (fill_the_disk, 4),
    (fill_the_disk_and_kill_broker, 3),
)
LONG_EVERY = 60  # rounds


@contextlib.contextmanager
def full_disk(folder: Path) -> Any:
    """Not a byte more fits beside `folder`, until the end of the block."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (2**20, 2**12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    try:
        yield
    finally:
        filler.unlink()


async def run(rounds: int, seed: int, say: Callable[[str], object] = str) -> None:
    """All of it. Raises AssertionError with what went wrong."""
    home = Path(os.environ[INSIDE]) / "home"
    with running_place(home, **OPTIONS) as place:
        place.add_person("bom", PASSWORD)
        crowd = Crowd(place, seed)
        await crowd.open()
        choices = [injury for injury, weight in INJURIES for _ in range(weight)]
        for number in range(1, rounds + 1):
            injury = crowd.chance.choice(choices)
            injury = lose_the_network_for_a_minute if number % LONG_EVERY == 0 else injury
            began = time.monotonic()
            try:
                await crowd.round(injury)
                if number % 10 == 0 or number == rounds:
                    await crowd.saved()
            except AssertionError:
                say(f"{number} {injury.__name__} FAILED\n{place.printed.read_text()[-4000:]}\n")
                raise
            say(f"{number} {injury.__name__} {time.monotonic() - began:.1f} s\n")
        promised = sum(len(person.promised) for person in crowd.people)
        say(f"{rounds} rounds, seed {seed}: {promised} promises kept, ")
        say(f"the file whole {crowd.files_read} times; {crowd.counts}\n")
        for person in crowd.people:
            await person.leave()
        await crowd.wire.close()


def on_a_small_disk(words: list[str]) -> int:
    """This program again, in a mount namespace of its own."""
    own = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    with tempfile.TemporaryDirectory(prefix="lk") as folder:
        mount = f'mount -t tmpfs -o size={DISK_MB}m tmpfs "$1" && shift && exec "$@"'
        program = [sys.executable, "-m", "tests.live.chaos_people", *words]
        command = ["unshare", *own, "sh", "-c", mount, "sh", folder, *program]
        return subprocess.call(command, env={**os.environ, INSIDE: folder})


def main(words: list[str]) -> int:
    """Rounds (200) and seed (1)."""
    if INSIDE not in os.environ:
        return on_a_small_disk(words)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    rounds, seed = (*map(int, words), *(200, 1)[len(words) :])
    asyncio.run(run(rounds, seed, sys.stdout.write))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
