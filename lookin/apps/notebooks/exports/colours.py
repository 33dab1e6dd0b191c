"""Printed text with ANSI colours as HTML. Every other escape is dropped; all text is escaped."""

from __future__ import annotations

import re
from html import escape

_ESCAPE = re.compile(
    r"\x1b\[(?P<codes>[0-9;]*)m|\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b"
)
MOST_CHARS = 2_000_000  # of one text; a page with more would not open anywhere


def coloured(text: str) -> str:
    """`text` as HTML: spans of class `c31` (colours), `b31` (backgrounds) and `bold`."""
    parts: list[str] = []
    style: dict[str, str] = {}
    at = 0
    text = text[:MOST_CHARS]
    for found in _ESCAPE.finditer(text):
        parts.append(_span(text[at : found.start()], style))
        at = found.end()
        if found.group("codes") is not None:
            style = _changed(style, found.group("codes"))
    parts.append(_span(text[at:], style))
    return "".join(parts)


def _span(text: str, style: dict[str, str]) -> str:
    if not text:
        return ""
    names = " ".join(style.values())
    return f'<span class="{names}">{escape(text)}</span>' if names else escape(text)


def _changed(style: dict[str, str], codes: str) -> dict[str, str]:
    """The style after one sequence (ECMA-48 SGR); what is not known changes nothing."""
    now = dict(style)
    for code in (int(c) if c.isdigit() and len(c) < 4 else 0 for c in codes.split(";")):
        if code == 0:
            now = {}
        elif code == 1:
            now["weight"] = "bold"
        elif code == 22:
            now.pop("weight", None)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            now["colour"] = f"c{code}"
        elif code == 39:
            now.pop("colour", None)
        elif 40 <= code <= 47 or 100 <= code <= 107:
            now["back"] = f"b{code}"
        elif code == 49:
            now.pop("back", None)
        elif code in {38, 48}:
            break  # 256 colours: the rest of the sequence are their numbers
    return now
