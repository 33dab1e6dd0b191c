"""The files of deploy/ are what systemd, cloud-init and Caddy accept, and name what Lookin has."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lookin.site.options import OPTIONS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("lookin-web.service", "lookin-broker.service", "lookin-indexer.service")
PROGRAM = "/opt/lookin/.venv/bin/lookin"


def run(*words: str | Path, **environment: str) -> str:
    """Run a checker that must be content; skip where the machine has no such program."""
    program = str(words[0])
    if shutil.which(program) is None:
        pytest.skip(f"skipped: {program} is not on this machine")
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def settings_of(unit: str) -> dict[str, list[str]]:
    """A unit's lines by key, comments left out."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", (DEPLOY / unit).read_text(), re.M):
        found.setdefault(key, []).append(value)
    return found


def installed_elsewhere(unit: str, folder: Path) -> Path:
    """A copy of the unit whose program exists here, for checkers that look whether it does."""
    text = (DEPLOY / unit).read_text().replace(PROGRAM, "/bin/true")
    copy = folder / unit
    copy.write_text(text.replace("WorkingDirectory=/opt/lookin", "WorkingDirectory=/"))
    return copy


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    copies = [installed_elsewhere(unit, tmp_path) for unit in UNITS]
    assert run("systemd-analyze", "verify", "--man=no", *copies).strip() == ""


@pytest.mark.parametrize(("unit", "tenths"), [(UNITS[0], 20), (UNITS[1], 50), (UNITS[2], 20)])
def test_systemd_finds_the_units_well_fenced(unit: str, tenths: int, tmp_path: Path) -> None:
    copy = installed_elsewhere(unit, tmp_path)
    options = ["--offline=true", "--no-pager", f"--threshold={tenths}"]
    run("systemd-analyze", "security", *options, copy)


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_never_root_and_runs_commands_that_exist(unit: str) -> None:
    settings = settings_of(unit)
    assert settings["User"] == ["lookin"]
    commands = [line for key in settings if key.startswith("Exec") for line in settings[key]]
    listed = (ROOT / "lookin" / "site" / "cli.py").read_text()
    for command in commands:
        program, word = command.lstrip("-").split()
        assert program == PROGRAM
        assert f'("{word}", commands.' in listed


def test_the_brokers_unit_leaves_kernels_room_for_fences_of_their_own() -> None:
    settings = settings_of("lookin-broker.service")
    covering_proc = {"ProtectKernelTunables", "ProtectKernelLogs", "ProtectHostname", "ProcSubset"}
    barred = {"RestrictNamespaces", "ProtectProc", "ProtectControlGroups", *covering_proc}
    assert not barred & set(settings)
    assert settings["Delegate"] == ["memory pids cpu"]
    assert settings["OOMPolicy"] == ["continue"]


def test_kernels_outlive_a_broker_that_dies() -> None:
    settings = settings_of("lookin-broker.service")
    assert settings["KillMode"] == ["process"]
    assert settings["Restart"] == ["always"]
    assert settings["RuntimeDirectoryPreserve"] == ["yes"]  # their sockets lie there


def test_every_setting_that_deploy_names_is_one_that_lookin_knows() -> None:
    known = {option.name for option in OPTIONS}
    for file in DEPLOY.iterdir():
        named = set(re.findall(r"\bLOOKIN_[A-Z_]+", file.read_text()))
        assert named <= known, file.name


def test_cloud_init_accepts_its_file() -> None:
    run("cloud-init", "schema", "--config-file", DEPLOY / "cloud-init.yaml")


def test_caddy_accepts_its_file() -> None:
    words = ["validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    run("caddy", *words, LOOKIN_HOSTS="lookin.example.org")


def test_the_installing_script_is_a_shell_script_without_mistakes() -> None:
    run("sh", "-n", DEPLOY / "install")
