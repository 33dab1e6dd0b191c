"""The built front end, served from disk. Not for people's files: those go through workspaces."""

from __future__ import annotations

import os
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

# Vite puts a hash of the content into the name of everything below assets/.
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
        """The file, with how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = "/assets/" in scope["path"]
        response.headers["Cache-Control"] = _FOREVER if hashed else "no-cache"
        return response
