"""The addresses that send a notebook in other forms, made from what people see at this moment.

Every answer is saved by the browser and sandboxed: nothing of a notebook runs in our origin.
"""

from __future__ import annotations

import re
import threading
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from lookin.apps.accounts.access import person_of
from lookin.apps.common.guard import for_people
from lookin.apps.notebooks import access, services
from lookin.apps.notebooks.exports.cleaning import without_scripts
from lookin.apps.notebooks.exports.pages import html_page, page_policy
from lookin.apps.notebooks.exports.printing import print_pdf
from lookin.core.documents.document import Document
from lookin.core.documents.ipynb import read_ipynb, write_ipynb
from lookin.core.documents.percent import to_percent
from lookin.core.documents.prose import to_markdown
from lookin.core.lib.errors import LookinError, NotFoundError

AT_ONCE = threading.BoundedSemaphore(2)  # a large notebook takes a core for a while
WAIT_SECONDS = 20
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its ending's type, and how it is made of a document and a title."""

    content_type: str
    made: Callable[[Document, str], bytes]


@require_safe
@for_people
def export_notebook(request: HttpRequest, notebook_id: uuid.UUID, form: str) -> HttpResponse:
    """GET /notebooks/<id>/export/<form>: ipynb, py, html, md or pdf; for who may see the notebook.

    `?open` shows HTML in the browser, in its sandbox, instead of saving it.
    """
    notebook = access.notebook_for(person_of(request), notebook_id)
    if form not in FORMS:
        raise NotFoundError("There is no such form.", "Go back to the notebook.")
    document = read_ipynb(services.content_of(notebook))
    content = _made(FORMS[form], document, notebook.title)
    response = HttpResponse(content, content_type=FORMS[form].content_type)
    name = f"{_file_name(notebook.title)}.{form}"
    shown = form == "html" and "open" in request.GET
    response["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    policy = page_policy(lives=True, hosts=_hosts())
    response["Content-Security-Policy"] = f"sandbox allow-scripts; {policy}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _made(form: Form, document: Document, title: str) -> bytes:
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise LookinError(
            "Others are downloading notebooks at this moment.",
            "Try again soon.",
            code="busy",
            status=503,
        )
    try:
        return form.made(document, title)
    finally:
        AT_ONCE.release()


def _file_name(title: str) -> str:
    """The title as part of a file's name: no control character reaches a header."""
    text = _BIDI.sub("", title)
    return "".join("_" if unicodedata.category(c)[0] == "C" or c in "/\\" else c for c in text)


def _hosts() -> list[str]:
    return list(getattr(settings, "OUTPUT_HOSTS", ()))


def _html(document: Document, title: str) -> bytes:
    return html_page(document, title, hosts=_hosts()).encode("utf-8", "replace")


def _pdf(document: Document, title: str) -> bytes:
    return print_pdf(html_page(document, title, with_scripts=False))


FORMS: dict[str, Form] = {
    "ipynb": Form("application/x-ipynb+json", lambda document, _: write_ipynb(document)),
    "py": Form("text/x-python; charset=utf-8", lambda document, _: to_percent(document).encode()),
    "html": Form("text/html; charset=utf-8", _html),
    "md": Form(
        "text/markdown; charset=utf-8",
        lambda document, _: to_markdown(document, without_scripts).encode("utf-8", "replace"),
    ),
    "pdf": Form("application/pdf", _pdf),
}
