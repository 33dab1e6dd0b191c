"""The widgets of one kernel as they are now: comm messages in, state out. Pure, bounded.

Knows the widget protocol as far as state goes; what a widget looks like is the page's. Source:
https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lookin.core.kernels.messages import Comm

Json = dict[str, Any]
TARGET = "jupyter.widget"
UPDATES = ("update", "echo_update")
OVERHEAD = 1_000  # bytes that a model costs beside its state
_MOST_DEPTH = 10  # of a buffer's path
Path = tuple[str | int, ...]
_NOWHERE: Path = ("",)


@dataclass(slots=True)
class Model:
    """A comm and, of a widget, its state. `cell` showed or made it first, as far as is known."""

    target: str
    cell: str | None = None
    data: Json = field(default_factory=dict)  # what the open said besides
    state: Json = field(default_factory=dict)
    buffers: dict[Path, bytes] = field(default_factory=dict)
    metadata: Json = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)  # bytes by key of the state

    @property
    def size(self) -> int:
        """Bytes, roughly."""
        return OVERHEAD + sum(self.sizes.values())

    @property
    def is_output(self) -> bool:
        """Whether it is an Output widget, whose front end holds what it shows."""
        return self.state.get("_model_name") == "OutputModel"

    def update(self, data: Json, buffers: tuple[bytes, ...]) -> None:
        """Put the news into the state. A key that comes loses the buffers that it had."""
        state = data.get("state")
        state = state if isinstance(state, dict) else {}
        paths = list(_paths(data.get("buffer_paths")))
        news = {*state, *(str(path[0]) for path in paths)}
        self.buffers = {path: b for path, b in self.buffers.items() if str(path[0]) not in news}
        self.state.update(state)
        self.buffers |= {p: b for p, b in zip(paths, buffers, strict=False) if p != _NOWHERE}
        for key in news:
            own = sum(len(b) for path, b in self.buffers.items() if path[0] == key)
            self.sizes[key] = len(key) + len(json.dumps(self.state.get(key))) + own

    def whole(self) -> tuple[Json, tuple[bytes, ...]]:
        """Data and buffers as an open would bring them now."""
        if self.target != TARGET:
            return self.data, tuple(self.buffers.values())
        paths = [list(path) for path in self.buffers]
        data = {**self.data, "state": dict(self.state), "buffer_paths": paths}
        return data, tuple(self.buffers.values())


class Models:
    """All of one kernel's life, at most `most` and `most_bytes`; what is beyond is not known."""

    def __init__(self, most: int = 500, most_bytes: int = 8_000_000) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._models: dict[str, Model] = {}
        self._bytes = 0

    def __iter__(self) -> Iterator[tuple[str, Model]]:
        return iter(self._models.items())

    def __len__(self) -> int:
        return len(self._models)

    def get(self, comm: str) -> Model | None:
        """The model of a comm."""
        return self._models.get(comm)

    def holders(self, comm: str) -> set[str]:
        """The widget and all boxes that it is in."""
        found, new = {comm}, {comm}
        while new:
            names = {f"IPY_MODEL_{id_}" for id_ in new}
            new = {id_ for id_, model in self if _holds(model, names)} - found
            found |= new
        return found

    def take(self, comm: Comm, cell: str | None = None) -> bool:
        """Whether the message was taken: False for one too many, and for what nobody opened."""
        match comm.kind:
            case "open":
                return self._open(comm, cell)
            case "close":
                model = self._models.pop(comm.comm, None)
                self._bytes -= model.size if model else 0
                return model is not None
        model = self._models.get(comm.comm)
        if model is None:
            return False
        if model.target == TARGET and comm.data.get("method") in UPDATES:
            return self._update(model, comm)
        return True

    def _open(self, comm: Comm, cell: str | None) -> bool:
        if comm.comm in self._models:  # heard before
            return False
        model = Model(comm.target, cell, metadata=comm.metadata)
        if comm.target == TARGET:
            model.update(comm.data, comm.buffers)
        else:
            model.data = comm.data
            model.buffers = {(i,): buffer for i, buffer in enumerate(comm.buffers)}
            model.sizes[""] = len(json.dumps(comm.data)) + sum(map(len, comm.buffers))
        if len(self._models) >= self._most or self._bytes + model.size > self._most_bytes:
            return False
        self._models[comm.comm] = model
        self._bytes += model.size
        return True

    def _update(self, model: Model, comm: Comm) -> bool:
        if self._bytes + sum(map(len, comm.buffers)) > self._most_bytes:
            return False
        before = model.size
        model.update(comm.data, comm.buffers)
        self._bytes += model.size - before
        return True


def _holds(model: Model, names: set[str]) -> bool:
    children = model.state.get("children")
    return isinstance(children, list) and any(
        isinstance(child, str) and child in names for child in children
    )


def _paths(paths: object) -> Iterator[Path]:
    for path in paths if isinstance(paths, list) else ():
        good = isinstance(path, list) and 0 < len(path) <= _MOST_DEPTH
        yield tuple(path) if good and all(type(p) in (str, int) for p in path) else _NOWHERE


def joined(old: Json, new: Json) -> Json | None:
    """One update that does what two did, where neither has buffers; else None."""
    if old.get("method") != new.get("method") or new.get("method") not in UPDATES:
        return None
    if old.get("buffer_paths") or new.get("buffer_paths"):
        return None
    states = old.get("state"), new.get("state")
    if not all(isinstance(state, dict) for state in states):
        return None
    return {**new, "state": {**old["state"], **new["state"]}}
