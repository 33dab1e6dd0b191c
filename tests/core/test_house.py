"""The house rules that a program can check: sizes, first lines, names, rings, lock files.

A file or function that is too large may stand in tests/house_exceptions.json with its size; that
list only shrinks. Style and types are ruff's and mypy's.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXCEPTIONS = ROOT / "tests" / "house_exceptions.json"
FILE_LINES, FUNCTION_LINES, HANDLER_LINES = 400, 50, 25
SOURCES = {".py", ".ts", ".css", ".html"}
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "misc"}
# Written in two halves, so that this file does not find itself.
FORBIDDEN_WORDS = [
    "pypi" + ".org", "python" + "hosted", "npmjs" + ".", "deb." + "debian", "security." + "debian",
]  # fmt: skip


def git(*words: str) -> str | None:
    """What git says of this checkout; None where it cannot, as in an unpacked archive."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return None
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


@cache
def tracked() -> tuple[Path, ...]:
    """The files of this checkout that git keeps, or would keep if asked."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed is not None:
        found = {ROOT / name for name in listed.split("\0") if name}
    else:
        tops = ("lookin", "tests", "bench", "requirements", "docs", "deploy", "locale", "web/src")
        found = {file for top in tops for file in (ROOT / top).rglob("*")}
        found = {file for file in found if "__pycache__" not in file.parts}
    return tuple(file for file in sorted(found) if file.is_file())


def sources(*endings: str) -> list[Path]:
    """Tracked files written by hand, with one of these endings."""
    return [file for file in tracked() if file.suffix in endings and "migrations" not in file.parts]


def name_of(file: Path) -> str:
    """A file's path as people write it."""
    return file.relative_to(ROOT).as_posix()


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Each function of a Python file: its dotted name and its lines, decorators left out."""

    def walk(node: ast.AST, place: str) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{place}.{child.name}" if place else child.name
                if not isinstance(child, ast.ClassDef):
                    yield name, (child.end_lineno or child.lineno) - child.lineno + 1
                yield from walk(child, name)
            else:
                yield from walk(child, place)

    yield from walk(ast.parse(file.read_text()), "")


def is_handler(file: Path) -> bool:
    """Whether the functions of `file` are views or a consumer's handlers."""
    part = "/".join(file.relative_to(ROOT).with_suffix("").parts[3:])
    return name_of(file).startswith("lookin/apps/") and bool(re.match(r"(views|consumers)", part))


def too_large() -> dict[str, int]:
    """What exceeds its budget, by name, with its lines."""
    found: dict[str, int] = {}
    for file in sources(*SOURCES):
        lines = len(file.read_text().splitlines())
        if lines > FILE_LINES:
            found[name_of(file)] = lines
        if file.suffix == ".py":
            budget = HANDLER_LINES if is_handler(file) else FUNCTION_LINES
            rows = {f"{name_of(file)}::{name}": size for name, size in functions(file)}
            found |= {name: size for name, size in rows.items() if size > budget}
    return found


def allowed() -> dict[str, int]:
    """The exceptions: name and lines."""
    return json.loads(EXCEPTIONS.read_text()) if EXCEPTIONS.exists() else {}


def test_files_and_functions_keep_their_budgets() -> None:
    over = {name: size for name, size in too_large().items() if size > allowed().get(name, 0)}
    assert not over, (
        f"too long (files {FILE_LINES}, functions {FUNCTION_LINES}, handlers 25): {over}"
    )


def test_an_exception_is_dropped_or_lowered_as_soon_as_it_can_be() -> None:
    sizes = too_large()
    stale = {
        name: sizes.get(name, 0) for name, size in allowed().items() if sizes.get(name) != size
    }
    assert not stale, f"now these are as large as this (0: within the budget); say so: {stale}"


def test_no_exception_was_added_since_the_list_began() -> None:
    history = git("log", "--format=%H", "--reverse", "--", name_of(EXCEPTIONS))
    if not history:
        assert not allowed() or history is None
        return
    began = git("show", f"{history.split()[0]}:{name_of(EXCEPTIONS)}")
    assert set(allowed()) <= set(json.loads(began or "{}"))


def test_every_python_module_opens_by_saying_what_it_is_for() -> None:
    wrong = []
    for file in sources(".py"):
        text = ast.get_docstring(ast.parse(file.read_text())) or ""
        lines = [line for line in text.splitlines() if line.strip()]
        if not 1 <= len(lines) <= 4:
            wrong.append(f"{name_of(file)}: {len(lines)} lines")
    assert not wrong


def test_every_script_of_the_front_end_opens_with_a_comment() -> None:
    scripts = [file for file in sources(".ts") if not file.name.endswith(".test.ts")]
    wrong = [name_of(file) for file in scripts if not re.match(r"/[/*]", file.read_text())]
    assert not wrong


def test_no_module_has_a_name_that_says_nothing() -> None:
    stems = {name_of(file): re.split(r"[._-]", file.name)[0] for file in sources(*SOURCES)}
    folders = {name_of(file.parent): file.parent.name for file in sources(*SOURCES)}
    wrong = [name for name, stem in (stems | folders).items() if stem.lower() in FORBIDDEN_NAMES]
    assert not wrong


def test_no_committed_file_names_a_registry_or_one_machine() -> None:
    wrong = []
    for file in tracked():
        content = file.read_bytes()
        wrong += [
            f"{name_of(file)}: {word}" for word in FORBIDDEN_WORDS if word.encode() in content
        ]
    assert not wrong


def test_python_lock_files_hold_versions_and_hashes_and_no_address() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text()
        assert not re.search(r"://|--index-url|--find-links", text), file.name
        entries = re.findall(r"^[\w.\-]+(?:\[[\w,]+\])?==[^\n]*\n(?:    [^\n]*\n)*", text, re.M)
        assert len(entries) == len(re.findall(r"^\S", text, re.M)), file.name
        assert all("--hash=sha256:" in entry for entry in entries), file.name


def test_every_package_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {"server": project["dependencies"], "dev": project["optional-dependencies"]["dev"]}
    for file in (ROOT / "requirements").glob("*.in"):
        lines = [line.split("#")[0].strip() for line in file.read_text().splitlines()]
        named = [line for line in lines if line and not line.startswith("-r ")]
        asked[file.stem] = [*asked.get(file.stem, []), *named]
    for name, wanted in asked.items():
        locked = (ROOT / "requirements" / f"{name}.txt").read_text()
        names = {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in wanted}
        missing = {each for each in names if not re.search(rf"^{each}(\[|==)", locked, re.M)}
        assert not missing, f"requirements/{name}.txt lacks {missing}: make lock"


def test_the_front_ends_lock_file_is_whole_and_holds_no_address() -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    names = {place.rsplit("node_modules/", 1)[-1] for place in packages}
    assert not [place for place, entry in packages.items() if "resolved" in entry]
    assert not [place for place, entry in packages.items() if place and "integrity" not in entry]
    wanted = {name for entry in packages.values() for name in entry.get("optionalDependencies", {})}
    assert wanted <= names, "npm ci refuses a lock file without every platform's build"


def test_the_core_runs_without_django_and_without_the_web() -> None:
    program = """
import importlib, pkgutil, sys
import lookin.core
for module in pkgutil.walk_packages(lookin.core.__path__, "lookin.core."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as missing:
        # onnx is there only where models are converted, the other two in the kernels' environment.
        if (missing.name or "").split(".")[0] not in {"onnx", "ipykernel", "IPython"}:
            raise
print(*{"django", "channels", "starlette", "uvicorn", "psycopg"} & set(sys.modules))
"""
    words = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


@pytest.mark.parametrize("target", ["run", "demo", "test", "check", "fix", "bench", "lock"])
def test_make_alone_lists_every_command(target: str) -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.search(rf"^  make {target} +\w", done.stdout, re.M)
