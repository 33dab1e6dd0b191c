"""A bare fence around functions of `fence_attacks.py`: no ipykernel, no broker.

`python fence_runner.py` reads {sandbox, plan, folder, attacks, become, prefixes}
and prints for each attack {"value"} or {"error", "number"}, or [{"ended": status}] of the process.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


def become_ordinary(uid: int, prefixes: list[str]) -> None:
    """From root to an ordinary user who can still reach the Python of `prefixes`.

    Folders on the way that are closed to others are covered in a mount namespace of our own, and
    the prefixes put back into them.
    """
    from sandbox import syscalls

    syscalls.unshare(syscalls.CLONE_NEWNS)
    syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    covered: dict[str, list[tuple[str, int]]] = {}
    for prefix in sorted({os.path.realpath(prefix) for prefix in prefixes}):
        ways = [str(way) for way in reversed(Path(prefix).parents)]
        shut = next((way for way in ways if not Path(way).stat().st_mode & 0o001), None)
        if shut is not None:
            tree = syscalls.open_tree(prefix, syscalls.AT_RECURSIVE)
            covered.setdefault(shut, []).append((prefix, tree))
    for shut, trees in covered.items():
        syscalls.mount("tmpfs", shut, "tmpfs", 0, "mode=0755")
        for prefix, tree in trees:
            Path(prefix).mkdir(parents=True)
            syscalls.move_mount(tree, prefix)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)


def refuse_unfenced(tier: str) -> None:
    """Attack nobody without a fence round us: one that broke must not cost a machine."""
    from sandbox import syscalls

    filtered = syscalls.prctl(21, 0) == 2 and syscalls.prctl(39, 0) == 1  # seccomp, no_new_privs
    if not filtered or (tier == "full" and os.getppid() != 1):
        os._exit(99)


def run(asked: dict[str, Any], answer: int) -> None:
    """In the kernel: the attacks, from the folder it was given."""
    attacks = sys.modules["fence_attacks"].ATTACKS
    threading.Thread(target=threading.Event().wait, daemon=True).start()  # as a real kernel has
    said = [attempt(attacks[name], arguments) for name, *arguments in asked["attacks"]]
    os.write(answer, json.dumps(said).encode())


def attempt(attack: Callable[..., object], arguments: list[Any]) -> dict[str, Any]:
    """What one attack says, or what stopped it."""
    try:
        return {"value": attack(*arguments)}
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "")
        return {"error": f"{type(error).__name__}: {error}", "number": name}
    except Exception as error:  # noqa: BLE001 (whatever stopped it)
        return {"error": f"{type(error).__name__}: {error}", "number": ""}


def guard(asked: dict[str, Any], answer: int) -> int:
    """In the warden: raise the fence, fork, admit, wait. Returns the kernel's status."""
    from sandbox.fence import Fence, confine, harden_warden
    from sandbox.plan import Plan

    plan = Plan.from_json(asked["plan"])
    fence = Fence(plan)
    harden_warden(plan)
    fence.raise_()
    ours, theirs = socket.socketpair()
    kernel = os.fork()
    if kernel == 0:
        confine(plan, asked["folder"], (0, 1, 2, answer, theirs.fileno()))
        if plan.tier != "none":
            refuse_unfenced(plan.tier)
        os.chdir(theirs.recv(4096))
        theirs.close()
        run(asked, answer)
        os._exit(0)
    theirs.close()
    ours.send(fence.admit(asked["folder"]).encode())
    fence.shut()
    return os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1])


def main() -> None:
    """As the zygote: a child that leaves, whose child is the warden."""
    asked = json.load(sys.stdin)
    sys.path[:0] = [asked["sandbox"], str(Path(__file__).parent)]
    import fence_attacks  # noqa: F401 (now: inside there is no such file)
    from sandbox.fence import detach
    from sandbox.plan import Plan

    if asked["become"] is not None:
        become_ordinary(asked["become"], asked["prefixes"])
    told, tell = os.pipe()
    if os.fork() == 0:
        detach(Plan.from_json(asked["plan"]))
        if os.fork() == 0:
            status = guard(asked, tell)
            if status:
                os.write(tell, json.dumps([{"ended": status}]).encode())
            os._exit(0)
        os.wait()
        os._exit(0)
    os.close(tell)
    with os.fdopen(told) as file:
        sys.stdout.write(file.read() or '[{"failed": true}]')


if __name__ == "__main__":
    main()
