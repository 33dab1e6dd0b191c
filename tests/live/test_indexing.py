"""What people and their code change is in the index soon after, through `lookin run`."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.place import Place, running_place
from tests.live.broker_process import processes_with
from tests.live.browser_session import PASSWORD, Browser, Page
from tests.live.indexed import Indexed, waited

SOON = 10.0  # seconds on a busy machine; a sweep would come after ten minutes


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    options = {"LOOKIN_SEARCH_PYTHON": "yes"}
    with (
        tempfile.TemporaryDirectory(prefix="lk") as home,
        running_place(Path(home), **options) as running,
    ):
        running.add_person("nari", PASSWORD)
        yield running


@pytest.fixture(scope="module")
def browser(place: Place) -> Browser:
    made = Browser(place.address)
    made.sign_in("nari")
    return made


@pytest.fixture(scope="module")
def folder(place: Place, browser: Browser) -> Path:
    """Of the person's own workspace, whose first sweep is over."""
    (found,) = (place.home / "workspaces").iterdir()
    (found / "ready.txt").write_text("readymark")
    Indexed(place.home, found.name).comes("readymark", "ready.txt")
    return found


@pytest.fixture(scope="module")
def indexed(place: Place, folder: Path) -> Indexed:
    return Indexed(place.home, folder.name)


def indexer_of(place: Place) -> int:
    """The process id of the place's indexer, as it says itself."""
    return int(json.loads((place.home / "search" / "indexer.json").read_text())["pid"])


async def write(page: Page, text: str) -> None:
    assert page.document is not None
    cell = page.document.cells[page.document.order[0]]
    updates = [{"client": "a", "changes": [[len(cell.source), *text.split("\n")]]}]
    answer = await page.ask(op="edit", cell=cell.id, version=cell.version, updates=updates)
    assert answer["t"] == "accepted", answer


async def test_what_is_typed_is_found_before_it_is_saved(
    browser: Browser, indexed: Indexed, folder: Path
) -> None:
    notebook = await asyncio.to_thread(browser.new_notebook, "typed")
    async with browser.socket(notebook) as socket:
        page = Page()
        await page.open(socket)
        await write(page, "quixotry = '바람개비'")
        seconds = await asyncio.to_thread(indexed.comes, "quixotry", "typed.ipynb")
        assert seconds < SOON
        assert "quixotry" not in (folder / "typed.ipynb").read_text()
        assert indexed.paths("바람개비") == ["typed.ipynb"]
        (found,) = indexed.found("quixotry")
        assert found.notebook == notebook
        assert len(found.people) == 1
        await write(page, "zephyrous = 1")
        assert await asyncio.to_thread(indexed.comes, "zephyrous", "typed.ipynb") < SOON
        assert await asyncio.to_thread(indexed.goes, "quixotry", "typed.ipynb") < SOON


async def test_what_a_kernel_prints_and_writes_is_found(browser: Browser, indexed: Indexed) -> None:
    notebook = await asyncio.to_thread(browser.new_notebook, "kernel")
    code = (
        "import os, pathlib\nprint('inky' + 'marker')\nos.makedirs('made/inner')\n"
        "pathlib.Path('made/inner/deep.txt').write_text('written' + 'bykernel')\n"
        "os.rename('made', 'renamed')"
    )
    async with browser.socket(notebook) as socket:
        page = Page()
        await page.open(socket)
        await write(page, code)
        assert page.document is not None
        assert await page.run(page.document.order[0]) == "done"
        assert await asyncio.to_thread(indexed.comes, "inkymarker", "kernel.ipynb") < SOON
        path = "renamed/inner/deep.txt"
        assert await asyncio.to_thread(indexed.comes, "writtenbykernel", path) < SOON
    assert indexed.paths("writtenbykernel") == [path]


def test_a_file_that_is_renamed_deleted_and_restored_is_found_where_it_is(
    browser: Browser, indexed: Indexed, folder: Path
) -> None:
    address = f"/ajax/files/{folder.name}"
    (folder / "box").mkdir()
    (folder / "box" / "old.txt").write_text("vermilion")
    indexed.comes("vermilion", "box/old.txt")
    browser.post(f"{address}/rename", path="box/old.txt", name="new.txt")
    assert indexed.comes("vermilion", "box/new.txt") < SOON
    browser.post(f"{address}/rename", path="box", name="chest")
    assert indexed.comes("vermilion", "chest/new.txt") < SOON
    assert indexed.goes("vermilion", "box/new.txt") < SOON
    deleted = json.loads(browser.post(f"{address}/delete", path="chest")[1])["deleted"]
    assert indexed.goes("vermilion", "chest/new.txt") < SOON
    browser.post(f"/ajax/files/restore/{deleted}")
    assert indexed.comes("vermilion", "chest/new.txt") < SOON


def test_an_upload_is_found(browser: Browser, indexed: Indexed, folder: Path) -> None:
    browser.upload(folder.name, "점수.csv", "이름,점수\n메아리,3\n".encode())
    assert indexed.comes("메아리", "점수.csv") < SOON


def test_hundreds_of_files_at_once_are_all_found(indexed: Indexed, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent.parent) as made:
        for number in range(400):
            inner = Path(made) / f"part{number % 20}" / "src"
            inner.mkdir(parents=True, exist_ok=True)
            (inner / f"f{number}.py").write_text(f"unpacked = 'crate{number}end'")
        shutil.copytree(made, folder / "unpacked")
    for number in (0, 199, 399):
        path = f"unpacked/part{number % 20}/src/f{number}.py"
        assert indexed.comes(f"crate{number}end", path) < SOON


def test_a_killed_indexer_comes_back_and_makes_right_what_it_missed(
    place: Place, indexed: Indexed, folder: Path
) -> None:
    (folder / "before.txt").write_text("beforedeath")
    (folder / "leaves.txt").write_text("leavesmeanwhile")
    indexed.comes("beforedeath", "before.txt")
    indexed.comes("leavesmeanwhile", "leaves.txt")
    for round_ in range(3):
        pid = indexer_of(place)
        for number in range(50):
            (folder / f"burst{round_}-{number}.txt").write_text(f"burst{round_}word{number}")
        os.kill(pid, signal.SIGKILL)
        (folder / f"during{round_}.txt").write_text(f"duringdeath{round_}")
        if not round_:
            (folder / "leaves.txt").unlink()
        indexed.comes(f"duringdeath{round_}", f"during{round_}.txt")
        for number in (0, 25, 49):
            indexed.comes(f"burst{round_}word{number}", f"burst{round_}-{number}.txt")
        waited(lambda pid=pid: indexer_of(place) != pid, "the new one says nothing")  # type: ignore[misc]
    indexed.goes("leavesmeanwhile", "leaves.txt")


def test_python_help_is_there(place: Place, indexed: Indexed) -> None:
    python = Indexed(place.home, "python")
    python.comes("read_csv", "pandas.read_csv")
    (found,) = [found for found in python.found("read_csv") if found.path == "pandas.read_csv"]
    part, spoken = python.index.parts(found.id)
    assert part.kind == "help"
    assert "Read a comma-separated values" in part.text
    assert spoken.text == "pd.read_csv"


def test_a_rebuild_beside_a_running_place_ends_with_the_same_index(
    place: Place, indexed: Indexed, folder: Path
) -> None:
    (folder / "kept.txt").write_text("keptword")
    indexed.comes("keptword", "kept.txt")
    said = place.command("search", "rebuild")
    assert "The search index is new:" in said
    indexed.comes("keptword", "kept.txt")
    (folder / "after.txt").write_text("afterrebuild")
    indexed.comes("afterrebuild", "after.txt")


def test_the_indexer_has_no_part_of_face_sign_in_and_ends_with_its_place(tmp_path: Path) -> None:
    with running_place(tmp_path / "home") as place:
        status = place.home / "search" / "indexer.json"
        waited(status.exists, "the indexer says nothing")
        pid = indexer_of(place)
        mapped = Path(f"/proc/{pid}/maps").read_text()
        assert "onnxruntime" not in mapped
        assert pid in processes_with("lookin.site.cli indexer")
    assert not Path(f"/proc/{pid}").exists()
