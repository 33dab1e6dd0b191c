"""A notebook as Markdown with fenced code, and Markdown as a notebook. Pure.

Pictures stand in the text itself, as data addresses. What may be shown of HTML is the caller's
business: `clean` decides.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lookin.core.documents.document import Cell, Document, Output, document_of
from lookin.core.documents.ipynb import new_document
from lookin.core.documents.text import normal_lines, whole
from lookin.core.lib.ids import new_cell_id

_FENCE = re.compile(r"(?P<mark>`{3,}|~{3,})\s*\{?\.?(?P<language>[\w+#-]*)[^`]*$")
_CODE = {"python", "py", "python3", "ipython", "ipython3", "code-cell", "pycon"}
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_ATTACHED = re.compile(r"\(attachment:([^()\s]{1,255})\)")  # bounded: else its time is squared
MOST_TIMES = 5  # that a picture stands in the text; it may be named a thousand times
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")


def to_markdown(document: Document, clean: Callable[[str], str]) -> str:
    """The text, with outputs. `clean` makes HTML harmless, or answers "" to have it left out."""
    language = str(_about(document.metadata, "language_info").get("name", "python"))
    language = language if re.fullmatch(r"[\w+#-]{1,30}", language) else ""
    parts: list[str] = []
    for cell in document:
        if cell.type == "code":
            parts.append(fenced(cell.source, language))
            parts += (part for output in cell.outputs if (part := _shown(output, clean)))
        else:
            parts.append(with_attachments(cell.source, cell.attachments))
    return "\n\n".join(parts) + "\n"


def from_markdown(text: str) -> Document:
    """A notebook in which every fence of Python is a code cell and all between is prose."""
    cells: list[Cell] = []
    block: list[str] = []
    mark, is_code = "", False
    for line in whole(normal_lines(text)).split("\n"):
        fence = _FENCE.match(line) if not mark else None
        if fence and fence.group("language").lower() in _CODE:
            cells += _cell("markdown", block)
            mark, is_code, block = fence.group("mark"), True, []
        elif mark and line.strip().startswith(mark) and not line.strip().strip(mark[0]):
            if is_code:
                cells += _cell("code", block)
                block = []
            else:
                block.append(line)
            mark, is_code = "", False
        else:
            if fence:
                mark = fence.group("mark")
            block.append(line)
    cells += _cell("code" if is_code else "markdown", block)
    return document_of(cells or new_document(), new_document().metadata)


def fenced(text: str, language: str = "") -> str:
    """`text` in a fence that it cannot end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    mark = "`" * max(3, longest + 1)
    return f"{mark}{language}\n{text}\n{mark}"


def with_attachments(source: str, attachments: Mapping[str, Any]) -> str:
    """Markdown whose attached pictures stand in the text, each a few times at most."""
    times: Counter[str] = Counter()

    def address(match: re.Match[str]) -> str:
        name = match.group(1)
        times[name] += 1
        bundle = attachments.get(name) if times[name] <= MOST_TIMES else None
        found = picture_of(bundle) if isinstance(bundle, dict) else None
        return f"({found})" if found else match.group(0)

    return _ATTACHED.sub(address, source)


def picture_of(data: Mapping[str, Any]) -> str | None:
    """The data address of the first picture in a bundle of representations."""
    for mime in PICTURES:
        value = data.get(mime)
        value = "".join(map(str, value)) if isinstance(value, list) else value
        if not isinstance(value, str) or not value:
            continue
        if mime == "image/svg+xml":
            value = base64.b64encode(value.encode("utf-8", "replace")).decode()
        if _BASE64.fullmatch(value):
            return f"data:{mime};base64,{''.join(value.split())}"
    return None


def plain(text: object) -> str:
    """Printed text without colours and other escapes."""
    joined = "".join(map(str, text)) if isinstance(text, list) else str(text or "")
    return _ANSI.sub("", joined)


def _shown(output: Output, clean: Callable[[str], str]) -> str:
    match output.get("output_type"):
        case "stream":
            return fenced(plain(output.get("text")).rstrip("\n"))
        case "error":
            return fenced("\n".join(plain(line) for line in output.get("traceback", ())))
    data = output.get("data")
    return _represented(data, clean) if isinstance(data, dict) else ""


def _represented(data: Mapping[str, Any], clean: Callable[[str], str]) -> str:
    picture = picture_of(data)
    if picture:
        return f"![]({picture})"
    html = clean(plain(data["text/html"])) if "text/html" in data else ""
    if html.strip():
        return "\n".join(line for line in html.split("\n") if line.strip())
    if "text/markdown" in data:
        return clean(plain(data["text/markdown"]))
    if "application/json" in data:
        return fenced(json.dumps(data["application/json"], indent=1, ensure_ascii=False), "json")
    text = data.get("text/plain", data.get("text/latex"))
    return fenced(plain(text)) if text is not None else ""


def _cell(kind: str, block: list[str]) -> Iterator[Cell]:
    text = "\n".join(block).strip("\n")
    if text.strip():
        yield Cell(new_cell_id(), kind, text)


def _about(metadata: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = metadata.get(key)
    return value if isinstance(value, dict) else {}
