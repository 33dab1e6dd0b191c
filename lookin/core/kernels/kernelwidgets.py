"""The state of all ipywidgets of this kernel. Runs under the kernels' Python; imports none."""

from __future__ import annotations

import sys
from base64 import b64encode
from typing import Any

_MOST = 1_000


def states() -> dict[str, Any]:
    """`models` by comm id, each `{data: {state, buffer_paths}, buffers: [base64]}`.

    Read beside running code, so that a model that changes meanwhile may be left out.
    """
    module = sys.modules.get("ipywidgets.widgets.widget")
    models: dict[str, Any] = {}
    known = list(module._instances.items()) if module is not None else []
    for id_, widget in known[:_MOST]:
        try:
            state, paths, own = module._remove_buffers(widget.get_state())  # type: ignore[union-attr]
        except Exception:  # noqa: BLE001, S112 (a trait may be anybody's code)
            continue
        data = {"state": state, "buffer_paths": paths}
        models[id_] = {"data": data, "buffers": [b64encode(b).decode() for b in own]}
    return {"status": "ok", "models": models}
