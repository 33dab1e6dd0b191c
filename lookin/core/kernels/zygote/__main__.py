"""The zygote's process: `python …/kernels/zygote --control FD --imports a,b,c`.

Exec'd with a clean environment and no descriptors but 0, 1, 2 and FD. Not importable by people's
code: everything of ours is loaded under a private name that a kernel forgets.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run as zygote; comes back in every forked kernel, to live its life."""
    gc.disable()  # before anything is imported: a collection would write on every page
    from importlib import import_module  # noqa: PLC0415 (after that)
    from pathlib import Path  # noqa: PLC0415
    from types import ModuleType  # noqa: PLC0415

    here = Path(__file__).resolve().parent
    sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != here]
    package = ModuleType("_lookin")
    package.__path__ = [str(here.parent)]
    sys.modules["_lookin"] = package
    nursery = import_module("_lookin.zygote.nursery")
    nursery.run(sys.argv[1:])


if __name__ == "__main__":
    main()
