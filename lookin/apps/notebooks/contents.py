"""Parts of a live notebook that travel beside its socket: blobs of outputs, and whole printed text.

Who may see the notebook may see them. They never run in our origin: sandboxed, never as HTML.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.notebooks import access, broker
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces.downloads import Pieces
from lookin.core.documents.blobs import is_digest
from lookin.core.documents.printed import left_out_mark, plain
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.ids import is_cell_id

TEXT_FOLDER = "texts"  # as textfiles.py
BLOB_FOLDER = "blobs"  # as the broker's blobfiles.py, which the web process does not import
_SHOWN_AS = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "image/svg+xml",
}
TEXT = "text/plain; charset=utf-8"
YEAR_SECONDS = 31_536_000


@require_safe
@for_people
def show_blob(request: HttpRequest, notebook_id: uuid.UUID, digest: str) -> HttpResponseBase:
    """GET /notebooks/<id>/blobs/<sha256>?mime=…: a picture as what it is, all else as plain text.

    Raises NotFoundError when the notebook is not the person's to see, is not open, or lacks it.
    """
    assert isinstance(request.user, User)
    notebook = access.notebook_for(request.user, notebook_id)
    stream = _opened(live_folder(str(notebook.id)) / BLOB_FOLDER / _checked(digest))
    response = as_part(stream, shown_type(request.GET.get("mime", "")))
    response["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return response


def shown_type(mime: str) -> str:
    """What content of this type is answered as: pictures as themselves, all else as text."""
    return mime if mime in _SHOWN_AS else TEXT


@require_safe
@for_people
def show_text(request: HttpRequest, notebook_id: uuid.UUID, cell: str) -> HttpResponseBase:
    """GET /notebooks/<id>/cells/<cell>/text: all that the cell printed, as plain text.

    Raises NotFoundError, or LookinError (`broker_away`).
    """
    assert isinstance(request.user, User)
    notebook = access.notebook_for(request.user, notebook_id)
    if not is_cell_id(cell):
        raise _missing()
    said = async_to_sync(broker.printed_text)(notebook, cell)
    response = StreamingHttpResponse(_whole(notebook, cell, said), content_type=TEXT)
    _fence(response)
    response["Cache-Control"] = "private, no-store"
    return response


async def _whole(notebook: Notebook, cell: str, said: dict[str, Any]) -> AsyncIterator[bytes]:
    """What stands before the mark, what the mark stands for when it is kept, and the end."""
    yield plain(said["before"]).encode()
    if said["left_out"]:
        path = live_folder(str(notebook.id)) / TEXT_FOLDER / cell
        kept = await asyncio.to_thread(_kept, path, said["left_out"])
        yield left_out_mark(said["left_out"]).encode() if kept is None else plain(kept).encode()
    yield plain(said["after"]).encode()


def _kept(path: Path, chars: int) -> str | None:
    """The file's text; None unless it holds exactly as many characters as were left out."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return text if len(text) == chars else None


def live_folder(notebook: str) -> Path:
    """Where the broker keeps what is live of a notebook."""
    home: Path = settings.HOME
    return home / "live" / notebook


def as_part(stream: BinaryIO, content_type: str) -> StreamingHttpResponse:
    """The open file as an answer that can neither run, nor be framed, nor be used elsewhere."""
    size = os.fstat(stream.fileno()).st_size
    response = StreamingHttpResponse(Pieces(stream, size), content_type=content_type)
    response["Content-Length"] = size
    _fence(response)
    return response


def _fence(response: HttpResponseBase) -> None:
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"


def _checked(digest: str) -> str:
    if not is_digest(digest):
        raise _missing()
    return digest


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise _missing() from error


def _missing() -> NotFoundError:
    return NotFoundError("This part of the output is not here any more.", "Run the cell again.")
