"""The state of all ipywidgets of this kernel. Runs under the kernels' Python; imports none."""

from __future__ import annotations

import sys
from typing import Any

_MOST = 1_000


def states() -> tuple[dict[str, Any], list[Any]]:
    """`models` by comm id, each `{target, data: {state, buffer_paths}, buffers: how many}`.

    With them the buffers of all, one model after another. Read beside running code, so that a
    model that changes meanwhile may be left out: what it says next is heard anyway.
    """
    module = sys.modules.get("ipywidgets.widgets.widget")
    models: dict[str, Any] = {}
    buffers: list[Any] = []
    if module is None:
        return {"models": models}, buffers
    for id_, widget in list(module._instances.items())[:_MOST]:
        try:
            state, paths, own = module._remove_buffers(widget.get_state())
        except Exception:  # noqa: BLE001, S112 (a trait may be anybody's code)
            continue
        data = {"state": state, "buffer_paths": paths}
        models[id_] = {"target": "jupyter.widget", "data": data, "buffers": len(own)}
        buffers += own
    return {"models": models}, buffers
