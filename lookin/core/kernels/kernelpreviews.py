"""One value in a line, and as a page of a table. Runs under the kernels' Python, beside cells.

Imports no package of people's: what a value is, it is asked. All of it may run somebody's code, or
raise anything; `kernelvariables` calls it with a limit of time.
"""

from __future__ import annotations

import inspect
import reprlib
import sys
import types
from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

PREVIEW_CHARS = 200
TEXT_CHARS = 20_000
MOST_COLUMNS = 50
_SOME = 8  # elements of an array that a preview names
_SIZED = (list, tuple, dict, set, frozenset, str, bytes, bytearray, range, deque)
_CODE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_ROWS = (list, tuple, range, deque)
_PLAIN = (bool, int, float, complex, type(None))


class Brief(reprlib.Repr):
    """repr that looks at the first elements only, and at no more than it shows."""

    def __init__(self, chars: int, items: int) -> None:
        """At most `items` elements of each container, `chars` characters of each text."""
        super().__init__()
        self.maxlevel = 3
        self.maxstring = self.maxother = self.maxlong = chars
        self.maxlist = self.maxtuple = self.maxset = items
        self.maxfrozenset = self.maxdeque = self.maxarray = self.maxdict = items

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        """Not sorted: that would look at everything."""
        if level <= 0 and x:
            return "{…}"
        pairs = [
            f"{self.repr1(key, level - 1)}: {self.repr1(value, level - 1)}"
            for key, value in islice(x.items(), self.maxdict)
        ]
        return "{" + ", ".join(pairs + ["…"] * (len(x) > self.maxdict)) + "}"

    def repr_set(self, x: set[Any], level: int) -> str:
        """Not sorted."""
        return "{" + self._some(x, level, self.maxset) + "}" if x else "set()"

    def repr_frozenset(self, x: frozenset[Any], level: int) -> str:
        """Not sorted."""
        return "frozenset({" + self._some(x, level, self.maxset) + "})"

    def _some(self, values: Any, level: int, most: int) -> str:
        parts = [self.repr1(value, level - 1) for value in islice(values, most)]
        return ", ".join(parts + ["…"] * (len(values) > most))

    def repr_bytes(self, x: bytes, level: int) -> str:
        """Only the beginning."""
        return repr(x[: self.maxstring]) + "…" * (len(x) > self.maxstring)

    def repr_bytearray(self, x: bytearray, level: int) -> str:
        """Only the beginning."""
        return self.repr_bytes(bytes(x[: self.maxstring + 1]), level)


_LINE = Brief(PREVIEW_CHARS, 20)
_CELL = Brief(PREVIEW_CHARS, 5)
_TEXT = Brief(TEXT_CHARS, 2_000)


def describe(value: Any) -> dict[str, Any]:
    """`{shape?, size_bytes?, preview, module?, opens?}`; what cannot be found out is left out."""
    if isinstance(value, types.ModuleType):
        return {"module": True, "preview": one_line(_try(_version, value) or "")}
    found: dict[str, Any] = {"preview": one_line(_try(_preview, value) or "")}
    shape, size = _try(_shape, value), _try(_size, value)
    if shape is not None:
        found["shape"] = shape
    if size is not None:
        found["size_bytes"] = size
    if opens := _try(_opens, value):
        found["opens"] = opens
    return found


def type_name(value: Any) -> str:
    """The name of its class, as the class was made."""
    return str(type.__getattribute__(type(value), "__name__"))[:PREVIEW_CHARS]


def one_line(text: str) -> str:
    """`text` without line breaks, cut."""
    line = " ".join(text[: 4 * PREVIEW_CHARS].split())
    return line if len(line) <= PREVIEW_CHARS else line[: PREVIEW_CHARS - 1] + "…"


def _try(function: Callable[[Any], Any], value: Any) -> Any:
    try:
        return function(value)
    except Exception:  # noqa: BLE001 (a value may raise anything when it is looked at)
        return None


def _family(value: Any) -> str:
    """The package that its class comes from."""
    return str(type(value).__module__).partition(".")[0]


def _kind(value: Any) -> str:
    """`frame`, `series`, `array`, `rows`, `dict` or nothing."""
    family, name = _family(value), type_name(value)
    if family in {"pandas", "geopandas"} and hasattr(value, "iloc"):
        return "frame" if hasattr(value, "columns") else "series"
    if family == "numpy" and name != "dtype" and hasattr(value, "flat"):
        return "array" if value.ndim else ""
    if isinstance(value, dict):
        return "dict"
    return "rows" if isinstance(value, _ROWS) else ""


def _shape(value: Any) -> list[int] | None:
    if isinstance(value, _CODE):
        return None
    if isinstance(value, _SIZED):
        return [len(value)]
    shape = getattr(value, "shape", None)
    if not isinstance(shape, tuple) or len(shape) > 32:
        return None
    return [int(n) for n in shape]


def _size(value: Any) -> int | None:
    if isinstance(value, _CODE):
        return None
    size = getattr(value, "nbytes", None)
    if type(size) is not int and _kind(value) in {"frame", "series"}:
        usage = value.memory_usage(deep=False)
        size = int(usage.sum()) if hasattr(usage, "sum") else int(usage)
    return size if type(size) is int else sys.getsizeof(value)


def _opens(value: Any) -> str | None:
    if _kind(value):
        return "table"
    return None if isinstance(value, (*_CODE, *_PLAIN)) else "text"


def _version(module: Any) -> str:
    version = module.__dict__.get("__version__", "")
    return version if isinstance(version, str) else ""


def _preview(value: Any) -> str:
    match _kind(value):
        case "frame":
            names = [str(name) for name in value.columns[:MOST_COLUMNS]]
            return ", ".join(names) + (", …" if len(value.columns) > MOST_COLUMNS else "")
        case "series":
            return f"{value.dtype}: {_listed(value.iloc[:_SOME].tolist(), len(value))}"
        case "array":
            return f"{value.dtype}: {_listed([_scalar(v) for v in value.flat[:_SOME]], value.size)}"
    if isinstance(value, _CODE):
        return _preview_code(value)
    if _family(value) == "torch" and hasattr(value, "dtype"):
        return f"{value.dtype} on {value.device}"
    return _LINE.repr(value)


def _preview_code(value: Any) -> str:
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    return f"{value.__name__}{inspect.signature(value)}"


def _scalar(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _listed(values: list[Any], count: int) -> str:
    return ", ".join([_LINE.repr(v) for v in values] + ["…"] * (count > len(values)))


# ---- more of one value


def page(value: Any, start: int, count: int) -> dict[str, Any]:
    """`count` rows of a table from `start` on, or the value's text."""
    match _kind(value):
        case "frame":
            return _frame(value, start, count)
        case "series":
            rows = [[v] for v in value.iloc[start : start + count].tolist()]
            columns = [(value.name if value.name is not None else "", value.dtype)]
            return _table(columns, value.index[start : start + count], rows, len(value), start)
        case "array":
            return _array(value, start, count)
        case "rows":
            some = list(islice(value, start, start + count))
            columns = [("", type_name(value))]
            index = range(start, start + len(some))
            return _table(columns, index, [[v] for v in some], len(value), start)
        case "dict":
            pairs = list(islice(value.items(), start, start + count))
            columns = [("", type_name(value))]
            keys = [key for key, _ in pairs]
            return _table(columns, keys, [[v] for _, v in pairs], len(value), start)
    text = value[:TEXT_CHARS] if isinstance(value, str) else _TEXT.repr(value)
    cut = len(value) > TEXT_CHARS if isinstance(value, str) else len(text) >= TEXT_CHARS
    return {"kind": "text", "text": text[:TEXT_CHARS], "cut": cut}


def _frame(frame: Any, start: int, count: int) -> dict[str, Any]:
    some = frame.iloc[start : start + count, :MOST_COLUMNS]
    columns = list(zip(some.columns, some.dtypes, strict=True))
    rows = list(zip(*(some.iloc[:, i].tolist() for i in range(len(columns))), strict=True))
    rows = rows or [() for _ in range(len(some))]
    table = _table(columns, some.index, rows, len(frame), start)
    return {**table, "more_columns": len(frame.columns) - len(columns)}


def _array(array: Any, start: int, count: int) -> dict[str, Any]:
    some = array[start : start + count]
    index = range(start, start + len(some))
    if array.ndim > 2:
        rows = [[f"{array.shape[1:]}: {_preview(part)}"] for part in some]
        return _table([("", array.dtype)], index, rows, len(array), start)
    if array.ndim == 1:
        return _table([("", array.dtype)], index, [[v] for v in some], len(array), start)
    width = array.shape[1]
    columns = [(i, array.dtype) for i in range(min(width, MOST_COLUMNS))]
    table = _table(columns, index, [row[:MOST_COLUMNS] for row in some], len(array), start)
    return {**table, "more_columns": width - len(columns)}


def _table(
    columns: list[Any], index: Iterable[Any], rows: Iterable[Any], total: int, start: int
) -> dict[str, Any]:
    return {
        "kind": "table",
        "columns": [{"name": _cell(name), "type": str(kind)[:100]} for name, kind in columns],
        "index": [_cell(key) for key in index],
        "rows": [[_cell(value) for value in row] for row in rows],
        "start": start,
        "total": total,
        "more_columns": 0,
    }


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return one_line(value)
    found = _try(lambda v: _CELL.repr(_scalar(v) if _family(v) == "numpy" else v), value)
    return one_line(found or type_name(value))
