"""The only reader of the environment: typed values of the options table, or a sentence why not."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from lookin.core.lib.errors import LookinError
from lookin.site.contradictions import refuse_contradictions
from lookin.site.options import OPTIONS, Option

ROOT = Path(__file__).resolve().parents[2]

Value = str | int | float | bool | list[str] | Path


def read_options(environment: Mapping[str, str] | None = None) -> dict[str, Value]:
    """Every option by name. Paths are absolute; an empty path stays `Path()`.

    Raises LookinError (code `bad_option`) for a value of the wrong type or out of range, and for
    two values that cannot both hold.
    """
    source = os.environ if environment is None else environment
    values = {option.name: _read(option, source) for option in OPTIONS}
    refuse_contradictions(values)
    return values


def _read(option: Option, source: Mapping[str, str]) -> Value:
    text = source.get(option.name, "").strip() or option.default
    match option.kind:
        case "path":
            return (ROOT / Path(text).expanduser()) if text else Path()
        case "list":
            return [part.strip() for part in text.split(",") if part.strip()]
        case "switch":
            return _switch(option, text)
        case "choice":
            if text.lower() not in option.choices:
                raise _bad(option, text, f"one of {', '.join(option.choices)}")
            return text.lower()
        case "integer" | "decimal":
            return _number(option, text)
        case _:
            return text


def _switch(option: Option, text: str) -> bool:
    if text.lower() in {"yes", "true", "on", "1"}:
        return True
    if text.lower() in {"no", "false", "off", "0"}:
        return False
    raise _bad(option, text, "yes or no")


def _number(option: Option, text: str) -> int | float:
    kind = int if option.kind == "integer" else float
    least, most = option.least, option.most
    try:
        number = kind(text)
    except ValueError:
        raise _bad(option, text, "a number") from None
    if not (least is None or number >= least) or not (most is None or number <= most):
        raise _bad(option, text, f"a number from {least:g} to {most:g}")
    return number


def _bad(option: Option, text: str, wanted: str) -> LookinError:
    return LookinError(
        f"{option.name} is “{text[:80]}”, but must be {wanted}.",
        "Change it in the environment and start again.",
        code="bad_option",
    )
