"""HTML and Markdown of strangers made harmless: no script, no form, no address but the web's.

nh3 (ammonia) parses as a browser does and writes anew only what is allowed, so nothing is mended
after it was checked (CVE-2018-8768, CVE-2021-32798).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt

from lookin.core.documents.prose import with_attachments

_TAGS = set(nh3.ALLOWED_TAGS) - {"map", "area"} | {"figure", "figcaption", "section", "input"}
_ATTRIBUTES = {
    "*": {"class", "style", "title", "dir", "lang", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "valign"},
    "th": {"colspan", "rowspan", "scope", "valign"},
    "col": {"span", "width"},
    "table": {"border"},
    "ol": {"start"},
    "input": {"type", "checked", "disabled"},
    "details": {"open"},
}
_STYLES = {
    "color", "background-color", "font-weight", "font-style", "font-size", "text-align",
    "text-decoration", "vertical-align", "white-space", "width", "max-width", "min-width",
    "height", "padding", "padding-left", "padding-right", "margin", "margin-left", "margin-right",
    "border", "border-left", "border-right", "border-top", "border-bottom", "border-collapse",
    "border-radius", "display", "list-style",
}  # fmt: skip
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+")
_BAD_STYLE = re.compile(r"[\\@]|url\s*\(|expression|/\*", re.IGNORECASE)
_LIVES = re.compile(
    r"<\s*(?:script|iframe|object|embed|applet|form|link|base|meta)\b|[\s\"'/]on\w+\s*=",
    re.IGNORECASE,
)
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_MATH = re.compile(r"\$\$[^$]+\$\$|(?<![\\$\w])\$(?=\S)[^$\n]+?(?<=\S)\$(?![\w$])")
_HELD = "\ue000{}\ue001"
_HELD_MARK = re.compile("\ue000([0-9]{1,9})\ue001")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}
MOST_DEPTH = 2_000  # of elements inside each other: a parser's time grows with its square


def clean_html(text: str) -> str:
    """`text` without anything that acts, asks for data, or speaks to another address by itself.

    What nests too deeply to be parsed in time is shown as the text it is.
    """
    if _depth(text) > MOST_DEPTH:
        return escape(text)
    return nh3.clean(
        text,
        tags=_TAGS,
        clean_content_tags={"script", "style", "noscript", "template", "iframe", "object"},
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "data"},
        filter_style_properties=_STYLES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "input": {"disabled": ""}},
        strip_comments=True,
    )


def _depth(text: str) -> int:
    """How deep elements may nest in `text`: at least as deep as a parser will find it."""
    depth = deepest = 0
    for closes, name in _TAG.findall(text):
        if closes:
            depth = max(0, depth - 1)
        elif name.lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def lives_on_scripts(text: str) -> bool:
    """Whether this HTML would lose its point when it is cleaned, and so needs a frame."""
    return _LIVES.search(text) is not None


def without_scripts(text: str) -> str:
    """Clean HTML, or nothing where only scripts would show something."""
    return "" if lives_on_scripts(text) else clean_html(text)


def markdown_html(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """Markdown as clean HTML. Formulas stay as they were written."""
    formulas: list[str] = []

    def hold(match: re.Match[str]) -> str:
        formulas.append(match.group())
        return _HELD.format(len(formulas) - 1)

    text = source.replace("\ue000", "").replace("\ue001", "")
    text = _outside_code(with_attachments(text, attachments or {}), hold)
    # Cleaned last: a formula that stands in an attribute is part of that attribute.
    return clean_html(_HELD_MARK.sub(lambda m: _given_back(m, formulas), _MARKDOWN.render(text)))


def _given_back(match: re.Match[str], formulas: list[str]) -> str:
    number = int(match.group(1))
    return escape(formulas[number]) if number < len(formulas) else ""


def _outside_code(text: str, hold: Any) -> str:
    """Formulas held back, except in code: between back quotes and fences."""
    pieces = re.split(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`)", text, flags=re.DOTALL)
    return "".join(p if n % 2 else _MATH.sub(hold, p) for n, p in enumerate(pieces))


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if value.strip().lower().startswith("data:"):
        is_picture = (tag, attribute) == ("img", "src") and _PICTURE.fullmatch(value)
        return value if is_picture else None
    if attribute == "style" and _BAD_STYLE.search(value):
        return None
    if tag == "input" and attribute == "type" and value != "checkbox":
        return "checkbox"
    return value
