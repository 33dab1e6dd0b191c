"""Run by the kernels' Python, not ours: writes what its packages offer, one JSON line for a name.

[dotted name, signature, first line, other names]. Needs the standard library alone, and imports the
packages, as a kernel does. Arguments: packages, with commas; seconds; how many names; for whom.
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
from collections.abc import Callable
from importlib import metadata

_STANDARD = """
builtins math statistics random datetime time calendar collections itertools functools
operator json csv re string textwrap pathlib os os.path sys io glob shutil copy pprint
decimal fractions heapq bisect typing dataclasses enum sqlite3 urllib.parse zoneinfo
contextlib hashlib base64 uuid timeit unittest doctest colorsys cmath struct
collections.abc secrets locale pickle gzip zipfile tempfile subprocess threading queue
asyncio logging argparse warnings traceback inspect difflib html xml.etree.ElementTree
"""
STANDARD = _STANDARD.split()
# What people call them, and modules that a package does not import by itself.
SHORT_NAMES = {
    "numpy": "np", "pandas": "pd", "matplotlib": "mpl", "matplotlib.pyplot": "plt",
    "seaborn": "sns", "scipy": "sp", "scipy.stats": "stats", "sympy": "sp", "networkx": "nx",
    "polars": "pl", "tensorflow": "tf", "statsmodels.api": "sm", "datetime": "dt",
}  # fmt: skip
MORE = ("matplotlib.figure", "matplotlib.axes", "numpy.random", "numpy.linalg")
# Parts of packages that are not for those who use them.
_INNER = "tests testing test conftest core compat internals externals vendor"
INNER = frozenset(_INNER.split())
PACKAGE_SECONDS = 20
MOST_OF_PACKAGE = 8_000
MOST_OF_NEEDED = 1_000  # of a package that is there because another one needs it
DEEPEST = 3  # modules below a package's top
SHORT, LONG = 120, 240  # characters
_ADDRESS = re.compile(r"<([\w.]+)[^<>]* at 0x[0-9a-f]+>")


Line = list[object]


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
    write(gather(STANDARD, most), lines)
    asked = [name for name in wanted if name]
    first = dict.fromkeys((name.split(".")[0] for name in asked), MOST_OF_PACKAGE)
    for root, most_here in {**first, **{r: m for r, m in packages() if r not in first}}.items():
        known = [name for name in (*asked, *SHORT_NAMES, *MORE) if name.startswith(f"{root}.")]
        if time.monotonic() < deadline:
            apart(list(dict.fromkeys([root, *known])), min(most, most_here), lines)


def apart(names: list[str], most: int, lines: io.TextIOBase) -> None:
    """A package in a process of its own: one that ends Python, or never ends, is left out."""
    parent = os.getpid()
    child = os.fork()
    if not child:
        try:
            end_with(parent)
            write(gather(names, most), lines)
        finally:
            os._exit(0)
    deadline = time.monotonic() + PACKAGE_SECONDS + 5
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.01)
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)


def write(found: list[Line], lines: io.TextIOBase) -> None:
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


def gather(names: list[str], most: int) -> list[Line]:
    """All of these modules that can be had in their time, and of those inside of them.

    What a package does wrong stays its own matter.
    """
    found = Found()
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(PACKAGE_SECONDS)
    try:
        for name in names:
            with contextlib.suppress(ImportError):
                found.modules[name] = importlib.import_module(name)
        found.look()
    except BaseException:  # noqa: BLE001, S110 (a package may even say SystemExit)
        pass
    lines: list[Line] = []
    with contextlib.suppress(BaseException):
        lines = found.lines(most)
    if hasattr(signal, "SIGALRM"):
        signal.alarm(0)
    return lines


def _too_long(_signal: int, _frame: object) -> None:
    raise TooLongError


class Found:
    """The modules by name, and every way that leads from one of them to an object.

    An object has one name, the one that people write: `rank_of` says which. A module is entered by
    its own name alone, not as another one's attribute (`pyplot.cm.colors` is `matplotlib.colors`).
    """

    def __init__(self) -> None:
        self.modules: dict[str, types.ModuleType] = {}
        self.objects: dict[int, tuple[object, list[str]]] = {}
        self.numbers: dict[str, float] = {}

    def look(self) -> None:
        """Fill it, from the modules that are there already."""
        waiting = [(name, module, 0) for name, module in self.modules.items()]
        while waiting:
            name, module, depth = waiting.pop(0)
            for attribute in public(module):
                value = read(module, attribute)
                dotted = attribute if name == "builtins" else f"{name}.{attribute}"
                if isinstance(value, types.ModuleType):
                    if dotted not in self.modules and inner(value, module, attribute, depth):
                        self.modules[dotted] = value
                        waiting.append((dotted, value, depth + 1))
                elif isinstance(value, float):
                    self.numbers[dotted] = value
                elif callable(value) and owned(value, name.split(".")[0]):
                    self.objects.setdefault(id(value), (value, []))[1].append(dotted)

    def lines(self, most: int) -> list[Line]:
        """A line for each, the short names first, at most so many."""
        lines: list[Line] = []
        for name, module in self.modules.items():
            lines.append([name, "", first_line(module), spoken(name)])
        for name, number in self.numbers.items():
            lines.append([name, f" = {number!r}", "", spoken(name)])
        del lines[most:]
        named = [(sorted(ways, key=rank_of(v)), v) for v, ways in self.objects.values()]
        for ways, value in sorted(named, key=lambda pair: (pair[0][0].count("."), pair[0][0])):
            same = ways[0].rpartition(".")[0]
            others = [way for way in ways[1:] if way.rpartition(".")[0] == same]
            describe(value, ways[0], others, lines, most)
        return lines


def rank_of(value: object) -> Callable[[str], tuple[object, ...]]:
    """For the ways to an object; the least is what people write: short, and where it comes from."""
    return lambda dotted: _rank(dotted, value)


def _rank(dotted: str, value: object) -> tuple[object, ...]:
    module, _, name = dotted.rpartition(".")
    home = str(read(value, "__module__") or "").lstrip("_")
    is_away = not (home == module or home.startswith(f"{module}._"))
    is_standard = module.split(".")[0] in STANDARD
    is_other = name != read(value, "__name__")
    steps = dotted.count(".")
    far = (module != "", is_away, steps) if is_standard else (True, steps, is_away)
    return (*far, is_other, len(dotted), dotted)


def spoken(dotted: str) -> str:
    """The name with what people call its module: `np.array`; "" when they do not."""
    for module in sorted(SHORT_NAMES, key=len, reverse=True):
        if dotted.startswith(f"{module}."):
            return f"{SHORT_NAMES[module]}.{dotted[len(module) + 1 :]}"
    return SHORT_NAMES.get(dotted, "")


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


def inner(value: types.ModuleType, module: types.ModuleType, name: str, depth: int) -> bool:
    """Whether this is a part of the package `module` that people use, by its own name."""
    is_own = value.__name__ == f"{module.__name__}.{name}" and read(module, "__path__") is not None
    return is_own and name not in INNER and depth < DEEPEST


def owned(value: object, root: str) -> bool:
    """Whether it is the package's own, and not what it imported from another."""
    module = read(value, "__module__")
    if not isinstance(module, str):
        return True
    is_standard = root in sys.builtin_module_names or root in STANDARD
    return is_standard or module.split(".")[0].lstrip("_") in {root, "builtins", ""}


def describe(value: object, dotted: str, others: list[str], lines: list[Line], most: int) -> None:
    """A function, or a class and its public methods."""
    if len(lines) >= most:
        return
    also = " ".join(filter(None, (spoken(dotted), *others)))
    lines.append([dotted[:SHORT], signature(value), first_line(value), also[:LONG]])
    if not isinstance(value, type) or issubclass(value, BaseException):
        return
    for name in own_names(value):
        if name.startswith("_") or len(lines) >= most:
            continue
        method = read(value, name)
        if method is None or (not callable(method) and not isinstance(method, property)):
            continue
        way = f"{dotted}.{name}"[:SHORT]
        lines.append([way, signature(method), first_line(method), spoken(way)])


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
