"""A notebook as an immutable value, and `apply`: the one function that changes it, by events.

Not for deciding whether a change is allowed: that is `session.py`. Events are JSON objects; their
fields stand in docs/reference/live-notebooks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lookin.core.documents.streams import rewritten
from lookin.core.documents.text import apply_changes
from lookin.core.documents.trash import thrown, without

Json = dict[str, Any]
Event = dict[str, Any]
Output = dict[str, Any]  # treated as frozen: a change makes a new one


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `version` counts edits of the source since the notebook was opened.

    `run` is None or `{state, queued_at, started_at, ended_at}` with milliseconds since 1970.
    """

    id: str
    type: str
    source: str = ""
    version: int = 0
    outputs: tuple[Output, ...] = ()
    execution_count: int | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)
    run: Json | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)  # what nbformat does not know; kept

    def with_(self, **changes: Any) -> Cell:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def to_json(self) -> Json:
        """The cell as the browser and the log see it."""
        value: Json = {
            "id": self.id,
            "type": self.type,
            "source": self.source,
            "version": self.version,
            "outputs": list(self.outputs),
            "execution_count": self.execution_count,
            "metadata": dict(self.metadata),
            "run": self.run,
        }
        if self.attachments:
            value["attachments"] = dict(self.attachments)
        if self.extra:
            value["extra"] = dict(self.extra)
        return value


@dataclass(frozen=True, slots=True)
class Document:
    """Cell ids in order, cells by id, and the notebook's metadata. Iterates over cells in order.

    `trash` are deleted cells, the oldest first, with ids that no cell has.
    """

    order: tuple[str, ...]
    cells: Mapping[str, Cell]
    metadata: Mapping[str, Any]
    trash: tuple[Cell, ...] = ()

    def __iter__(self) -> Iterator[Cell]:
        return (self.cells[id_] for id_ in self.order)

    def __contains__(self, id_: object) -> bool:
        return id_ in self.cells

    def to_json(self) -> Json:
        """The document as the browser sees it: without its trash. The log's is json_pieces."""
        return {"cells": [cell.to_json() for cell in self], "metadata": dict(self.metadata)}


class BrokenEventError(ValueError):
    """An event that does not fit the document: a bug or a damaged log, never a person's doing."""


def document_of(cells: Iterable[Cell], metadata: Mapping[str, Any]) -> Document:
    """A document of these cells in this order. Ids must differ."""
    by_id = {cell.id: cell for cell in cells}
    return Document(tuple(by_id), by_id, dict(metadata))


def request_of(cell: Cell) -> str | None:
    """The name of the cell's last run, `<cell>.<queued at>`; None when it has none."""
    return f"{cell.id}.{cell.run['queued_at']}" if cell.run else None


def cell_from_json(value: Json) -> Cell:
    """The inverse of `Cell.to_json`, for trusted JSON (the log, an event)."""
    return Cell(
        id=value["id"],
        type=value["type"],
        source=value.get("source", ""),
        version=value.get("version", 0),
        outputs=tuple(value.get("outputs", ())),
        execution_count=value.get("execution_count"),
        metadata=value.get("metadata", {}),
        attachments=value.get("attachments", {}),
        run=value.get("run"),
        extra=value.get("extra", {}),
    )


def document_from_json(value: Json) -> Document:
    """The inverse of `Document.to_json`, for trusted JSON."""
    document = document_of(map(cell_from_json, value["cells"]), value["metadata"])
    return replace(document, trash=tuple(map(cell_from_json, value.get("trash", ()))))


def apply(document: Document, event: Event) -> Document:
    """The document after `event`. Pure. Raises BrokenEventError when the event does not fit.

    `kernel_changed` and `noticed` concern the page, not the document, and change nothing.
    """
    try:
        if event["type"] in {"kernel_changed", "noticed"}:
            return document
        if event["type"] in _ORDER:
            return _ORDER[event["type"]](document, event)
        return _put(document, _CELL[event["type"]](document.cells[event["cell"]], event))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise BrokenEventError(f"{event.get('type')}: {error!r}") from error


def _put(document: Document, cell: Cell) -> Document:
    return replace(document, cells={**document.cells, cell.id: cell})


def _placed(order: tuple[str, ...], id_: str, after: str | None) -> tuple[str, ...]:
    at = 0 if after is None else order.index(after) + 1
    return (*order[:at], id_, *order[at:])


def _inserted(document: Document, event: Event) -> Document:
    cell = cell_from_json(event["cell"])
    if cell.id in document:
        raise ValueError(cell.id)
    order = _placed(document.order, cell.id, event["after"])
    trash = without(document.trash, {cell.id}) if document.trash else ()
    return replace(document, order=order, cells={**document.cells, cell.id: cell}, trash=trash)


def _deleted(document: Document, event: Event) -> Document:
    cells = dict(document.cells)
    trash = thrown(document.trash, cells.pop(event["cell"]))
    order = tuple(i for i in document.order if i != event["cell"])
    return replace(document, order=order, cells=cells, trash=trash)


def _moved(document: Document, event: Event) -> Document:
    rest = tuple(i for i in document.order if i != event["cell"])
    if len(rest) == len(document.order):
        raise ValueError(event["cell"])
    return replace(document, order=_placed(rest, event["cell"], event["after"]))


def _retyped(cell: Cell, event: Event) -> Cell:
    return cell.with_(type=event["cell_type"], outputs=(), execution_count=None, run=None)


def _edited(cell: Cell, event: Event) -> Cell:
    source = cell.source
    for update in event["updates"]:
        source = apply_changes(source, update["changes"])
    return cell.with_(source=source, version=event["version"])


def _run_queued(cell: Cell, event: Event) -> Cell:
    run = {"state": "queued", "queued_at": event["at"], "started_at": None, "ended_at": None}
    run["version"] = cell.version  # of the source that runs: a later one is another
    return cell.with_(run=run | {key: event[key] for key in ("by", "then") if key in event})


def _run_started(cell: Cell, event: Event) -> Cell:
    run = {**(cell.run or {"queued_at": event["at"]}), "state": "running"}
    run |= {"started_at": event["at"], "ended_at": None, "version": cell.version}
    run.pop("asks", None)
    return cell.with_(run=run, execution_count=event["execution_count"])


def _run_finished(cell: Cell, event: Event) -> Cell:
    run = {**(cell.run or {"queued_at": event["at"], "started_at": None})}
    run |= {"state": event["state"], "ended_at": event["at"]}
    run.pop("asks", None)
    return cell.with_(run=run, execution_count=event["execution_count"])


def _input_asked(cell: Cell, event: Event) -> Cell:
    asks = {key: event[key] for key in ("request", "prompt", "password")}
    return cell.with_(run=_its_run(cell) | {"asks": asks})


def _input_answered(cell: Cell, _: Event) -> Cell:
    return cell.with_(run=_its_run(cell) | {"asks": None})


def _its_run(cell: Cell) -> Json:
    if cell.run is None:
        raise ValueError(cell.id)
    return cell.run


def _noted(cell: Cell, event: Event) -> Cell:
    return cell.with_(metadata=event["metadata"], extra=event.get("extra", cell.extra))


def _attached(cell: Cell, event: Event) -> Cell:
    return cell.with_(attachments=event["attachments"])


def _outputs_set(cell: Cell, event: Event) -> Cell:
    """Outputs from elsewhere, the file or a version: no run of ours made them."""
    busy = cell.run is not None and cell.run["state"] in {"queued", "running"}
    return cell.with_(
        outputs=tuple(event["outputs"]),
        execution_count=event["execution_count"],
        run=cell.run if busy else None,
    )


def _notebook_noted(document: Document, event: Event) -> Document:
    return replace(document, metadata=event["metadata"])


def _outputs_cleared(cell: Cell, _: Event) -> Cell:
    return cell.with_(outputs=())


def _output_added(cell: Cell, event: Event) -> Cell:
    return cell.with_(outputs=(*cell.outputs, event["output"]))


def _stream_extended(cell: Cell, event: Event) -> Cell:
    last = cell.outputs[-1]
    longer = {**last, "text": last["text"] + event["text"]}
    return cell.with_(outputs=(*cell.outputs[:-1], longer))


def _stream_rewritten(cell: Cell, event: Event) -> Cell:
    last = cell.outputs[-1]
    other = {**last, "text": rewritten(last["text"], event["cut"], event["text"])}
    return cell.with_(outputs=(*cell.outputs[:-1], other))


def _output_replaced(cell: Cell, event: Event) -> Cell:
    index = event["index"]
    if not 0 <= index < len(cell.outputs):
        raise IndexError(index)
    outputs = (*cell.outputs[:index], event["output"], *cell.outputs[index + 1 :])
    return cell.with_(outputs=outputs)


_ORDER: dict[str, Callable[[Document, Event], Document]] = {
    "cell_inserted": _inserted,
    "cell_restored": _inserted,
    "cell_deleted": _deleted,
    "cell_moved": _moved,
    "notebook_noted": _notebook_noted,
}
_CELL: dict[str, Callable[[Cell, Event], Cell]] = {
    "cell_retyped": _retyped,
    "cell_edited": _edited,
    "run_queued": _run_queued,
    "run_started": _run_started,
    "run_finished": _run_finished,
    "input_asked": _input_asked,
    "input_answered": _input_answered,
    "cell_noted": _noted,
    "cell_attached": _attached,
    "outputs_set": _outputs_set,
    "outputs_cleared": _outputs_cleared,
    "output_added": _output_added,
    "stream_extended": _stream_extended,
    "stream_rewritten": _stream_rewritten,
    "output_replaced": _output_replaced,
}
