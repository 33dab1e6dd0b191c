"""Which command a notebook's kernel is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lookin.core.kernels.driver import KernelStartError
from lookin.core.kernels.kernelspecs import choose_command, find_kernelspecs

R = {"argv": ["R", "--args", "{connection_file}"], "language": "R", "display_name": "R"}
PYTHON = {"argv": ["python", "-f", "{connection_file}"], "language": "python"}


def install(folder: Path, name: str, spec: Any) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "kernel.json").write_text(json.dumps(spec))


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"kernelspec": {"name": "python3", "language": "python"}},
        {"kernelspec": {"name": "conda-env-mine-py", "language": "Python"}},
        {"kernelspec": {"name": "nobody-has-this"}},
        {"language_info": {"name": "ipython"}},
        {"kernelspec": "no object", "language_info": 7},
    ],
)
def test_a_python_notebook_runs_here_whatever_its_kernel_was_called(about: Any) -> None:
    assert choose_command(about, {}) is None


def test_another_language_runs_by_its_installed_command(tmp_path: Path) -> None:
    install(tmp_path, "ir", R)
    found = find_kernelspecs([tmp_path, tmp_path / "missing"])
    for about in (
        {"kernelspec": {"name": "ir", "language": "R"}},
        {"kernelspec": {"name": "IR"}},
        {"kernelspec": {"name": "r-4.3", "language": "r"}},
        {"language_info": {"name": "R"}},
    ):
        assert choose_command(about, found) == tuple(R["argv"])


def test_a_language_that_is_not_here_is_told_in_a_sentence(tmp_path: Path) -> None:
    install(tmp_path, "python3", PYTHON)
    with pytest.raises(KernelStartError) as caught:
        choose_command(
            {"kernelspec": {"name": "x", "language": "J" * 999}}, find_kernelspecs([tmp_path])
        )
    assert caught.value.code == "no_such_language"
    assert len(caught.value.sentence()) < 400


def test_an_installed_python_kernelspec_is_not_used(tmp_path: Path) -> None:
    install(tmp_path, "mine", PYTHON)
    assert choose_command({"kernelspec": {"name": "mine"}}, find_kernelspecs([tmp_path])) is None


def test_a_kernelspecs_variables_come_with_its_command(tmp_path: Path) -> None:
    install(tmp_path, "julia", {**R, "language": "julia", "env": {"JULIA_PROJECT": "@."}})
    spec = find_kernelspecs([tmp_path])["julia"]
    assert spec.argv[:3] == ("/usr/bin/env", "JULIA_PROJECT=@.", "R")


def test_what_is_no_kernelspec_is_passed_over_and_the_first_of_two_counts(tmp_path: Path) -> None:
    for name, spec in {"a": [], "b": {"argv": ["x"], "language": "r"}, "c": {"argv": 3}}.items():
        install(tmp_path / "one", name, spec)
    (tmp_path / "one" / "d").mkdir()
    (tmp_path / "one" / "d" / "kernel.json").write_text("{" * 200_000)
    install(tmp_path / "one", "ir", R)
    install(tmp_path / "two", "ir", {**R, "argv": ["other", "{connection_file}"]})
    found = find_kernelspecs([tmp_path / "one", tmp_path / "two"])
    assert {name: spec.argv[0] for name, spec in found.items()} == {"ir": "R"}
