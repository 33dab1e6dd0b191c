"""Versions and runs on disk: what comes back, what costs little, and what damage does."""

from __future__ import annotations

import json
import logging
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from lookin.core.history.runs import RunFile, RunRecord, source_digest
from lookin.core.history.shelf import Shelf
from lookin.core.history.thinning import DAY_MS
from lookin.core.history.versions import Manifest, Things, Version, cells_of, record_cell
from lookin.core.lib.errors import NotFoundError
from tests.core.history.test_versions import cell

NOW = 1_800_000_000_000
ROOMY = 10**9


def keep(shelf: Shelf, *cells: dict[str, Any], at: int = NOW, name: str = "") -> Version:
    entries, things = [], Things()
    for each in cells:
        entry, made = record_cell(each)
        entries.append(entry)
        things |= made
    version = Version("", at, ("p",), "busy", name)
    return shelf.keep(version, Manifest(tuple(entries), {"k": 1}), things)


def noise(size: int) -> str:
    return os.urandom(size // 2).hex()


def test_a_version_comes_back_whole_in_another_process(tmp_path: Path) -> None:
    cells = [
        cell("a", "한글 😀"),
        cell("b", "x", outputs=[{"output_type": "stream", "text": "\ud83d"}]),
    ]
    made = keep(Shelf(tmp_path), *cells, name="Before the trip")
    shelf = Shelf(tmp_path)
    assert shelf.versions() == [made]
    manifest = shelf.manifest(made.id)
    assert (cells_of(manifest, shelf.thing), manifest.metadata) == (cells, {"k": 1})
    assert stat.S_IMODE((tmp_path / "versions").stat().st_mode) == 0o700


def test_a_large_notebook_with_one_changed_cell_costs_one_cell(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    cells = [cell(f"c{n}", noise(1_000)) for n in range(200)]
    keep(shelf, *cells)
    whole = shelf.size()
    cells[7] = cell("c7", "1 + 1")
    keep(shelf, *cells, at=NOW + 1)
    assert shelf.size() - whole < 40_000, "mostly the list of its cells"
    (first, second) = sorted((tmp_path / "packs").iterdir())
    assert second.stat().st_size < 300 < first.stat().st_size / 100


def test_versions_of_one_moment_keep_their_order(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    made = [keep(shelf, cell("a", str(n))).id for n in range(5)]
    assert [v.id for v in shelf.versions()] == made == sorted(made)


def test_a_version_is_renamed_and_keeps_its_cells(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    made = keep(shelf, cell("a"))
    shelf.rename(made.id, "첫 판 <b>")
    assert [v.name for v in Shelf(tmp_path).versions()] == ["첫 판 <b>"]
    assert len(shelf.manifest(made.id).entries) == 1


@pytest.mark.parametrize("id_", ["", "../../etc/passwd", "1", "0" * 13 + "-" + "a" * 8, "x\0"])
def test_what_is_no_version_is_not_found(tmp_path: Path, id_: str) -> None:
    shelf = Shelf(tmp_path)
    keep(shelf, cell("a"))
    for asked in (shelf.version, shelf.manifest, lambda i: shelf.rename(i, "x")):
        with pytest.raises(NotFoundError):
            asked(id_)


@pytest.mark.parametrize("length", [0, 1, 40, 150])
def test_a_torn_version_is_passed_over_with_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, length: int
) -> None:
    shelf = Shelf(tmp_path)
    good, torn = keep(shelf, cell("a")), keep(shelf, cell("b"), at=NOW + 1)
    path = tmp_path / "versions" / f"{torn.id}.v"
    path.write_bytes(path.read_bytes()[:length])
    with caplog.at_level(logging.WARNING):
        found = Shelf(tmp_path).versions()
        assert found[0] == good
        if len(found) == 2:  # its head is whole; the rest is not
            with pytest.raises(NotFoundError):
                Shelf(tmp_path).manifest(torn.id)
    assert "left aside" in caplog.text


def test_a_torn_pack_loses_only_its_own_things(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first, second = keep(shelf, cell("a")), keep(shelf, cell("a"), cell("b"), at=NOW + 1)
    path = tmp_path / "packs" / f"{second.id}.pack"
    path.write_bytes(path.read_bytes()[:-3])
    again = Shelf(tmp_path)
    assert cells_of(again.manifest(first.id), again.thing) == [cell("a")]
    found = cells_of(again.manifest(second.id), again.thing)
    assert [c.get("missing", False) for c in found] == [False, True]


def test_thinning_frees_what_no_version_needs_and_nothing_else(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    old = [
        keep(shelf, cell("a", noise(4_000)), cell("z", "same"), at=NOW - 3 * DAY_MS + n * 1_000)
        for n in range(10)
    ]
    named = keep(shelf, cell("a", "kept"), at=NOW - 3 * DAY_MS + 11_000, name="Kept")
    last = keep(shelf, cell("a", "last"), cell("z", "same"), at=NOW)
    before = shelf.size()
    gone = shelf.thin(NOW, ROOMY)
    assert gone == {v.id for v in old[:-1]}, "the last of its hour stays"
    assert shelf.size() < before / 4
    again = Shelf(tmp_path)
    assert [v.id for v in again.versions()] == [old[-1].id, named.id, last.id]
    assert cells_of(again.manifest(last.id), again.thing) == [
        cell("a", "last"), cell("z", "same"),
    ]  # fmt: skip
    assert cells_of(again.manifest(named.id), again.thing) == [cell("a", "kept")]


def test_a_reader_who_looked_before_the_packs_were_joined_still_reads(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for n in range(5):
        keep(shelf, cell("a", noise(4_000)), cell("z", "same"), at=NOW - 400 * DAY_MS + n)
    last = keep(shelf, cell("z", "same"), at=NOW)
    reader = Shelf(tmp_path)
    manifest = reader.manifest(last.id)
    assert reader.size()
    shelf.thin(NOW, ROOMY)
    assert cells_of(manifest, reader.thing) == [cell("z", "same")]


def test_too_many_bytes_drop_the_oldest(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    made = [keep(shelf, cell("a", noise(20_000)), at=NOW + n) for n in range(10)]
    shelf.thin(NOW + 20, 60_000)
    left = [v.id for v in shelf.versions()]
    assert left == [v.id for v in made[-len(left) :]]
    assert shelf.size() <= 60_000


def test_many_small_packs_are_joined(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    made = [keep(shelf, cell("a", str(n)), at=NOW + n) for n in range(70)]
    shelf.thin(NOW + 80, ROOMY)
    assert len(list((tmp_path / "packs").iterdir())) < 5
    again = Shelf(tmp_path)
    assert [cells_of(again.manifest(v.id), again.thing)[0]["source"] for v in made] == [
        str(n) for n in range(70)
    ]


# ---- runs


def record(cell_: str = "c", at: int = 1, source: str = "1", **more: Any) -> RunRecord:
    plain = {"by": "p", "queued_at": at, "started_at": at + 1, "ended_at": at + 2, "state": "done"}
    return RunRecord(cell_, source_digest(source), **{**plain, **more})


def test_runs_come_back_in_order_with_the_text_that_ran(tmp_path: Path) -> None:
    runs = RunFile(tmp_path)
    made = [
        record(at=1),
        record(at=5, source="한 😀", state="failed", error="KeyError"),
        record(at=9),
    ]
    runs.append([(made[0], "1"), (made[1], "한 😀")])
    runs.append([(made[2], "1")])
    again = RunFile(tmp_path)
    assert again.runs() == made
    assert again.source(made[1].source) == "한 😀"
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 5, "a text is there once"


def test_a_run_that_is_told_twice_is_there_once(tmp_path: Path) -> None:
    runs = RunFile(tmp_path)
    runs.append([(record(), "1")])
    RunFile(tmp_path).append([(record(source="guessed later"), "guessed later")])
    assert runs.runs() == [record()]


@pytest.mark.parametrize("torn", [b'{"cell": "x", "so', b"\xff\xfe", b"[1]\n", b'{"cell":1}\n'])
def test_a_torn_line_costs_no_other_run(tmp_path: Path, torn: bytes) -> None:
    RunFile(tmp_path).append([(record(at=1), "1")])
    with (tmp_path / "runs.jsonl").open("ab") as file:
        file.write(torn)
    RunFile(tmp_path).append([(record(at=7), "1")])
    assert [run.queued_at for run in RunFile(tmp_path).runs()] == [1, 7]


def test_the_record_of_runs_keeps_its_newer_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookin.core.history.runs.MOST_BYTES", 20_000)
    runs = RunFile(tmp_path)
    for at in range(0, 2_000, 5):
        runs.append([(record(at=at, source=str(at)), str(at))])
    kept = runs.runs()
    assert (tmp_path / "runs.jsonl").stat().st_size <= 20_500
    assert kept[-1].queued_at == 1_995
    assert [run.queued_at for run in kept] == list(range(kept[0].queued_at, 2_000, 5))
    assert all(runs.source(run.source) == str(run.queued_at) for run in kept)
    assert all(json.loads(line) for line in (tmp_path / "runs.jsonl").read_text().splitlines())
