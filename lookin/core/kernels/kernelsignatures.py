"""The signature of the call that a cursor stands in. Runs under the kernels' Python."""

from __future__ import annotations

import importlib
from typing import Any

_MOST_CHARS = 20_000  # of code that is parsed for it
_MOST_DOC = 4_000
_MOST_PARAMETERS = 100


def signature_at(code: str, cursor: int, namespace: dict[str, Any]) -> dict[str, Any] | None:
    """Label, parameters, the active one's index and the docstring; None outside a known call.

    `cursor` counts code points. Uses jedi with the living namespace, as completion does.
    """
    if len(code) > _MOST_CHARS or "(" not in code[:cursor]:
        return None
    try:
        jedi: Any = importlib.import_module("jedi")  # comes with IPython, but need not
        line, column = code.count("\n", 0, cursor) + 1, cursor - (code.rfind("\n", 0, cursor) + 1)
        found = jedi.Interpreter(code, [namespace]).get_signatures(line, column)
        return _described(found[0]) if found else None
    except Exception:  # noqa: BLE001 (jedi walks through anybody's code)
        return None


def _described(signature: Any) -> dict[str, Any]:
    parameters = [parameter.to_string() for parameter in signature.params[:_MOST_PARAMETERS]]
    return {
        "label": signature.to_string()[:_MOST_DOC],
        "parameters": [text[:500] for text in parameters],
        "active": signature.index,
        "doc": signature.docstring(raw=True)[:_MOST_DOC],
    }
