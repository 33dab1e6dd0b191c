"""The face engine of this process, opened at the first look, and the few threads that it may use.

The event loop stays free: every picture is looked at in a small pool of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings

from lookin.apps.accounts.faces.recogniser import own_recogniser
from lookin.core.faces.engine import FaceEngine
from lookin.core.faces.models import models_problem
from lookin.core.faces.observation import Observation, View
from lookin.core.faces.recognisers.description import RecogniserError

_STEP_BACK = 10


def _step_back() -> None:
    # On Linux a thread has a niceness of its own; elsewhere all stay equal.
    with contextlib.suppress(AttributeError, OSError):
        thread = threading.get_native_id()
        niceness = os.getpriority(os.PRIO_PROCESS, thread) + _STEP_BACK
        os.setpriority(os.PRIO_PROCESS, thread, niceness)  # the kernel keeps it to 19 at most


WORKERS = max(1, min(8, os.cpu_count() or 1))
_pool = ThreadPoolExecutor(WORKERS, "faces")
_patient_pool = ThreadPoolExecutor(WORKERS, "patient-faces", _step_back)
_lock = threading.Lock()
_engine: FaceEngine | None = None
_checked: tuple[float, str | None] = (float("-inf"), None)
_CHECK_SECONDS = 10.0


async def observe(picture: bytes, view: View, *, patient: bool = False) -> Observation:
    """What one camera frame shows. A `patient` one lets the others go first: a whole class may
    enrol while somebody signs in. Raises ModelsMissingError when the models are not there."""
    pool = _patient_pool if patient else _pool
    return await asyncio.get_running_loop().run_in_executor(pool, _observe, picture, view)


def faces_problem() -> str | None:
    """Why nobody can sign in with a face here, or None. Looks at the disk every ten seconds."""
    global _checked  # noqa: PLW0603 - one cached value per process
    moment = time.monotonic()
    if moment - _checked[0] > _CHECK_SECONDS:
        _checked = (moment, models_problem(settings.MODELS_DIR) or _recogniser_problem())
    return _checked[1]


def _recogniser_problem() -> str | None:
    try:
        own_recogniser()
    except RecogniserError as error:
        return error.sentence()
    return None


def _observe(picture: bytes, view: View) -> Observation:
    return _open().observe(picture, view)


def _open() -> FaceEngine:
    global _engine  # noqa: PLW0603 - one engine per process, as large as it is
    with _lock:
        if _engine is None:
            _engine = FaceEngine.open(settings.MODELS_DIR, threads=1, own=own_recogniser())
        return _engine
