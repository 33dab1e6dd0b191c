"""Every sentence that a person may read in English can be read in Korean, with the same places."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
PO = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2)}
# Sentences of the command line only; nobody meets them in a page.
COMMAND_LINE = (
    "lookin/site/",
    "lookin/core/faces/models/",
    "lookin/core/kernels/sandbox/",  # said to whoever cares for the machine
    "lookin/core/faces/evaluation/photographs.py",
    "lookin/core/faces/evaluation/trials.py",
)
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def python_files() -> list[Path]:
    return sorted((ROOT / "lookin").rglob("*.py"))


def in_templates() -> Iterator[tuple[str, str]]:
    """(sentence, where) of `translate` and `blocktranslate`."""
    for path in sorted((ROOT / "lookin").rglob("templates/**/*.html")):
        text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from marked(text, path)


def in_calls() -> Iterator[tuple[str, str]]:
    """(sentence, where) of gettext and its kin."""
    for path in python_files():
        yield from marked(path.read_text(encoding="utf-8"), path)


def marked(text: str, path: Path) -> Iterator[tuple[str, str]]:
    for line, found, *_ in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        sentence = found if isinstance(found, str) else found[0]
        yield sentence, f"{path.relative_to(ROOT)}:{line}"


def in_errors() -> Iterator[tuple[str, str]]:
    """(sentence, where) of the message and the hint of every LookinError, and of word tables."""
    for path in python_files():
        where = str(path.relative_to(ROOT))
        if where.startswith(COMMAND_LINE):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and is_error(node):
                for argument in [*node.args[:2], *named(node)]:
                    for text in texts(argument):
                        yield text, f"{where}:{node.lineno}"


def is_error(call: ast.Call) -> bool:
    name = call.func
    if isinstance(name, ast.Attribute) and name.attr == "__init__":
        return isinstance(name.value, ast.Call)  # super().__init__("sentence", "hint")
    return isinstance(name, ast.Name) and name.id.endswith("Error") and name.id != "ValidationError"


def named(call: ast.Call) -> Iterator[ast.expr]:
    for keyword in call.keywords:
        if keyword.arg in {"message", "hint"}:
            yield keyword.value


def texts(node: ast.expr) -> Iterator[str]:
    """Whole sentences only: a word alone is a code or a developer's note."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value[:1].isupper() and node.value.rstrip().endswith((".", "?", "”")):
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


@cache
def catalog() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, abort_invalid=True)


@pytest.mark.parametrize("source", [in_templates, in_calls, in_errors])
def test_every_sentence_has_a_korean_one(source: object) -> None:
    assert callable(source)
    missing = {}
    for sentence, where in source():
        message = catalog().get(sentence)
        if message is None or message.fuzzy or not any(message.string):
            missing.setdefault(sentence, where)
    assert not missing, "\n" + "\n".join(f"{where}  {text}" for text, where in missing.items())


def test_every_korean_sentence_keeps_the_places_of_the_english_one() -> None:
    for message in catalog():
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACES.findall(ids[-1]))
        for string in strings:
            assert set(PLACES.findall(string)) == wanted, ids


def test_no_sentence_is_translated_that_nobody_says() -> None:
    said = {text for source in (in_templates, in_calls, in_errors) for text, _ in source()}
    said |= other_sentences()
    unused = [m.id for m in catalog() if m.id and m.id not in said and m.id[0] not in said]
    assert not unused, unused


def other_sentences() -> set[str]:
    """Every string constant: a sentence may reach a LookinError through a table or a function."""
    found = set()
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_the_catalog_compiles() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog())
    assert compiled.getvalue()[:4] == b"\xde\x12\x04\x95"
