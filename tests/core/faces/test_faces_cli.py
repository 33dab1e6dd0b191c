"""`lookin faces …` on real models and portraits: its words, its JSON and its exit statuses."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lookin.site.cli import main

pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]


@pytest.fixture
def folder(faces: dict[str, Path], tmp_path: Path) -> Path:
    """A list of pairs beside its pictures, one of which is no picture."""
    for name, path in faces.items():
        shutil.copy(path, tmp_path / f"{name}.jpg")
    (tmp_path / "broken.jpg").write_text("not a picture")
    (tmp_path / "pairs.csv").write_text(
        "file1,file2,same\nobama.jpg,obama2.jpg,1\nobama.jpg,obama3.jpg,1\n"
        "obama.jpg,biden.jpg,0\nobama2.jpg,biden.jpg,0\nobama.jpg,broken.jpg,1\n"
        "obama.jpg,gone.jpg,0\n"
    )
    return tmp_path


def test_two_pictures_of_one_man_are_one_person(
    faces: dict[str, Path], models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(faces["obama"]), str(faces["obama2"])]
    assert main(["faces", "compare", *files, "--folder", str(models)]) == 0
    assert "the same person" in capsys.readouterr().out


def test_two_men_are_two_people_in_json(
    faces: dict[str, Path], models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(faces["obama"]), str(faces["biden"])]
    assert main(["faces", "compare", *files, "--json", "--folder", str(models)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["same"] is False
    assert result["distance"] > result["threshold"]
    assert result["fmr_of_threshold"] == pytest.approx(1e-3, rel=0.05)


def test_a_picture_without_a_face_is_a_sentence_and_status_2(
    folder: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(folder / "obama.jpg"), str(folder / "broken.jpg")]
    assert main(["faces", "compare", *files, "--folder", str(models)]) == 2
    assert "broken.jpg: This picture cannot be read" in capsys.readouterr().err


def test_without_models_a_sentence_says_what_to_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["faces", "evaluate", str(folder / "pairs.csv"), "--folder", str(folder / "none")]
    assert main(arguments) == 1
    assert "lookin faces models" in capsys.readouterr().err


def test_pairs_are_counted_rated_and_nothing_is_dropped(
    folder: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roc = folder / "roc.csv"
    arguments = ["--json", "--out", str(roc), "--folder", str(models)]
    assert main(["faces", "evaluate", str(folder / "pairs.csv"), *arguments]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert report["pairs"] == 6
    assert report["left_out"] == {"genuine": 1, "impostor": 1}
    assert (report["verification"]["genuine"], report["verification"]["impostor"]) == (2, 2)
    assert report["verification"]["equal_error_rate"] == 0
    assert report["pictures"]["total"] == 6
    assert list(report["pictures"]["unusable"].values()) == ["unreadable_picture", "file_missing"]
    assert "6/6" in err
    assert roc.read_text().splitlines()[0] == "threshold,fmr,fnmr"
    assert len(roc.read_text().splitlines()) == 5


def test_a_gallery_is_rated_by_two_processes(
    folder: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery = folder / "gallery"
    for name, person in (("obama", "a"), ("obama2", "a"), ("obama3", "a"), ("biden", "c")):
        (gallery / person).mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / f"{name}.jpg", gallery / person)
    plot = folder / "roc.svg"
    arguments = ["--enrol", "2", "--jobs", "2", "--folder", str(models), "--plot", str(plot)]
    assert main(["faces", "evaluate", "--gallery", str(gallery), *arguments]) == 0
    out = capsys.readouterr().out
    assert "2 people; 1 of them have 2 pictures for a template and 1 more" in out
    assert "The calibrated thresholds" in out
    assert "Identification: too few people" in out
    assert ElementTree.parse(plot).getroot().tag.endswith("svg")


def test_a_gallery_of_too_few_pictures_is_a_sentence_and_status_2(
    folder: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for person in ("a", "b"):
        (folder / "few" / person).mkdir(parents=True)
        shutil.copy(folder / "obama.jpg", folder / "few" / person)
    arguments = ["--gallery", str(folder / "few"), "--folder", str(models)]
    assert main(["faces", "evaluate", *arguments]) == 2
    assert "A person needs 5 pictures" in capsys.readouterr().err


def test_without_an_own_recogniser_there_is_nothing_to_calibrate(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKIN_HOME", str(folder))
    assert main(["faces", "calibrate", "--gallery", str(folder)]) == 2
    assert "no recogniser of your own" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["pairs.csv", "--gallery", "x"], ["none.csv"]])
def test_a_misused_evaluation_is_a_sentence_and_status_2(
    folder: Path, models: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert main(["faces", "evaluate", *words, "--folder", str(models)]) == 2


def test_ctrl_c_stops_every_process_without_a_traceback(folder: Path, models: Path) -> None:
    gallery = folder / "many"
    for number in range(60):
        (gallery / f"p{number}").mkdir(parents=True)
        for copy in range(4):
            shutil.copy(folder / "obama.jpg", gallery / f"p{number}" / f"{copy}.jpg")
    command = [sys.executable, "-m", "lookin.site.cli", "faces", "evaluate", "--jobs", "2"]
    command += ["--enrol", "3"]
    running = subprocess.Popen(
        [*command, "--gallery", str(gallery), "--folder", str(models)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stderr is not None
    assert "pictures" in running.stderr.readline()  # at work
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert "Stopped" in err
    assert out == ""
    assert _is_gone(running.pid)


def _is_gone(group: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
