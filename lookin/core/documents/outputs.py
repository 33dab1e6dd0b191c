"""One kernel output into one cell: which events to record so that it is shown, merged and bounded.

Pure. What is too much stays out with a visible mark, never silently. Not for running cells
(`session.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lookin.core.documents.blobs import value_chars
from lookin.core.documents.document import Cell, Event, Output
from lookin.core.documents.printed import left_out_mark
from lookin.core.documents.streams import fold_end, is_plain
from lookin.core.documents.text import utf16_length

LEAST_CHARS = 4_000  # of printed text that a cell may always show
ERROR_CHARS = 200_000  # of one traceback, and of one message


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one cell's outputs: characters of printed text, bytes of rich JSON, their number.

    Printed text keeps its first half of `stream_chars` and, of the rest, a quarter to a half.
    """

    stream_chars: int = 1_000_000
    rich_bytes: int = 8_000_000
    outputs: int = 2_000
    notebook_chars: int = 20_000_000  # of all outputs together, so that a page can still load it


@dataclass(frozen=True, slots=True)
class Tally:
    """What one run of a cell has put out so far. `back` is the cursor of the last stream.

    `tail` holds (index, characters) of the outputs after the mark; `left_out` counts characters.
    """

    chars: int = 0
    rich: int = 0
    back: int = 0
    left_out: int = 0
    tail: tuple[tuple[int, int], ...] = ()
    full: bool = False


@dataclass
class Writing:
    """Events for one cell as they are found out, with the outputs they lead to."""

    cell: str
    outputs: list[Output]
    tally: Tally
    limits: Limits
    events: list[Event] = field(default_factory=list)
    spilled: list[tuple[int, str]] = field(default_factory=list)

    def add(self, output: Output) -> None:
        """Append an output."""
        self.outputs.append(output)
        self.events.append({"type": "output_added", "cell": self.cell, "output": output})

    def replace(self, index: int, output: Output) -> None:
        """Put `output` in the place of another."""
        self.outputs[index] = output
        event = {"type": "output_replaced", "cell": self.cell, "index": index, "output": output}
        self.events.append(event)

    def extend(self, text: str) -> None:
        """Append text to the last output, a stream."""
        last = self.outputs[-1]
        self.outputs[-1] = {**last, "text": last["text"] + text}
        self.events.append({"type": "stream_extended", "cell": self.cell, "text": text})

    def rewrite(self, keep: int, text: str) -> None:
        """Let the last output, a stream, keep its first characters and go on with `text`."""
        last = self.outputs[-1]
        cut = utf16_length(last["text"][keep:])
        self.outputs[-1] = {**last, "text": last["text"][:keep] + text}
        event = {"type": "stream_rewritten", "cell": self.cell, "cut": cut, "text": text}
        self.events.append(event)

    def count(self, **changes: object) -> None:
        """Change the tally."""
        self.tally = replace(self.tally, **changes)  # type: ignore[arg-type]


def show(
    cell: Cell,
    output: Output,
    tally: Tally,
    limits: Limits,
    spilled: list[tuple[int, str]] | None = None,
) -> tuple[list[Event], Tally]:
    """The events that put `output` at the end of `cell`, and the new tally.

    Text that finds no room any more is appended to `spilled`, after how many such characters.
    """
    writing = Writing(cell.id, list(cell.outputs), tally, limits)
    if spilled is not None:
        writing.spilled = spilled
    if output["output_type"] == "stream":
        _print(writing, output["name"], output["text"])
    elif _has_room(writing):
        shown = _bounded_error(output) if output["output_type"] == "error" else output
        size = _size(shown)
        fits = tally.rich + size <= limits.rich_bytes
        writing.count(rich=tally.rich + size * fits, back=0)
        writing.add(shown if fits else _note(shown, size, limits))
    return writing.events, writing.tally


def output_chars(cells: Iterable[Cell]) -> int:
    """Roughly how much all outputs of these cells hold, in characters."""
    return sum(_chars(output) for cell in cells for output in cell.outputs)


def added_chars(event: Event) -> int:
    """At most how much an event of `show` adds to that."""
    return len(event["text"]) if "text" in event else _chars(event["output"])


def within_notebook(limits: Limits, filled: int, tally: Tally) -> Limits:
    """The limits of one cell in a notebook whose outputs hold `filled` characters in all."""
    spare = limits.notebook_chars - filled
    if spare > limits.stream_chars + limits.rich_bytes:
        return limits
    spare = max(0, spare)
    return replace(
        limits,
        stream_chars=min(limits.stream_chars, max(LEAST_CHARS, tally.chars + spare)),
        rich_bytes=min(limits.rich_bytes, tally.rich + spare),
    )


def _chars(output: Output) -> int:
    """Roughly the size of an output, without writing it out: its texts."""
    if "text" in output:
        return len(output["text"])
    texts = [*output.get("data", {}).values(), *output.get("traceback", ())]
    return sum(_value_chars(text) for text in texts)


def _value_chars(value: object) -> int:
    """Of an address, what lies there counts: the file will hold it."""
    if isinstance(value, str):
        return len(value)
    behind = value_chars(value)
    return behind if behind is not None else len(json.dumps(value, ensure_ascii=False))


def update_display(
    cells: Iterable[Cell], display: str, news: Mapping[str, object], limits: Limits
) -> list[Event]:
    """Events that put `news` (data, metadata) into every output with this display id, anywhere."""
    events: list[Event] = []
    for cell in cells:
        for index, old in enumerate(cell.outputs):
            if old.get("transient", {}).get("display_id") == display:
                new = {**old, **news}
                size = _size(new)
                output = new if size <= limits.rich_bytes else _note(new, size, limits)
                event = {"type": "output_replaced", "cell": cell.id, "index": index}
                events.append({**event, "output": output})
    return events


def _print(writing: Writing, name: str, text: str) -> None:
    room = max(0, writing.limits.stream_chars // 2 - writing.tally.chars)
    now, later = text[:room], text[room:]
    if now:
        _print_head(writing, name, now)
    if later:
        _print_tail(writing, name, later)


def _print_head(writing: Writing, name: str, text: str) -> None:
    last = writing.outputs[-1] if writing.outputs else {}
    tally = writing.tally
    if last.get("name") != name:
        if _has_room(writing):
            _, after, back = fold_end("", 0, text)
            writing.add(_stream(name, after))
            writing.count(chars=tally.chars + len(after), back=back)
    elif is_plain(text) and not tally.back:
        writing.extend(text)
        writing.count(chars=tally.chars + len(text))
    else:
        before = str(last["text"])
        keep, rest, back = fold_end(before, tally.back, text)
        writing.rewrite(keep, rest)
        writing.count(chars=tally.chars + keep + len(rest) - len(before), back=back)


def _print_tail(writing: Writing, name: str, text: str) -> None:
    """Past the first half: streams of their own, cut at the front when they grow too long."""
    tail = writing.tally.tail
    joins = bool(tail) and tail[-1][0] == len(writing.outputs) - 1
    joins = joins and writing.outputs[-1].get("name") == name
    if not joins and not _has_room(writing):
        return
    keep = writing.limits.stream_chars // 4
    if sum(size for _, size in tail) + len(text) > 2 * keep:
        _cut_tail(writing, name, text, joins)
        return
    back = 0
    if joins and (writing.tally.back or not is_plain(text)):
        size = tail[-1][1]
        start = len(writing.outputs[-1]["text"]) - size
        kept, rest, back = fold_end(writing.outputs[-1]["text"][start:], writing.tally.back, text)
        writing.rewrite(start + kept, rest)
        tail = (*tail[:-1], (tail[-1][0], kept + len(rest)))
    elif joins:
        writing.extend(text)
        tail = (*tail[:-1], (tail[-1][0], tail[-1][1] + len(text)))
    else:
        _, text, back = fold_end("", 0, text)
        writing.add(_stream(name, text))
        tail = (*tail, (len(writing.outputs) - 1, len(text)))
    writing.count(tail=tail, back=back)


def _cut_tail(writing: Writing, name: str, text: str, joins: bool) -> None:
    entries = [(i, str(writing.outputs[i]["text"])[-size:]) for i, size in writing.tally.tail]
    if joins:
        entries[-1] = (entries[-1][0], entries[-1][1] + text)
    else:
        writing.add(_stream(name, ""))
        entries.append((len(writing.outputs) - 1, text))
    surplus = sum(len(raw) for _, raw in entries) - writing.limits.stream_chars // 4
    whole = "".join(raw for _, raw in entries)
    writing.spilled.append((writing.tally.left_out, whole[:surplus]))
    writing.count(left_out=writing.tally.left_out + surplus, back=0)
    tail: list[tuple[int, int]] = []
    for index, raw in entries:
        rest = raw[surplus:] if surplus < len(raw) else ""
        surplus -= len(raw) - len(rest)
        mark = left_out_mark(writing.tally.left_out) if rest and not tail else ""
        shown = _stream(writing.outputs[index]["name"], mark + rest)
        if shown != writing.outputs[index]:
            writing.replace(index, shown)
        if rest:
            tail.append((index, len(rest)))
    writing.count(tail=tuple(tail))


def _has_room(writing: Writing) -> bool:
    """Whether one more output may come; the first that may not leaves a note in its place."""
    if len(writing.outputs) < writing.limits.outputs:
        return True
    if not writing.tally.full:
        count = writing.limits.outputs
        text = f"[This cell has more than {count:,} outputs. Those after this are not kept.]"
        writing.add(_display(text, "too_many_outputs"))
        writing.count(full=True)
    return False


def _stream(name: str, text: str) -> Output:
    return {"output_type": "stream", "name": name, "text": text}


def _note(output: Output, size: int, limits: Limits) -> Output:
    megabytes, most = size / 1e6, limits.rich_bytes / 1e6
    text = f"[An output of {megabytes:.1f} MB was left out: there is room for {most:.1f} MB.]"
    return _display(text, "output_too_large") | _kept_id(output)


def _kept_id(output: Output) -> Output:
    return {"transient": output["transient"]} if "transient" in output else {}


def _display(text: str, note: str) -> Output:
    """A note in an output's place; the page may say `metadata.lookin.note` in its own language."""
    return {
        "output_type": "display_data",
        "data": {"text/plain": text},
        "metadata": {"lookin": {"note": note}},
    }


def _bounded_error(output: Output) -> Output:
    lines = [line[:ERROR_CHARS] for line in output["traceback"]]
    if sum(map(len, lines)) > ERROR_CHARS:
        text = "\n".join(lines)
        half = ERROR_CHARS // 2
        lines = [text[:half], left_out_mark(len(text) - 2 * half), text[-half:]]
    return {**output, "evalue": output["evalue"][:ERROR_CHARS], "traceback": lines}


def _size(output: Output) -> int:
    data = output.get("data", {})
    behind = sum(value_chars(value) or 0 for value in data.values())
    return len(json.dumps(output, ensure_ascii=False)) + behind
