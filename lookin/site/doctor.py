"""`lookin doctor`: what works on this machine, what does not, and what to do about it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from lookin.apps.accounts.access import is_alone
from lookin.apps.accounts.faces.recogniser import own_recogniser
from lookin.apps.kernels.fence import REFUSED, refuses_several
from lookin.apps.notebooks.exports.printing import browser_path
from lookin.core.faces.models import models_problem
from lookin.core.faces.recognisers.description import RecogniserError, read_description
from lookin.core.faces.recognisers.own import OwnNetwork
from lookin.core.lib.clock import now_ms
from lookin.core.lib.errors import LookinError
from lookin.site.fencing import found_fence
from lookin.site.indexnotes import index_notes, index_problem
from lookin.site.migration import migrate_database

LOW_DISK_BYTES = 1_000_000_000


def examine() -> int:
    """Print one line per part. Returns 1 when any of them is wrong, else 0."""
    wrong = 0
    for name, check in CHECKS:
        try:
            problem = check()
        except LookinError as error:
            problem = error.sentence()
        wrong += problem is not None
        sys.stdout.write(
            f"{'no ' if problem else 'yes'}  {name}{': ' + problem if problem else ''}\n"
        )
    for line in (*_fence_notes(), _network(), _printing(), *_index_notes()):
        sys.stdout.write(f"note  {line}\n")
    return 1 if wrong else 0


def _fence() -> str | None:
    """None at all is wrong, unless it was chosen; a fence in part is a note."""
    fence = found_fence()
    return fence.line() if fence.tier == "none" and not settings.UNFENCED else None


def _fence_notes() -> list[str]:
    fence = found_fence()
    accepted = fence.tier == "reduced" or (fence.tier == "none" and settings.UNFENCED)
    refuses = refuses_several(fence.tier, alone=is_alone(), unfenced=settings.UNFENCED)
    parts = "; ".join(f"{name}: {state}" for name, state in fence.parts.items())
    made_of = f"The fence of kernels is {fence.tier}{f' ({parts})' if parts else ''}."
    return [made_of, *([fence.line()] if accepted else []), *([REFUSED] if refuses else [])]


def _network() -> str:
    match settings.NETWORK:
        case "listed":
            return f"Kernels reach only {', '.join(settings.NETWORK_HOSTS)} (LOOKIN_NETWORK)."
        case "public":
            return "Kernels reach every public address (LOOKIN_NETWORK)."
        case _:
            return "Kernels reach no network (LOOKIN_NETWORK)."


def _printing() -> str:
    browser = browser_path()
    return (
        f"Notebooks are printed to PDF by {browser}."
        if browser
        else "Notebooks cannot be printed to PDF here; install Chromium if people want that."
    )


def _database() -> str | None:
    migrate_database()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


def _disk() -> str | None:
    free = shutil.disk_usage(settings.HOME).free
    return f"only {free // 1_000_000} MB are free." if free < LOW_DISK_BYTES else None


def _kernels() -> str | None:
    command = [str(settings.KERNEL_PYTHON), "-c", "import ipykernel"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{settings.KERNEL_PYTHON} does not run ({error}). Run `make run` once more."
    return None if done.returncode == 0 else "ipykernel is missing there. Run `make run` once more."


def _front_end() -> str | None:
    built = (settings.WEB_DIST / "manifest.json").is_file()
    return None if built else "not built. Run `make run` once more."


def _faces() -> str | None:
    return models_problem(settings.MODELS_DIR) or _own_recogniser()


def _own_recogniser() -> str | None:
    try:
        own = read_description(settings.RECOGNISER_DIR)
        if own is not None:
            OwnNetwork(own, threads=1)
            own_recogniser()  # which must be calibrated as well
    except RecogniserError as error:
        return error.sentence()
    return None


def _index() -> str | None:
    return index_problem(settings.HOME / "search", now_ms())


def _index_notes() -> list[str]:
    return index_notes(settings.HOME / "search", now_ms())


CHECKS: tuple[tuple[str, Callable[[], str | None]], ...] = (
    ("the database is at this version", _database),
    ("the disk has room", _disk),
    ("notebooks have their own Python", _kernels),
    ("kernels have the fence they need", _fence),
    ("the front end is built", _front_end),
    ("the face models are here", _faces),
    ("the search index follows the files", _index),
)
