"""A notebook as one HTML page that needs nothing else: for a browser, a printer, an e-mail.

Still output is cleaned. Output that lives on scripts stands in frames of its own with an opaque
origin, or is left out (`with_scripts`). The page itself runs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from lookin.apps.notebooks.exports.cleaning import clean_html, lives_on_scripts, markdown_html
from lookin.apps.notebooks.exports.colours import coloured
from lookin.core.documents.document import Cell, Document, Output
from lookin.core.documents.prose import picture_of
from lookin.core.lib.clock import monotonic

COLOUR_SECONDS = 4.0
MOST_CODE_CHARS = 200_000  # of one cell that is coloured; a longer one stays plain
# A file names its language, and some lexers never end. These take the square of a text's length at
# worst, so all code of a page has COLOUR_SECONDS; what is not coloured by then stays plain.
LANGUAGES = {"python", "ipython", "python3", "ipython3", "r", "julia", "bash", "c++", "rust", "go"}
_FORMATTER = HtmlFormatter(nowrap=True, classprefix="t-")


@dataclass(frozen=True, slots=True)
class Part:
    """One output: `kind` is text, error, html, picture or frame; `content` is HTML that is clean,
    an address of a picture, or for a frame a whole document for its `srcdoc`."""

    kind: str
    content: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as the template shows it."""

    type: str
    body: SafeString
    count: int | None
    parts: tuple[Part, ...]


def html_page(
    document: Document, title: str, *, with_scripts: bool = True, hosts: Sequence[str] = ()
) -> str:
    """The page. `hosts`: where scripts of outputs may be loaded from, when it has such outputs."""
    language = _language(document.metadata)
    until = monotonic() + COLOUR_SECONDS
    cells = [_shown(cell, language, until, with_scripts=with_scripts) for cell in document]
    lives = any(part.kind == "frame" for cell in cells for part in cell.parts)
    context = {
        "title": title,
        "cells": cells,
        "policy": page_policy(lives=lives, hosts=hosts),
    }
    return render_to_string("notebooks/export.html", context)


def page_policy(*, lives: bool, hosts: Sequence[str] = ()) -> str:
    """The page's own policy, which its frames inherit: without live output nothing runs at all."""
    places = " ".join(f"https://{host}" for host in hosts if not host.startswith("*"))
    scripts = f"'unsafe-inline' 'unsafe-eval' {places}".strip() if lives else "'none'"
    pictures = "data: blob: https:" if lives else "data:"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {scripts}",
            f"style-src 'unsafe-inline' {places if lives else ''}".strip(),
            f"img-src {pictures}",
            "font-src data:",
            "form-action 'none'",
            "base-uri 'none'",
        ]
    )


def _shown(cell: Cell, language: str, until: float, *, with_scripts: bool) -> Shown:
    if cell.type == "code":
        parts = tuple(
            part
            for output in cell.outputs
            if (part := _part(output, with_scripts=with_scripts)) is not None
        )
        return Shown("code", _code(cell.source, language, until), cell.execution_count, parts)
    if cell.type == "markdown":
        body = markdown_html(cell.source, cell.attachments)
        return Shown("markdown", mark_safe(body), None, ())  # noqa: S308 - cleaned
    return Shown("raw", mark_safe(coloured(cell.source)), None, ())  # noqa: S308 - escaped


def _code(source: str, language: str, until: float) -> SafeString:
    try:
        known = language.lower() in LANGUAGES and len(source) < MOST_CODE_CHARS
        lexer = get_lexer_by_name(language) if known else None
    except ClassNotFound:
        lexer = None
    if lexer is None:
        return mark_safe(coloured(source))  # noqa: S308 - escaped
    tokens = []
    for token in lexer.get_tokens(source):
        if monotonic() > until:
            return mark_safe(coloured(source))  # noqa: S308 - escaped
        tokens.append(token)
    made = StringIO()
    _FORMATTER.format(tokens, made)
    return mark_safe(made.getvalue().rstrip("\n"))  # noqa: S308 - escaped


def _part(output: Output, *, with_scripts: bool) -> Part | None:
    match output.get("output_type"):
        case "stream":
            return Part("text", coloured(_text(output.get("text"))))
        case "error":
            lines = output.get("traceback", ())
            return Part("error", coloured("\n".join(_text(line) for line in lines)))
    data = output.get("data")
    if not isinstance(data, dict):
        return None
    return next(_representations(data, with_scripts=with_scripts), None)


def _representations(data: Mapping[str, Any], *, with_scripts: bool) -> Iterator[Part]:
    """What may be shown of one result, the best first."""
    html = _text(data.get("text/html"))
    lives = bool(html) and lives_on_scripts(html)
    if lives and with_scripts:
        yield Part("frame", _framed(html))
    picture = picture_of(data)
    if picture:
        yield Part("picture", picture)
    if html and not lives:
        yield Part("html", clean_html(html))
    if "application/javascript" in data and with_scripts:
        script = _text(data["application/javascript"]).replace("</", "<\\/")
        yield Part("frame", _framed(f"<script>{script}</script>"))
    if "text/markdown" in data:
        yield Part("html", markdown_html(_text(data["text/markdown"])))
    if "application/json" in data:
        text = json.dumps(data["application/json"], indent=2, ensure_ascii=False)
        yield Part("text", coloured(text))
    for mime in ("text/latex", "text/plain"):
        if mime in data:
            yield Part("text", coloured(_text(data[mime])))
    if html:
        yield Part("html", clean_html(html))


def _framed(html: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><body style="margin:0">{html}'


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _language(metadata: Mapping[str, Any]) -> str:
    """The lexer's name: only from the language's name, never from what a file calls a lexer."""
    info = metadata.get("language_info")
    name = info.get("name") if isinstance(info, dict) else None
    return name if isinstance(name, str) and len(name) < 30 else "python"
