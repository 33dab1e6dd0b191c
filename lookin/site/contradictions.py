"""Values of options that cannot both hold: each stops the start with one sentence.

Not for a value that is wrong by itself: env.py refuses those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lookin.core.kernels.proxy.process import check_rule
from lookin.core.lib.errors import LookinError
from lookin.site.zone import is_zone, zone_name

Values = Mapping[str, Any]
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def refuse_contradictions(values: Values) -> None:
    """Raises LookinError (code `bad_option`) for the first one that is found."""
    checks = (
        *(_hosts, _output_hosts, _imports, _stock, _temporary, _disk, _hidden),
        *(_face_tries, _flash, _zone, _search_index),
    )
    for check in checks:
        problem = check(values)
        if problem is not None:
            raise LookinError(*problem, code="bad_option")


def _hosts(values: Values) -> tuple[str, str] | None:
    hosts = values["LOOKIN_NETWORK_HOSTS"]
    for host in hosts:
        try:
            check_rule(host)
        except ValueError as error:
            return (
                f"LOOKIN_NETWORK_HOSTS names “{host[:80]}”, which is no host: {error}.",
                "Write names such as data.example.org, *.example.org or host:8443.",
            )
    if values["LOOKIN_NETWORK"] == "listed" and not hosts:
        return (
            "LOOKIN_NETWORK is listed, but LOOKIN_NETWORK_HOSTS lists nothing.",
            "Name the hosts that kernels may reach, or set LOOKIN_NETWORK to off.",
        )
    return None


def _search_index(values: Values) -> tuple[str, str] | None:
    if values["LOOKIN_SEARCH_INDEX"] == "postgresql" and not values["DATABASE_URL"]:
        return (
            "LOOKIN_SEARCH_INDEX is postgresql, but DATABASE_URL names no database.",
            "Set DATABASE_URL, or LOOKIN_SEARCH_INDEX to sqlite.",
        )
    return None


def _output_hosts(values: Values) -> tuple[str, str] | None:
    for host in values["LOOKIN_OUTPUT_HOSTS"]:
        try:
            if host.lower() != "none":
                check_rule(host)
        except ValueError as error:
            return (
                f"LOOKIN_OUTPUT_HOSTS names “{host[:80]}”, which is no host: {error}.",
                "Write names such as cdn.example.org or *.tiles.example.org, or none.",
            )
    return None


def _imports(values: Values) -> tuple[str, str] | None:
    for name in values["LOOKIN_KERNEL_IMPORTS"]:
        if not _MODULE.fullmatch(name):
            return (
                f"LOOKIN_KERNEL_IMPORTS names “{name[:80]}”, which is no module.",
                "Write what stands after import, such as numpy or matplotlib.pyplot.",
            )
    return None


def _stock(values: Values) -> tuple[str, str] | None:
    stock, most = values["LOOKIN_KERNEL_STOCK"], values["LOOKIN_KERNELS"]
    if stock <= most:
        return None
    return (
        f"LOOKIN_KERNEL_STOCK keeps {stock} kernels ready, but LOOKIN_KERNELS allows {most}.",
        "Keep fewer ready, or allow more.",
    )


def _temporary(values: Values) -> tuple[str, str] | None:
    memory, tmp = values["LOOKIN_KERNEL_MEMORY_MB"], values["LOOKIN_KERNEL_TMP_MB"]
    if not memory or tmp <= memory:
        return None
    return (
        f"A kernel may use {memory} MB of memory, but {tmp} MB of /tmp, which lies in memory.",
        "Set LOOKIN_KERNEL_TMP_MB to at most LOOKIN_KERNEL_MEMORY_MB.",
    )


def _disk(values: Values) -> tuple[str, str] | None:
    file, workspace = values["LOOKIN_KERNEL_FILE_MB"], values["LOOKIN_WORKSPACE_MB"]
    if not workspace or file <= workspace:
        return None
    return (
        f"LOOKIN_KERNEL_FILE_MB allows a file of {file} MB in a workspace of {workspace} MB.",
        "Set LOOKIN_KERNEL_FILE_MB to at most LOOKIN_WORKSPACE_MB.",
    )


def _hidden(values: Values) -> tuple[str, str] | None:
    """What kernels are shown whole must not hold what they must not see."""
    python = values["LOOKIN_KERNEL_PYTHON"]
    shown = {Path("/usr"), python.parent.parent.resolve(), python.resolve().parent.parent}
    for name in ("LOOKIN_HOME", "LOOKIN_RUNTIME_DIR"):
        place = values[name]
        above = (place.resolve(), *place.resolve().parents) if place != Path() else ()
        if any(folder in above for folder in shown - {Path("/")}):
            return (
                f"{name} is {place}, inside a folder that every kernel may read.",
                "Choose a place outside /usr and outside the Python that kernels run.",
            )
    return None


def _face_tries(values: Values) -> tuple[str, str] | None:
    free, most = values["LOOKIN_FACE_TRIES"], values["LOOKIN_FACE_TRIES_IN_ALL"]
    if free <= most:
        return None
    return (
        f"LOOKIN_FACE_TRIES lets {free} tries fail, but LOOKIN_FACE_TRIES_IN_ALL ends them at"
        f" {most}.",
        "Set LOOKIN_FACE_TRIES_IN_ALL to at least LOOKIN_FACE_TRIES.",
    )


def _zone(values: Values) -> tuple[str, str] | None:
    named = values["LOOKIN_TIME_ZONE"]
    if is_zone(zone_name(named)):
        return None
    return (
        f"LOOKIN_TIME_ZONE is “{named[:80]}”, which this machine knows no time zone by.",
        "Write a name such as Asia/Seoul or UTC; on a small system, install the package tzdata.",
    )


def _flash(values: Values) -> tuple[str, str] | None:
    if values["LOOKIN_FACE_LIVENESS"] or not values["LOOKIN_FACE_FLASH"]:
        return None
    return (
        "LOOKIN_FACE_FLASH is yes, but LOOKIN_FACE_LIVENESS is no, of which it is a part.",
        "Turn both on, or both off.",
    )
