"""The address that tidies code: cells' sources in, tidy sources out. Changes no notebook: the page
takes the answer into its editors, as if somebody had typed it.
"""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.notebooks import access
from lookin.core.formatting.ruff import Formatted, Limits, format_cells
from lookin.core.lib.errors import LookinError

LIMITS = Limits()
AT_ONCE = threading.BoundedSemaphore(2)  # a class that tidies together waits in line
WAIT_SECONDS = 10


@require_POST
@for_people
def format_code(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/format (sources: a JSON list of texts) → `{"error": 0, "cells":
    [{"source", "line", "column", "message"}]}`; line and column (from 1) where it is no Python.
    """
    assert isinstance(request.user, User)
    access.writable_notebook_for(request.user, notebook_id)
    cells = tidy(read_sources(request.POST.get("sources", "")))
    return JsonResponse({"error": 0, "cells": [asdict(cell) for cell in cells]})


def read_sources(text: str) -> list[str]:
    """The list that a page sent. Raises LookinError (`bad_request`)."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, list) and all(isinstance(source, str) for source in value):
        return value
    raise LookinError("The code did not arrive whole.", "Try again.", code="bad_request")


def tidy(sources: list[str]) -> list[Formatted]:
    """`format_cells` for one request at a time or two. Raises LookinError (`busy`, 503, …)."""
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise LookinError(
            "Many people tidy their code at this moment.",
            "Try again in a moment. Your code is as it was.",
            code="busy",
            status=503,
        )
    try:
        return format_cells(sources, LIMITS)
    finally:
        AT_ONCE.release()
