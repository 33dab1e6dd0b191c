"""What lies beside a notebook's log: blobs of outputs, and text for which there was no room."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.kernels.broker import blobfiles, textfiles
from lookin.apps.kernels.broker.blobfiles import BlobFiles, with_addresses
from lookin.apps.kernels.broker.textfiles import CELL_BYTES, TextFiles
from lookin.core.documents import inputs
from lookin.core.documents.blobs import digest_of
from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.printed import printed_text
from lookin.core.documents.session import Session, step

PICTURE = "iVBORw0KGgo="


def test_a_blob_is_there_under_its_digest_and_survives_a_new_process(tmp_path: Path) -> None:
    digest = BlobFiles(tmp_path).keep(b"content")
    assert digest == digest_of(b"content")
    later = BlobFiles(tmp_path)
    assert later.read(digest) == b"content"
    assert later.total_bytes == 7
    later.sync()
    later.remove()
    assert not (tmp_path / "blobs").exists()


@pytest.mark.parametrize("lie", ["../log.jsonl", "", "0" * 64, "/etc/passwd"])
def test_no_other_file_is_read_as_a_blob(tmp_path: Path, lie: str) -> None:
    (tmp_path / "log.jsonl").write_text("secret")
    (tmp_path / "blobs").mkdir()
    assert BlobFiles(tmp_path).read(lie) is None


def test_what_nothing_names_goes_after_a_while_and_what_is_named_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(blobfiles, "monotonic", lambda: now)
    files = BlobFiles(tmp_path)
    kept, let_go = files.keep(b"kept"), files.keep(b"let go")
    assert (
        files.sweep({kept}) == 0
    )  # a change of which the log does not know yet may have let it go
    now += 59
    assert files.sweep({kept, let_go}) == 0  # named again
    now += 59
    assert files.sweep({kept}) == 0
    now += 61
    assert files.sweep({kept}) == 1
    assert files.read(kept) == b"kept"
    assert files.read(let_go) is None
    assert files.keep(b"let go") == let_go  # and comes back


def test_a_disk_that_refuses_leaves_the_picture_in_the_event(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("in the way")
    output = {"output_type": "display_data", "data": {"image/png": PICTURE}, "metadata": {}}
    shown = inputs.Shown("a", output)
    assert with_addresses(shown, BlobFiles(tmp_path)) == shown


def test_text_that_came_twice_after_a_crash_is_kept_once(tmp_path: Path) -> None:
    assert TextFiles(tmp_path).put("a", 0, "한one ")
    assert TextFiles(tmp_path).put("a", 5, "two ")
    later = TextFiles(tmp_path)
    assert later.put("a", 5, "two and more")  # the log did not have it, so it came again
    assert later.read("a") == "한one two and more"
    assert not TextFiles(tmp_path).put("a", 99, "a gap")
    assert later.put("a", 0, "a new run")
    assert later.read("a") == "a new run"


def test_text_of_a_cell_is_bounded_and_its_name_cannot_lead_elsewhere(tmp_path: Path) -> None:
    files = TextFiles(tmp_path)
    assert not files.put("a", 0, "x" * (CELL_BYTES + 1))
    assert not files.put("../b", 0, "x")
    assert files.read("../b") is None


def test_the_oldest_text_makes_room_also_after_the_notebook_was_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textfiles, "NOTEBOOK_BYTES", 25)
    for number in range(9):  # a cell is made, printed into, deleted; the notebook opened again
        assert TextFiles(tmp_path).put(f"cell{number}", 0, "x" * 10)
    names = [path.name for path in (tmp_path / "texts").iterdir()]
    assert sorted(names) == ["cell7", "cell8"]


def test_what_may_be_left_out_leaves_the_disk_its_reserve(tmp_path: Path) -> None:
    reserve = shutil.disk_usage(tmp_path).free * 2
    blobs, texts = BlobFiles(tmp_path, reserve), TextFiles(tmp_path, reserve)
    for keep in (lambda: blobs.keep(b"a"), lambda: texts.put("a", 0, "a")):
        with pytest.raises(OSError, match="No space"):
            keep()
    assert not blobs.total_bytes
    assert BlobFiles(tmp_path, 1).keep(b"a")


def test_pictures_of_one_notebook_come_to_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobfiles, "MOST_BYTES", 10)
    files = BlobFiles(tmp_path)
    assert files.keep(b"x" * 8)
    with pytest.raises(OSError, match="quota"):
        files.keep(b"y" * 8)
    assert files.keep(b"x" * 8)  # it is there already
    assert files.total_bytes == 8


def test_every_line_of_a_flood_is_in_the_document_or_beside_it(tmp_path: Path) -> None:
    files, session = TextFiles(tmp_path), _running()
    lines = [f"line {number}\n" for number in range(150_000)]
    for at in range(0, len(lines), 5000):
        text = "".join(lines[at : at + 5000])
        output: dict[str, Any] = {"output_type": "stream", "name": "stdout", "text": text}
        result = step(session, inputs.Shown("a", output), 0)
        session = result.session
        for effect in result.effects:
            if isinstance(effect, inputs.Spill):
                assert files.put(effect.cell, effect.at, effect.text)
    before, left_out, after = printed_text(session.document.cells["a"].outputs)
    kept = files.read("a") or ""
    assert len(kept) == left_out > 0
    assert before + kept + after == "".join(lines)


def _running() -> Session:
    return Session(document_of([Cell("a", "code")], {}), running="a")
