"""Who may ask for what: the one table of operations and the least role that each needs.

What a role is worth is decided here and nowhere else; who has which role is the web's to say.
"""

from __future__ import annotations

VIEWER, EDITOR, OWNER = "viewer", "editor", "owner"
ROLES = (VIEWER, EDITOR, OWNER)  # each may what those before it may

LEAST_ROLE: dict[str, str] = {
    # looking
    "hello": VIEWER,
    "here": VIEWER,
    # the document
    "edit": EDITOR,
    "insert": EDITOR,
    "split": EDITOR,
    "merge": EDITOR,
    "delete": EDITOR,
    "undelete": EDITOR,
    "move": EDITOR,
    "retype": EDITOR,
    "note": EDITOR,
    "attach": EDITOR,
    "detach": EDITOR,
    "clear": EDITOR,
    "restore": EDITOR,
    # the kernel
    "run": EDITOR,
    "answer": EDITOR,
    "interrupt": EDITOR,
    "restart": EDITOR,
    "complete": EDITOR,
    "inspect": EDITOR,
    "variables": EDITOR,
    "variable": EDITOR,
    "comm": EDITOR,
}


def may(role: str, op: object) -> bool:
    """Whether somebody with `role` may ask for `op`. Nobody may ask for an unknown one."""
    least = LEAST_ROLE.get(op) if isinstance(op, str) else None
    if least is None or role not in ROLES:
        return False
    return ROLES.index(role) >= ROLES.index(least)
