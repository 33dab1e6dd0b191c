"""Why a fence could not be built, as a sentence with a next step. Not for finding it out."""

from __future__ import annotations

from pathlib import Path

_SENTENCES = {
    "apparmor": (
        "Ubuntu's AppArmor does not let ordinary programs make user namespaces. Run "
        "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, put the same line into "
        "/etc/sysctl.d/60-lookin.conf to keep it, and start Lookin again."
    ),
    "userns_off": (
        "This system does not let ordinary programs make user namespaces. Run "
        "`sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000`, put "
        "both into /etc/sysctl.d/60-lookin.conf to keep them, and start Lookin again."
    ),
    "container": (
        "The container that Lookin runs in does not let it make namespaces. Start it with "
        "`--security-opt seccomp=unconfined --security-opt systempaths=unconfined`, or run Lookin "
        "on the machine itself."
    ),
    "proc": (
        "Something hides a part of /proc, so no kernel can have one of its own. If systemd starts "
        "Lookin, use the unit of deploy/: ProtectProc=, ProtectKernelTunables=, ProtectKernelLogs= "
        "and RestrictNamespaces= must not be in it."
    ),
    "old_linux": (
        "This Linux is older than 5.12 and cannot build the whole fence. Update the system."
    ),
    "other": "The whole fence could not be built. Update the system, or ask whoever cares for it.",
}


def explain(failure: str) -> tuple[str, str]:
    """The code and the sentence for what FenceError or the system said."""
    code = _code(failure)
    detail = f" ({failure})" if code == "other" else ""
    return code, _SENTENCES[code] + detail


def _code(failure: str) -> str:
    if "Function not implemented" in failure:
        return "old_linux"
    if "(namespaces)" in failure:  # nothing is built yet: the system refuses from the start
        if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
            return "apparmor"
        offs = ("kernel/unprivileged_userns_clone", "user/max_user_namespaces")
        if "No space left" in failure or "0" in map(_setting, offs):
            return "userns_off"
    denied = "not permitted" in failure or "Permission denied" in failure
    if denied and (Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()):
        return "container"
    return "proc" if "mount proc" in failure else "other"


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return ""
