"""The set-up program: what is due, two at once, what was cut off, what it says when it fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lookin.site.prepare import stages, stamps
from lookin.site.prepare.environments import Environment
from lookin.site.prepare.programs import PrepareError, Programs, explain, explain_disk
from lookin.site.prepare.translations import compile_all, translations_are_due

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 30.0


def wait_for(condition: object, what: str) -> None:
    """Wait until `condition()` is true."""
    assert callable(condition)
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def programs_in(root: Path) -> Programs:
    """Programs with their logs in `root` and a lock that nobody waits for."""
    (root / "logs").mkdir(exist_ok=True)
    return Programs(root, root / "logs", os.open(root / "lock", os.O_RDWR | os.O_CREAT))


def test_a_stamp_holds_until_any_part_changes(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "a.ts").write_text("1")
    before = stamps.digest_of("linux", folder)
    assert before == stamps.digest_of("linux", folder)
    (folder / "a.ts").rename(folder / "b.ts")
    renamed = stamps.digest_of("linux", folder)
    (folder / "b.ts").write_text("2")
    assert (
        len({before, renamed, stamps.digest_of("linux", folder), stamps.digest_of("mac", folder)})
        == 4
    )


def test_nothing_due_says_nothing_and_does_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []
    stages.run_stages([stages.Stage("A", lambda: False, lambda: done.append("a"))])
    assert (done, capfd.readouterr().err) == ([], "")


def test_an_optional_stage_that_fails_is_told_and_the_rest_goes_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []

    def fail() -> None:
        raise PrepareError("No models.", "Try later.")

    rest = stages.Stage("B", lambda: True, lambda: done.append("b"))
    stages.run_stages([stages.Stage("A", lambda: True, fail, optional=True), rest])
    assert done == ["b"]
    assert "No models. Try later." in capfd.readouterr().err
    with pytest.raises(PrepareError):
        stages.run_stages([stages.Stage("A", lambda: True, fail), rest])


def test_a_second_set_up_waits_for_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    program = (
        "import sys; from pathlib import Path; from lookin.site.prepare.stages import hold_lock\n"
        "with hold_lock(Path(sys.argv[1])): print('in', flush=True)"
    )
    with stages.hold_lock(lock):
        words = [sys.executable, "-c", program, str(lock)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        second = subprocess.Popen(words, cwd=ROOT, **pipes)  # type: ignore[call-overload]
        assert "waiting for it" in second.stderr.readline()
        assert second.poll() is None
    assert second.communicate(timeout=DEADLINE)[0] == "in\n"


def test_an_environment_is_whole_only_when_its_installation_ended(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("")
    environment = Environment(tmp_path / "env")
    programs = programs_in(tmp_path)
    assert not environment.is_made_from("server", nothing)
    environment.install(programs, "server", "The packages", nothing)
    environment.finish("server", nothing)
    assert environment.is_made_from("server", nothing)
    (environment.folder / ".unfinished").touch()  # as a killed installation leaves it
    leftover = environment.folder / "half-installed"
    leftover.touch()
    assert not environment.is_made_from("server", nothing)
    environment.install(programs, "server", "The packages", nothing)
    assert not leftover.exists()


def test_a_changed_list_is_due_again(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("a==1\n")
    environment = Environment(tmp_path / "env")
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    environment.finish("server", listed)
    assert environment.is_made_from("server", listed)
    listed.write_text("a==2\n")
    assert not environment.is_made_from("server", listed)


def test_a_program_sees_no_other_pythons_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    monkeypatch.setenv("PIP_TARGET", "/somewhere/else")
    shown = "import os; print(os.environ.get('PYTHONPATH'), os.environ.get('PIP_TARGET'))"
    programs_in(tmp_path).run("It", "it", [sys.executable, "-c", shown], tmp_path)
    assert "None None" in (tmp_path / "logs" / "it.log").read_text()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full."),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM", "arrived damaged or changed"),
        ("npm error code EINTEGRITY", "arrived damaged or changed"),
        ("No matching distribution found for django==5.2", "could not be fetched (django)"),
        ("npm error code EAI_AGAIN", "could not be fetched"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "may not be written"),
        ("Segmentation fault", "gave up"),
    ],
)
def test_a_failing_program_becomes_one_clear_sentence(output: str, sentence: str) -> None:
    error = explain("The packages", 1, output, "build/prepare/it.log")
    assert sentence in error.sentence()
    assert "build/prepare/it.log" in error.sentence()


def test_a_killed_program_is_told_as_killed(tmp_path: Path) -> None:
    program = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"
    with pytest.raises(PrepareError, match="perhaps too little memory"):
        programs_in(tmp_path).run("It", "it", [sys.executable, "-c", program], tmp_path)


def test_a_folder_that_cannot_be_written_is_named() -> None:
    error = OSError(30, "Read-only file system", "/opt/x/build")
    assert "cannot write /opt/x/build (Read-only file system)" in explain_disk(error, ROOT).message


def test_translations_are_compiled_once(tmp_path: Path) -> None:
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Stop"\nmsgstr "멈추기"\n')
    assert translations_are_due(tmp_path)
    compile_all(tmp_path)
    assert "멈추기".encode() in (folder / "django.mo").read_bytes()
    assert not translations_are_due(tmp_path)


def test_ctrl_c_ends_the_program_too_and_leaves_no_lock(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    program = (
        "import os, sys; from pathlib import Path\n"
        "from lookin.site.prepare.programs import Programs\n"
        "from lookin.site.prepare.stages import hold_lock\n"
        "root = Path(sys.argv[1])\n"
        "with hold_lock(root / 'lock') as lock:\n"
        "    Programs(root, root / 'logs', lock).run('It', 'it', ['sleep', '600'], root)\n"
    )
    words = [sys.executable, "-c", program, str(tmp_path)]
    running = subprocess.Popen(words, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    log = tmp_path / "logs" / "it.log"
    wait_for(lambda: log.exists() and log.read_text(), "the program starts")
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(DEADLINE) != 0
    with stages.hold_lock(tmp_path / "lock"):  # would wait for ever if anybody held it
        pass
