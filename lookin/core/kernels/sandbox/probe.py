"""What fence this system can give, found by building one in a child process; never raises.

`python -I probe.py [FOLDER…]` prints it as JSON, so that any Python can be asked. The folders are
those that kernels will be given: as root, what their file systems can do decides.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

if __name__ == "__main__":  # run by its path, under a Python that knows no Lookin
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    __package__ = "sandbox"

from . import cgroups, landlock
from .fence import Fence, confine, detach, harden_warden
from .plan import Limits, Plan
from .reasons import explain

_SECONDS = 20.0
_HIGH_UID = 2_000_000_000
_LIMITS = Limits(memory_bytes=1 << 30, processes=64, open_files=256, tmp_bytes=1 << 20)


@dataclass(frozen=True)
class Tier:
    """What can be had: `name` as in Plan.tier; `reason` one sentence or two, `code` names it.

    `own_uids`: as root, that each kernel can have a high uid of its own (Plan.uid).
    """

    name: str
    reason: str
    parts: dict[str, str] = field(default_factory=dict)
    code: str = ""
    own_uids: bool = False


def probe(python: str | None = None, folders: Sequence[str] = ()) -> Tier:
    """The tier that `python` (this one if None) can have here, for kernels given `folders`."""
    if sys.platform != "linux":
        return Tier("none", "The fence needs Linux. Here kernels run without one.", code="no_linux")
    command = [python or sys.executable, "-I", __file__, *folders]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, env={}
        )
        return Tier(**json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError) as error:
        return Tier("none", f"The fence could not be tried: {error}", code="not_tried")


def _try(plan: Plan, folder: str) -> str:
    """Build that fence around a child; '' or why it could not be."""
    told, tell = os.pipe()
    child = _fork(lambda: _leave(plan, folder, tell), tell)
    os.close(tell)
    with os.fdopen(told, "rb") as file:
        said = file.read().decode(errors="replace")
    os.waitpid(child, 0)
    return "" if said == "fenced" else said or "The fence was tried, and ended without a word."


def _fork(role: Callable[[], None], tell: int) -> int:
    """A child that plays `role` and ends; its failure goes to `tell`."""
    child = os.fork()
    if child:
        return child
    try:
        role()
    except BaseException as error:  # noqa: BLE001 (FenceError is a SystemExit; nothing may go on)
        os.write(tell, str(error).encode()[:4000])
    finally:
        os._exit(0)


def _leave(plan: Plan, folder: str, tell: int) -> None:
    """As the zygote does it: a child leaves the namespaces, its child is PID 1."""
    detach(plan)
    os.waitpid(_fork(lambda: _warden(plan, folder, tell), tell), 0)


def _warden(plan: Plan, folder: str, tell: int) -> None:
    fence = Fence(plan)
    harden_warden(plan)
    fence.raise_()
    waiting, go = os.pipe()
    kernel = _fork(lambda: _kernel(plan, folder, tell, waiting), tell)
    os.write(go, fence.admit(folder).encode())
    os.close(go)
    fence.shut()
    os.waitpid(kernel, 0)


def _kernel(plan: Plan, folder: str, tell: int, waiting: int) -> None:
    confine(plan, None if plan.tier == "full" else folder, (tell, waiting))
    os.chdir(os.read(waiting, 4096))
    Path("written").write_text("by a kernel")
    Path("written").unlink()
    os.write(tell, b"fenced")


def _readable() -> tuple[str, ...]:
    return tuple(sorted({sys.prefix, sys.base_prefix, str(Path(sys.executable).parent)}))


def _find(folders: Sequence[str]) -> Tier:
    parts = {"landlock": f"ABI {landlock.abi()}" if landlock.abi() else "not on this system"}
    parts["cgroup"] = cgroups.delegated() or "not delegated: a memory watch stands in"
    full = Plan("full", _readable(), limits=_LIMITS)
    own_uids = os.geteuid() == 0
    if own_uids:
        parts["own uids"] = "yes"
        for failed in filter(None, (_in_folder(full, _HIGH_UID, at) for at in folders or ("",))):
            parts["own uids"], own_uids = f"no: {failed}", False
    failed = "" if own_uids else _in_folder(full, None, folders[0] if folders else "")
    parts["namespaces"] = failed or "user, mount, pid, net, ipc, uts, cgroup"
    if not failed:
        return Tier("full", "Every part of the fence stands.", parts, "full", own_uids)
    code, sentence = explain(failed)
    reduced = _in_folder(Plan("reduced", _readable(), limits=_LIMITS), None, "")
    parts["landlock and seccomp"] = reduced or "both stand"
    return Tier("none" if reduced else "reduced", sentence, parts, code)


def _in_folder(plan: Plan, uid: int | None, beside: str) -> str:
    """Try `plan` with a folder made for the trial, on the file system of `beside`."""
    with tempfile.TemporaryDirectory(dir=beside or None, prefix=".fence-") as folder:
        return _try(replace(plan, uid=uid), folder)


if __name__ == "__main__":
    try:
        found = _find(sys.argv[1:])
    except OSError as error:
        found = Tier("none", f"The fence could not be tried: {error}", code="not_tried")
    print(json.dumps(asdict(found)))  # noqa: T201 (this is its answer)
