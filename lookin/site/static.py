"""The built front end, served from disk. Not for people's files: those go through workspaces."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

# Vite puts a hash of the content into the name of everything below assets/.
_SMALLER = {"br": ".br", "gzip": ".gz"}  # made by the build (web/vite.config.ts), best first
_FOREVER = "public, max-age=31536000, immutable"


class ForeverStaticFiles(StaticFiles):
    """Starlette's files, cached for a year when their name holds their hash."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is not there is a plain 404."""
        try:
            await super().__call__(scope, receive, send)
        except HTTPException as error:
            await PlainTextResponse(error.detail, error.status_code)(scope, receive, send)

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, compressed for who takes it so, with how long it may be kept."""
        small = _compressed(str(full_path), scope)
        if small is None:
            response = super().file_response(full_path, stat_result, scope, status_code)
        else:
            coding, path = small
            response = super().file_response(path, Path(path).stat(), scope, status_code)
            response.headers["Content-Encoding"] = coding
            response.headers["Content-Type"] = _type_of(str(full_path))
        if Path(f"{full_path}.gz").is_file():
            response.headers["Vary"] = "Accept-Encoding"
        hashed = "/assets/" in scope["path"]
        response.headers["Cache-Control"] = _FOREVER if hashed else "no-cache"
        return response


def _compressed(path: str, scope: Scope) -> tuple[str, str] | None:
    """The first coding that the browser takes and the build has made, and its file."""
    headers = Headers(scope=scope)
    if "range" in headers:  # parts are counted in the plain file
        return None
    taken = {word.strip() for word in headers.get("accept-encoding", "").lower().split(",")}
    for coding, ending in _SMALLER.items():
        if coding in taken and Path(path + ending).is_file():
            return coding, path + ending
    return None


def _type_of(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "text/plain"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
