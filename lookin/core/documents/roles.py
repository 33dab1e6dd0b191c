"""Who may ask for what: the one table of operations and the least role that each needs.

What a role is worth is decided here and nowhere else; who has which role is the web's to say.
"""

from __future__ import annotations

from typing import Any

from lookin.core.lib.errors import LookinError

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


def checked(role: str, frame: object) -> dict[str, Any]:
    """A page's frame, when somebody with `role` may send one of its kind.

    Raises LookinError: `bad_frame` for what is no frame of ours, `read_only`.
    """
    op = frame.get("op") if isinstance(frame, dict) else None
    if not isinstance(frame, dict) or not isinstance(op, str) or op not in LEAST_ROLE:
        raise LookinError(
            "The page sent something that Lookin does not understand.",
            "Reload the page.",
            code="bad_frame",
        )
    if not may(role, op):
        raise LookinError(
            "You may look at this notebook but not change it.",
            "Copy it to your own files to work on it.",
            code="read_only",
        )
    return frame
