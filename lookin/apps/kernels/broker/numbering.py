"""Numbered events as pages get them: the recent ones for who comes back, joined and framed.

Not for the log (journal, eventlog).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from lookin.core.documents.document import Event
from lookin.core.documents.streams import joined

_WRITING = {"stream_extended", "stream_rewritten"}
KEPT_BYTES = 4_000_000  # of events for those who come back
FRAME_BYTES = 4_000_000
NO_EVENTS = '{"t":"events","events":[]}'


@dataclass
class Numbering:
    """The epoch, the last number that was told, and the recent events as JSON."""

    epoch: str
    seq: int = 0
    recent: deque[tuple[int, str]] = field(default_factory=deque)
    _bytes: int = 0

    def keep(self, seq: int, line: str) -> None:
        """Remember an event; the oldest are forgotten beyond KEPT_BYTES."""
        self.recent.append((seq, line))
        self.seq = seq
        self._bytes += len(line)
        while self._bytes > KEPT_BYTES and len(self.recent) > 1:
            self._bytes -= len(self.recent.popleft()[1])

    def since(self, epoch: object, seq: object) -> list[str] | None:
        """The events after `seq`, or None when only a snapshot can help."""
        if epoch != self.epoch or type(seq) is not int or not 0 <= seq <= self.seq:
            return None
        if seq == self.seq:
            return []
        if not self.recent or self.recent[0][0] > seq + 1:
            return None
        return [line for number, line in self.recent if number > seq]


def join(events: list[Event], event: Event) -> None:
    """Append `event`, merged into the last one where that gives the same document."""
    last = events[-1] if events else {}
    same_cell = last.get("cell") == event.get("cell")
    if same_cell and last.get("type") == event["type"] == "stream_extended":
        events[-1] = {**last, "text": last["text"] + event["text"]}
    elif same_cell and {last.get("type"), event["type"]} <= _WRITING:
        first, then = ((e.get("cut", 0), e["text"]) for e in (last, event))
        cut, text = joined(first, then)
        events[-1] = {**last, "type": "stream_rewritten", "cut": cut, "text": text}
    elif (
        same_cell
        and last.get("type") == event["type"] == "output_replaced"
        and last["index"] == event["index"]
    ):
        events[-1] = event
    else:
        events.append(event)


def frames_of(lines: list[str]) -> list[str]:
    """`events` frames that hold the lines, in order, each of a bearable size."""
    frames: list[str] = []
    batch: list[str] = []
    size = 0
    for line in lines:
        if batch and size + len(line) > FRAME_BYTES:
            frames.append(_frame(batch))
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        frames.append(_frame(batch))
    return frames


def _frame(lines: list[str]) -> str:
    return '{"t":"events","events":[' + ",".join(lines) + "]}"
