"""Writes the docs' settings page from the options table: python -m lookin.site.reference."""

from __future__ import annotations

import sys

from lookin.site.env import ROOT
from lookin.site.options import OPTIONS, Option

PAGE = ROOT / "docs" / "reference" / "settings.md"
_HEAD = """# Settings

Environment variables, read once at the start. A wrong value stops the start with a sentence.
Written by `python -m lookin.site.reference` from `lookin/site/options.py`; do not edit by hand.

| name | kind | default | what it is |
|---|---|---|---|
"""


def settings_page() -> str:
    """The page in Markdown."""
    return _HEAD + "".join(_row(option) for option in OPTIONS)


def _row(option: Option) -> str:
    default = f"`{option.default}`" if option.default else "empty"
    span = ""
    if option.least is not None and option.most is not None:
        span = f" From {option.least:g} to {option.most:g}."
    if option.choices:
        span = f" One of {', '.join(option.choices)}."
    return f"| `{option.name}` | {option.kind} | {default} | {option.help}{span} |\n"


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
