"""A place that is hurt again and again: processes killed and stopped while cells run.

`python -m tests.live.chaos [rounds] [seed]` runs it for long; `test_chaos.py` for a short while.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookin.core.kernels.processes import descendants
from tests.live.broker_process import BrokerProcess, Client, wait_until

LINES = 60
ORPHAN_SECONDS = 6.0
COUNT = "import time\nfor i in range({lines}):\n    print(i, flush=True)\n    time.sleep({pause})\n"
TURNS = "turns = globals().get('turns', 0) + 1\nprint(turns)"
BUSY = {"queued", "running"}
FITTING = {"killed", "out_of_memory", "adoption_failed", "broker_restarted"}
_PR_SET_CHILD_SUBREAPER = 36
Injury = Callable[["Chaos"], Coroutine[Any, Any, None]]


def numbers(count: int) -> str:
    return "".join(f"{i}\n" for i in range(count))


@dataclass
class Desk:
    """One notebook, its page, and what must be true of it."""

    path: Path
    client: Client
    turns: int = 0  # how often the second cell has run in the kernel that lives
    hurt: bool = False  # whether its kernel was killed in this round
    killed: bool = False  # and that while it lived
    typed: str = ""
    begun: dict[str, int] = field(default_factory=dict)

    @property
    def has_kernel(self) -> bool:
        return self.client.kernel.get("state") in {"idle", "busy"}


class Chaos:
    """A broker, some desks at it, and a seed."""

    def __init__(self, seed: int, desks: int = 3) -> None:
        self.chance = random.Random(seed)
        self.broker = BrokerProcess(kernels={"orphan_seconds": ORPHAN_SECONDS})
        adopt_orphans(True)
        self._others = descendants(os.getpid())  # of other tests
        self.broker.start()
        self.desks = [self._desk() for _ in range(desks)]
        self.counts: dict[str, int] = {}
        self._killed_at = 0.0

    def _desk(self) -> Desk:
        code = COUNT.format(lines=LINES, pause=0.01)
        path = self.broker.notebook(code, TURNS, "", "print('end')")
        return Desk(path, Client(self.broker.socket, self.broker.address(path)))

    async def round(self, injury: Injury) -> None:
        """Everybody runs and types, something dies, and all is well afterwards."""
        self.counts[injury.__name__] = self.counts.get(injury.__name__, 0) + 1
        for desk in self.desks:
            desk.hurt = desk.killed = False
        await asyncio.gather(*(self._begin(desk) for desk in self.desks))
        await asyncio.sleep(self.chance.choice((0.0, 0.05, 0.3, 0.7)) * self.chance.random())
        for desk in self.desks:
            desk.hurt = desk.hurt or not desk.has_kernel  # it was still starting
        self._killed_at = time.monotonic() + 1e9
        await injury(self)
        if time.monotonic() - self._killed_at > ORPHAN_SECONDS - 1:  # a slow machine
            for desk in self.desks:
                desk.hurt = True
        await asyncio.gather(*(self._check(desk) for desk in self.desks))
        self.reap()

    def story(self) -> str:
        """What the pages were told last, for whoever has to find out."""
        told = [[str(event)[:160] for event in desk.client.events[-60:]] for desk in self.desks]
        return "\n\n".join("\n".join(lines) for lines in told)

    async def _begin(self, desk: Desk) -> None:
        await self._sit(desk)
        client = desk.client
        if desk.has_kernel and self.chance.random() < 0.1:
            await client.ask(op="restart")
            desk.turns = 0
        for cell in ("c0", "c1"):
            assert (await client.ask(op="run", cell=cell))["t"] == "accepted"
        if self.chance.random() < 0.8:
            await client.until(lambda: client.state("c0") != "queued")
        assert client.document is not None
        old = client.document.cells["c2"]
        letter = f"# {self.chance.random()}"
        changes = [*([len(old.source)] if old.source else []), [0, letter]]
        edit = {"client": "a", "changes": changes}
        answer = await client.ask(op="edit", cell="c2", version=old.version, updates=[edit])
        assert answer["t"] == "accepted", answer
        desk.typed += letter

    async def _sit(self, desk: Desk) -> None:
        """Connect where the page is not, as the page does: until somebody answers."""
        client = desk.client
        for _ in range(400):
            if client.connected and not client.ended:
                with contextlib.suppress(AssertionError):
                    await client.until(lambda: client.greeted or client.ended, 30)
                if client.greeted and not client.ended:
                    return
            await client.__aexit__()
            with contextlib.suppress(OSError):
                await client.__aenter__()
                continue
            await asyncio.sleep(0.05)
        raise AssertionError("nobody answers")

    async def _check(self, desk: Desk) -> None:
        """Every line once, in order; what died is told; what was typed is there."""
        client = desk.client
        await self._calm(desk)
        said = client.text("c0")
        assert numbers(LINES).startswith(said), f"lines lost or doubled: {said[-200:]!r}"
        assert client.document is not None
        assert client.document.cells["c2"].source == desk.typed, "an accepted edit is lost"
        if client.kernel["state"] == "idle":
            desk.turns += 1
            assert client.state("c0") == "done", (client.state("c0"), client.kernel)
            assert said == numbers(LINES), f"lines lost: {said[-200:]!r}"
            assert client.text("c1") == f"{desk.turns}\n", (client.text("c1"), desk.turns)
        else:
            assert desk.hurt, f"nobody hurt this one: {client.kernel}"
            assert client.kernel["reason"] in FITTING, client.kernel
            assert client.state("c0") in {"done", "lost", "interrupted"}, client.state("c0")
            desk.turns = 0

    async def _calm(self, desk: Desk) -> None:
        """Until nothing runs, with a page that comes back as often as it must."""
        client = desk.client

        def calm() -> bool:
            cells = {client.state(cell) for cell in ("c0", "c1")}
            ends = {"dead", "none"} if desk.killed else {"idle", "dead", "none"}
            return not cells & BUSY and client.kernel.get("state") in ends

        deadline = time.monotonic() + 60
        while not (client.greeted and not client.ended and calm()):
            await self._sit(desk)
            await client.until(lambda: client.ended or calm(), deadline - time.monotonic())

    # -- what may be killed -----------------------------------------------------------------------

    @property
    def pid(self) -> int:
        assert self.broker.process is not None
        return self.broker.process.pid

    async def kill(self) -> None:
        """The broker, with -9; every page notices."""
        self.broker.kill()
        self._killed_at = min(self._killed_at, time.monotonic())
        for desk in self.desks:
            await desk.client.until(lambda d=desk: d.client.ended or not d.client.connected)

    def zygote(self) -> int | None:
        return next((pid for pid in descendants(self.pid) if name(pid) == "lookin-zygote"), None)

    def pair(self, desk: Desk) -> tuple[int, int] | None:
        """Warden and kernel of a desk, as this machine sees them."""
        for private in (self.broker.runtime / "kernels").glob("*/label.json"):
            with contextlib.suppress(OSError, ValueError):
                label = json.loads(private.read_text())
                if label.get("notebook") == desk.client.address["notebook"]:
                    kernel = _kernel_behind(private.parent / "warden.sock")
                    if kernel:
                        return kernel
        return None

    def reap(self) -> list[int]:
        """Bury dead orphans; the processes that live below us still."""
        others = {pid for other in self._others for pid in (other, *descendants(other))}
        ours = [pid for pid in descendants(os.getpid()) if pid not in others]
        for pid in ours:
            if self.broker.process is None or pid != self.broker.process.pid:
                with contextlib.suppress(ChildProcessError):  # a grandchild
                    os.waitpid(pid, os.WNOHANG)
        return [pid for pid in ours if (Path("/proc") / str(pid)).exists()]

    async def stop(self) -> None:
        """Orderly; then nothing is left, and every file is whole and up to date."""
        for desk in self.desks:
            await self._sit(desk)
        assert self.broker.stop() == 0
        for desk in self.desks:
            await desk.client.until(lambda d=desk: d.client.ended)
            await desk.client.__aexit__()
            cells = json.loads(desk.path.read_text())["cells"]
            assert "".join(cells[2]["source"]) == desk.typed
            text = "".join("".join(output["text"]) for output in cells[0]["outputs"])
            assert text == desk.client.text("c0")
        wait_until(lambda: not self.reap(), 20)
        assert not (self.broker.runtime / "kernels").exists()
        assert not self.broker.socket.exists()
        assert [p.name for p in (self.broker.home / "live").iterdir()] == [".lock"]

    def close(self) -> None:
        """Whatever went wrong, nothing of ours stays."""
        with contextlib.suppress(Exception):
            self.broker.close()
        for pid in self.reap():
            _kill(pid)
        wait_until(lambda: not self.reap(), 20)
        adopt_orphans(False)


# -- the injuries ---------------------------------------------------------------------------------


async def kill_broker(chaos: Chaos) -> None:
    await chaos.kill()
    chaos.broker.start()


async def kill_broker_twice(chaos: Chaos) -> None:
    """The second time while it starts, adopts or opens."""
    await chaos.kill()
    for _ in range(chaos.chance.choice((1, 2))):
        chaos.broker.launch()
        await asyncio.sleep(chaos.chance.uniform(0.1, 1.2))
        await chaos.kill()
    chaos.broker.start()


async def kill_broker_while_it_saves(chaos: Chaos) -> None:
    """A file is saved one second after the last change."""
    await asyncio.sleep(chaos.chance.uniform(0.9, 1.1))
    await chaos.kill()
    for desk in chaos.desks:
        json.loads(desk.path.read_text())
    chaos.broker.start()


async def kill_zygote(chaos: Chaos) -> None:
    zygote = chaos.zygote()
    if zygote is not None:
        _kill(zygote)


async def kill_zygote_and_broker(chaos: Chaos) -> None:
    await kill_zygote(chaos)
    await asyncio.sleep(chaos.chance.uniform(0, 0.2))
    await chaos.kill()
    chaos.broker.start()


async def kill_a_kernel(chaos: Chaos) -> None:
    _hurt(chaos, 1)


async def kill_a_warden(chaos: Chaos) -> None:
    _hurt(chaos, 0)


async def kill_a_kernel_and_the_broker(chaos: Chaos) -> None:
    await chaos.kill()
    _hurt(chaos, chaos.chance.choice((0, 1)))
    chaos.broker.start()


async def stop_broker_for_a_while(chaos: Chaos) -> None:
    os.kill(chaos.pid, signal.SIGSTOP)
    await asyncio.sleep(chaos.chance.uniform(0.5, 2.5))
    os.kill(chaos.pid, signal.SIGCONT)


async def stop_broker_and_kill_it(chaos: Chaos) -> None:
    os.kill(chaos.pid, signal.SIGSTOP)
    await asyncio.sleep(0.5)
    await chaos.kill()
    chaos.broker.start()


async def broker_stays_away(chaos: Chaos) -> None:
    """Longer than a kernel waits."""
    await chaos.kill()
    for desk in chaos.desks:
        desk.hurt = True
    await asyncio.sleep(ORPHAN_SECONDS + 1)
    wait_until(lambda: not chaos.reap(), 20)
    chaos.broker.start()


INJURIES: tuple[tuple[Injury, int], ...] = (
    (kill_broker, 4),
    (kill_broker_twice, 4),
    (kill_broker_while_it_saves, 2),
    (kill_zygote, 3),
    (kill_zygote_and_broker, 2),
    (kill_a_kernel, 2),
    (kill_a_warden, 2),
    (kill_a_kernel_and_the_broker, 2),
    (stop_broker_for_a_while, 2),
    (stop_broker_and_kill_it, 1),
    (broker_stays_away, 1),
)


def _hurt(chaos: Chaos, which: int) -> None:
    """Kill a desk's warden (0) or kernel (1)."""
    desk = chaos.chance.choice(chaos.desks)
    pair = chaos.pair(desk)
    if pair is not None:
        desk.hurt = desk.killed = True
        _kill(pair[which])


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _kernel_behind(door: Path) -> tuple[int, int] | None:
    """Who listens at this door, and its first child: found without knocking, in /proc."""
    for pid in descendants(os.getpid()):
        if name(pid) != "lookin-warden" and name(pid) != "lookin-zygote":
            continue
        below = descendants(pid)
        if below and _listens(pid, door) and name(below[0]) == "lookin-kernel":
            return pid, below[0]
    return None


def _listens(pid: int, door: Path) -> bool:
    inode = _inode(door)
    with contextlib.suppress(OSError):
        for entry in (Path("/proc") / str(pid) / "fd").iterdir():
            with contextlib.suppress(OSError):
                if inode and entry.readlink().name == f"socket:[{inode}]":
                    return True
    return False


def _inode(door: Path) -> str | None:
    for line in Path("/proc/net/unix").read_text().splitlines():
        words = line.split()
        if words[-1] == str(door) and words[5] == "01":
            return words[6]
    return None


def name(pid: int) -> str:
    try:
        return (Path("/proc") / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def adopt_orphans(whether: bool) -> None:
    """Whatever loses its parent below becomes our child, so that nothing can hide."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(whether), 0, 0, 0)


async def run(rounds: int, seed: int, say: Callable[[str], object] = str) -> None:
    """All of it. Raises AssertionError with what went wrong."""
    chaos = Chaos(seed)
    choices = [injury for injury, weight in INJURIES for _ in range(weight)]
    try:
        for number in range(rounds):
            injury = chaos.chance.choice(choices)
            began = time.monotonic()
            try:
                await chaos.round(injury)
            except AssertionError:
                say(f"{number} {injury.__name__} FAILED\n{chaos.story()}\n")
                raise
            states = [desk.client.kernel.get("reason") for desk in chaos.desks]
            say(f"{number} {injury.__name__} {time.monotonic() - began:.1f} s {states}\n")
        await chaos.stop()
    finally:
        chaos.close()


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    rounds_, seed_ = (*words, *(60, 1)[len(words) :])
    asyncio.run(run(rounds_, seed_, sys.stdout.write))
