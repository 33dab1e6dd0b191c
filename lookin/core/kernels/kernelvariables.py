"""What there is in a kernel's namespace, within limits of time. Runs under the kernels' Python.

What a value looks like is asked in a thread of its own, because a `__repr__` may take for ever: it
is given up, and its class is not asked again. Not for what a value looks like: `kernelpreviews`.
"""

from __future__ import annotations

import contextlib
import contextvars
import ctypes
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from . import kernelpreviews

MOST = 1_000  # variables in a list
MOST_ROWS = 200
_EACH, _ALL, _PAGE = 0.3, 1.5, 2.0  # seconds for one value, for all, for a page
_LOOK = 0.01
Job = Callable[[], Any]
_OWN = {"In", "Out", "exit", "quit", "get_ipython", "open"}
_slow: weakref.WeakSet[type] = weakref.WeakSet()  # classes that took too long


class _TooLongError(BaseException):
    """Raised inside a thread that was given up; not to be caught as an Exception."""


class _Worker:
    """Does jobs one after another in a thread, until they are done or it is given up."""

    def __init__(self, jobs: Sequence[Job], results: list[Any], first: int) -> None:
        self._jobs, self._results = jobs, results
        self._lock = threading.Lock()
        self._given_up = False
        self.at, self._since = first, time.monotonic()
        self.done = threading.Event()
        context = contextvars.copy_context()  # what it prints belongs to the question, to no cell
        self._thread = threading.Thread(target=context.run, args=(self._work,), daemon=True)
        self._thread.start()

    def _work(self) -> None:
        with contextlib.suppress(_TooLongError):
            while self.at < len(self._jobs):
                try:
                    result = self._jobs[self.at]()
                except Exception:  # noqa: BLE001 (somebody's code)
                    result = None
                with self._lock:
                    if self._given_up:
                        return
                    self._results[self.at] = result
                    self.at, self._since = self.at + 1, time.monotonic()
        self.done.set()

    def is_stuck(self, seconds: float, end: float) -> bool:
        """Give up when one job takes longer than this, or when it is later than `end`."""
        with self._lock:
            now = time.monotonic()
            self._given_up = now - self._since > seconds or now > end
            given_up = self._given_up
        if given_up and self._thread.ident is not None:
            raising = ctypes.pythonapi.PyThreadState_SetAsyncExc
            raising(ctypes.c_ulong(self._thread.ident), ctypes.py_object(_TooLongError))
        return given_up


def _within(jobs: Sequence[Job], each: float, total: float) -> tuple[list[Any], set[int]]:
    """The results, None for what raised or was not done; and the places of what took too long."""
    results: list[Any] = [None] * len(jobs)
    stuck: set[int] = set()
    end = time.monotonic() + total
    first = 0
    while first < len(jobs) and time.monotonic() < end:
        worker = _Worker(jobs, results, first)
        while not worker.done.wait(_LOOK):
            if worker.is_stuck(each, end):
                stuck.add(worker.at)
                break
        if worker.done.is_set():
            break
        first = worker.at + 1
    return results, stuck


def list_variables(namespace: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    """`variables` (at most MOST) and `more`: how many are not listed."""
    names = [name for name in list(namespace) if _is_shown(name, hidden)]
    values = [(name, namespace[name]) for name in names[:MOST] if name in namespace]
    rows: list[dict[str, Any]] = [
        {"name": name, "type": kernelpreviews.type_name(v), "preview": ""} for name, v in values
    ]
    asked = [i for i, (_, value) in enumerate(values) if type(value) not in _slow]
    jobs = [partial(kernelpreviews.describe, values[i][1]) for i in asked]
    found, stuck = _within(jobs, _EACH, _ALL)
    for place, described in zip(asked, found, strict=True):
        rows[place].update(described or {})
    for place in stuck:
        with contextlib.suppress(TypeError):
            _slow.add(type(values[asked[place]][1]))
    return {"status": "ok", "variables": rows, "more": max(0, len(names) - MOST)}


def _is_shown(name: Any, hidden: set[str]) -> bool:
    if (
        not isinstance(name, str)
        or name.startswith("_")
        or len(name) > kernelpreviews.PREVIEW_CHARS
    ):
        return False
    return name not in hidden and name not in _OWN


def show_variable(namespace: dict[str, Any], name: str, start: int, count: int) -> dict[str, Any]:
    """A page of one variable; `status` is "error" when it is gone or takes too long."""
    if name not in namespace or not _is_shown(name, set()):
        return {"status": "error", "reason": "gone"}
    value = namespace[name]
    start, count = max(0, start), min(max(1, count), MOST_ROWS)
    (page,), _ = _within([lambda: kernelpreviews.page(value, start, count)], _PAGE, _PAGE)
    if page is None:
        return {"status": "error", "reason": "slow"}
    return {"status": "ok", "name": name, "type": kernelpreviews.type_name(value), **page}
