"""Run by the kernels' Python, not ours: writes what its packages offer, one JSON line for a name.

[dotted name, signature, first line]. Needs the standard library alone, and imports the packages, as
a kernel does. Arguments: packages, with commas; seconds; how many names; the process it is for.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import inspect
import io
import json
import os
import re
import signal
import sys
import time
import types
import warnings
from importlib import metadata

_STANDARD = """
builtins math statistics random datetime time calendar collections itertools functools
operator json csv re string textwrap pathlib os os.path sys io glob shutil copy pprint
decimal fractions heapq bisect typing dataclasses enum sqlite3 urllib.parse zoneinfo
contextlib hashlib base64 uuid timeit unittest doctest colorsys cmath array struct
collections.abc secrets locale pickle gzip zipfile tempfile subprocess threading queue
asyncio logging argparse warnings traceback inspect difflib html xml.etree.ElementTree
"""
STANDARD = _STANDARD.split()
# Parts of packages that are not for those who use them.
_INNER = "tests testing test conftest core compat internals externals vendor"
INNER = frozenset(_INNER.split())
PACKAGE_SECONDS = 20
MOST_OF_PACKAGE = 8_000
MOST_OF_NEEDED = 1_000  # of a package that is there because another one needs it
DEEPEST = 3  # modules below a package's top
SHORT, LONG = 120, 240  # characters
_ADDRESS = re.compile(r"<([\w.]+)[^<>]* at 0x[0-9a-f]+>")


class TooLongError(Exception):
    """This package takes too long."""


def main() -> None:
    """Write the lines to standard output, and nothing else there."""
    wanted, seconds, most = sys.argv[1].split(","), float(sys.argv[2]), int(sys.argv[3])
    end_with(int(sys.argv[4]))
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr = io.StringIO()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    be_modest(seconds)
    warnings.simplefilter("ignore")
    deadline = time.monotonic() + seconds
    for name in STANDARD:
        write(gather(name, most), lines)
    asked = dict.fromkeys((name for name in wanted if name), MOST_OF_PACKAGE)
    for name, most_here in {**dict(packages()), **asked}.items():
        if time.monotonic() < deadline:
            apart(name, min(most, most_here), lines)


def apart(name: str, most: int, lines: io.TextIOBase) -> None:
    """A package in a process of its own: one that ends Python, or never ends, is left out."""
    parent = os.getpid()
    child = os.fork()
    if not child:
        try:
            end_with(parent)
            write(gather(name, most), lines)
        finally:
            os._exit(0)
    deadline = time.monotonic() + PACKAGE_SECONDS + 5
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.01)
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)


def write(found: list[list[str]], lines: io.TextIOBase) -> None:
    """All of a package at once."""
    lines.write("".join(json.dumps(line) + "\n" for line in found))
    lines.flush()


def end_with(parent: int) -> None:
    """End when this process does: prctl(2), PR_SET_PDEATHSIG. Elsewhere the clock ends us."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def be_modest(seconds: float) -> None:
    """Late in the line for the processor, and not for ever."""
    with contextlib.suppress(OSError):
        os.nice(10)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 (not on every system)

        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
        resource.setrlimit(resource.RLIMIT_FSIZE, (64_000_000, 64_000_000))
        resource.setrlimit(resource.RLIMIT_DATA, (2_000_000_000, 2_000_000_000))


def packages() -> list[tuple[str, int]]:
    """The packages that were installed for people, and how much of each is wanted.

    Not what only makes notebooks run.
    """
    owners: dict[str, set[str]] = {}
    for top, names in metadata.packages_distributions().items():
        for name in names:
            owners.setdefault(plain(name), set()).add(top)
    machinery = needed_by({"ipykernel", "ipywidgets", "pip", "setuptools", "wheel", "uv"})
    chosen = {name: tops for name, tops in owners.items() if name not in machinery}
    needed = {other for name in chosen for other in needed_by({name}) if other != name}
    found = []
    for name, tops in chosen.items():
        most = MOST_OF_NEEDED if name in needed else MOST_OF_PACKAGE
        found += [(t, most) for t in tops if t.isidentifier() and not t.startswith("_")]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def needed_by(names: set[str]) -> set[str]:
    """These distributions and all that they need."""
    found: set[str] = set()
    waiting = [plain(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        with contextlib.suppress(Exception):
            for line in metadata.requires(name) or ():
                if "extra ==" not in line:
                    waiting += [plain(re.split(r"[^\w.-]", line, maxsplit=1)[0])]
    return found


def plain(name: str) -> str:
    """A distribution's name as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def gather(name: str, most: int) -> list[list[str]]:
    """All of one package that can be had in its time; what it does wrong stays its own matter."""
    found: list[list[str]] = []
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(PACKAGE_SECONDS)
    try:
        module = importlib.import_module(name)
        walk(module, found, most)
    except BaseException:  # noqa: BLE001, S110 (a package may even say SystemExit)
        pass
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)
    return found


def _too_long(_signal: int, _frame: object) -> None:
    raise TooLongError


def walk(top: types.ModuleType, found: list[list[str]], most: int) -> None:
    """The module's own names, then those of its modules: the shortest name of a thing counts."""
    root = top.__name__.split(".")[0]
    waiting = [(top, top.__name__, 0)]
    seen: set[int] = {id(top)}
    found.append([top.__name__, "", first_line(top)])
    while waiting:
        module, name, depth = waiting.pop(0)
        for attribute in public(module):
            value = read(module, attribute)
            dotted = attribute if name == "builtins" else f"{name}.{attribute}"
            if value is None or id(value) in seen or len(found) >= most:
                continue
            if isinstance(value, types.ModuleType):
                if inner(value, attribute, root, depth):
                    seen.add(id(value))
                    found.append([dotted, "", first_line(value)])
                    waiting.append((value, dotted, depth + 1))
            elif callable(value) and owned(value, root):
                seen.add(id(value))
                describe(value, dotted, found, most)


def public(thing: object) -> list[str]:
    """The names that a module offers; without a list of its own, those without an underscore."""
    listed = read(thing, "__all__")
    names = listed if isinstance(listed, (list, tuple)) else dir(thing)
    return [n for n in names if isinstance(n, str) and not n.startswith("_")]


def read(thing: object, name: str) -> object:
    """An attribute; None where there is none, or it does not want to be looked at."""
    try:
        return getattr(thing, name, None)
    except Exception:  # noqa: BLE001
        return None


def inner(module: types.ModuleType, name: str, root: str, depth: int) -> bool:
    """Whether this is a part of the package that people use."""
    return module.__name__.startswith(f"{root}.") and name not in INNER and depth < DEEPEST


def owned(value: object, root: str) -> bool:
    """Whether it is the package's own, and not what it imported from another."""
    module = read(value, "__module__")
    if not isinstance(module, str):
        return True
    is_standard = root in sys.builtin_module_names or root in STANDARD
    return is_standard or module.split(".")[0].lstrip("_") in {root, "builtins", ""}


def describe(value: object, dotted: str, found: list[list[str]], most: int) -> None:
    """A function, or a class and its public methods."""
    found.append([dotted[:SHORT], signature(value), first_line(value)])
    if not isinstance(value, type) or issubclass(value, BaseException):
        return
    for name in own_names(value):
        if name.startswith("_") or len(found) >= most:
            continue
        method = read(value, name)
        if method is None or (not callable(method) and not isinstance(method, property)):
            continue
        found.append([f"{dotted}.{name}"[:SHORT], signature(method), first_line(method)])


def own_names(kind: type) -> list[str]:
    """What a class has from its own package: not all that a base of another one offers."""
    root = str(kind.__module__).split(".")[0]
    bases = [base for base in kind.__mro__ if str(base.__module__).split(".")[0] == root]
    return sorted({name for base in bases for name in vars(base)})


def signature(value: object) -> str:
    """`(a, b=1)`, without types; "" for what has none."""
    if not callable(value):
        return ""
    try:
        full = inspect.signature(value)
        bare = [p.replace(annotation=p.empty) for p in full.parameters.values()]
        text = str(full.replace(parameters=bare, return_annotation=full.empty))
    except Exception:  # noqa: BLE001
        return ""
    return " ".join(_ADDRESS.sub(r"<\1>", text).split())[:LONG]


def first_line(value: object) -> str:
    """What its documentation begins with."""
    text = read(value, "__doc__")
    if not isinstance(text, str):
        return ""
    lines = [" ".join(line.split()) for line in text.strip().split("\n")]
    first: list[str] = []
    for line in lines:
        if not line:
            if first and not looks_like_signature(first):
                break
            first = []
        else:
            first.append(line)
    return " ".join(first)[:LONG]


def looks_like_signature(lines: list[str]) -> bool:
    """Many C functions begin with how they are called: `sin(x, /, out=None)`."""
    return re.fullmatch(r"[\w.]+\(.*\)( ->.*)?", " ".join(lines)) is not None


if __name__ == "__main__":
    main()
