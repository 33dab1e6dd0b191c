"""How soon a change is found: from the moment it is made until the index answers with it.

python -m bench.indexing [rounds]. Through `lookin run`, by kind of change. The peer is what a place
without an indexer could do, reading every file anew: its time for the same folder stands beside.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.browser.place import running_place
from tests.live.browser_session import PASSWORD, Browser, Page
from tests.live.indexed import Indexed

ROUNDS = 20
FILES = 300  # that lie in the workspace before


def main() -> None:
    """Print a line for each kind of change: median and slowest, in milliseconds."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]  # the first may be our name
    rounds = numbers[0] if numbers else ROUNDS
    with tempfile.TemporaryDirectory(prefix="lk") as home, running_place(Path(home)) as place:
        place.add_person("nari", PASSWORD)
        browser = Browser(place.address)
        browser.sign_in("nari")
        (folder,) = (place.home / "workspaces").iterdir()
        for number in range(FILES):
            (folder / f"before{number}.txt").write_text(f"before {number} " * 50)
        indexed = Indexed(place.home, folder.name)
        indexed.comes("before", f"before{FILES - 1}.txt")
        for name, kind in KINDS.items():
            _print(name, [kind(browser, indexed, folder, number) for number in range(rounds)])
        for name, seconds in asyncio.run(_live(browser, indexed, rounds)).items():
            _print(name, seconds)
        _print("every file read anew", [_read_all(folder) for _ in range(rounds)])


def _written(_: Browser, indexed: Indexed, folder: Path, number: int) -> float:
    (folder / f"w{number}.txt").write_text(f"writtenword{number}")
    return indexed.comes(f"writtenword{number}", f"w{number}.txt")


def _uploaded(browser: Browser, indexed: Indexed, folder: Path, number: int) -> float:
    browser.upload(folder.name, f"u{number}.csv", f"uploadedword{number}".encode())
    return indexed.comes(f"uploadedword{number}", f"u{number}.csv")


def _renamed(browser: Browser, indexed: Indexed, folder: Path, number: int) -> float:
    old, new = f"w{number}.txt", f"r{number}.txt"
    browser.post(f"/ajax/files/{folder.name}/rename", path=old, name=new)
    return indexed.comes(f"writtenword{number}", new)


def _deleted(browser: Browser, indexed: Indexed, folder: Path, number: int) -> float:
    answer = browser.post(f"/ajax/files/{folder.name}/delete", path=f"r{number}.txt")[1]
    _deletions.append(json.loads(answer)["deleted"])
    return indexed.goes(f"writtenword{number}", f"r{number}.txt")


def _restored(browser: Browser, indexed: Indexed, _: Path, number: int) -> float:
    browser.post(f"/ajax/files/restore/{_deletions[number]}")
    return indexed.comes(f"writtenword{number}", f"r{number}.txt")


_deletions: list[str] = []
KINDS: dict[str, Callable[[Browser, Indexed, Path, int], float]] = {
    "a file that code writes": _written,
    "an upload": _uploaded,
    "a rename": _renamed,
    "a deletion": _deleted,
    "a restored file": _restored,
}


async def _live(browser: Browser, indexed: Indexed, rounds: int) -> dict[str, list[float]]:
    """An edit over the socket, and what a cell prints."""
    notebook = await asyncio.to_thread(browser.new_notebook, "live")
    typed, printed = [], []
    async with browser.socket(notebook) as socket:
        page = Page()
        await page.open(socket)
        for number in range(rounds):
            await _write(page, f"# typedword{number}\nprint('printed' + 'word{number}')")
            typed.append(await asyncio.to_thread(indexed.comes, f"typedword{number}", "live.ipynb"))
            assert page.document is not None
            await page.run(page.document.order[0])
            word = f"printedword{number}"
            printed.append(await asyncio.to_thread(indexed.comes, word, "live.ipynb"))
    return {"what is typed": typed, "what a cell prints": printed}


async def _write(page: Page, text: str) -> None:
    assert page.document is not None
    cell = page.document.cells[page.document.order[0]]
    lines = text.split("\n")
    change: list[object] = [[len(cell.source), *lines]] if cell.source else [[0, *lines]]
    updates = [{"client": "a", "changes": change}]
    answer = await page.ask(op="edit", cell=cell.id, version=cell.version, updates=updates)
    assert answer["t"] == "accepted", answer


def _read_all(folder: Path) -> float:
    began = time.monotonic()
    for path in folder.rglob("*.*"):
        path.read_bytes()
    return time.monotonic() - began


def _print(name: str, seconds: list[float]) -> None:
    middle, slowest = statistics.median(seconds) * 1000, max(seconds) * 1000
    print(f"{name:28} median {middle:6.0f} ms   slowest {slowest:6.0f} ms", flush=True)


if __name__ == "__main__":
    main()
