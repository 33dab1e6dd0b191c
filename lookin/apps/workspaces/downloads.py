"""A file as an answer: sent in pieces, saved by the browser, never run in our origin.

Django's FileResponse under ASGI reads the whole file into memory first; this one does not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from lookin.apps.workspaces.files import OpenFile

PIECE_BYTES = 262_144


class Pieces:
    """The bytes of an open file, read in a thread while the event loop goes on."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """No more than was announced, though the file may grow or shrink meanwhile."""
        while piece := await asyncio.to_thread(self._stream.read, min(PIECE_BYTES, self._left)):
            self._left -= len(piece)
            yield piece

    def close(self) -> None:
        """Called by Django when the answer is sent, or the browser has gone."""
        self._stream.close()


def as_download(found: OpenFile) -> StreamingHttpResponse:
    """The answer that saves `found` under its name (RFC 6266, RFC 5987 for Korean names)."""
    pieces = Pieces(found.stream, found.size)
    response = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    response["Content-Length"] = found.size
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    return response
