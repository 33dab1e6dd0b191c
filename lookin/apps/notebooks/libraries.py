"""The scripts of plotting libraries, served from the kernels' environment to output frames.

So a class without internet has the very version that its kernels write for. Only the files named
here, never a path that somebody sends.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from lookin.core.lib.errors import NotFoundError

_BOKEH = ("bokeh", "bokeh-gl", "bokeh-widgets", "bokeh-tables", "bokeh-mathjax", "bokeh-api")
_FOLDERS = {"plotly": "plotly/package_data", "bokeh": "bokeh/server/static/js"}
_FILES = {
    "plotly": {"plotly.min.js"},
    "bokeh": {f"{part}.min.js" for part in _BOKEH},
}
_PLOTLY_VERSION = "plotly/offline/_plotlyjs_version.py"
YEAR_SECONDS = 31_536_000


@require_safe
def list_libraries(request: HttpRequest) -> JsonResponse:
    """GET /frame/libraries: `{name: {version of its scripts, address but for the file}}`."""
    found = {
        name: {"version": version, "address": f"/frame/library/{name}/{version}/"}
        for name, version in installed().items()
    }
    response = JsonResponse(found)
    response["Cache-Control"] = "private, max-age=60"
    return response


@require_safe
def send_library(request: HttpRequest, name: str, version: str, file: str) -> HttpResponseBase:
    """GET /frame/library/<name>/<version>/<file>: for frames, which have no origin of their own.

    Raises NotFoundError for whatever is not installed in that version.
    """
    packages = packages_folder()
    if packages is None or file not in _FILES.get(name, ()) or installed().get(name) != version:
        raise NotFoundError("There is no such library here.")
    try:
        stream = (packages / _FOLDERS[name] / file).open("rb")
    except OSError as error:
        raise NotFoundError("There is no such library here.") from error
    response = FileResponse(stream, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"  # programs that anybody may have, and no cookie
    return response


def installed() -> dict[str, str]:
    """The libraries of the kernels' environment, by name, with the version of their scripts."""
    packages = packages_folder()
    if packages is None:
        return {}
    return _installed(packages, packages.stat().st_mtime_ns)


def packages_folder() -> Path | None:
    """Where the kernels' environment keeps its packages; None where that cannot be told."""
    python: Path = settings.KERNEL_PYTHON
    return next(iter((python.parent.parent / "lib").glob("python3*/site-packages")), None)


@lru_cache(maxsize=4)
def _installed(packages: Path, _changed: int) -> dict[str, str]:
    versions = {"plotly": _plotly(packages), "bokeh": _bokeh(packages)}
    return {name: version for name, version in versions.items() if version}


def _plotly(packages: Path) -> str | None:
    """Its scripts count on their own, apart from the package."""
    try:
        text = (packages / _PLOTLY_VERSION).read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r'"(\d+\.\d+\.\d+)"', text)
    there = (packages / _FOLDERS["plotly"] / "plotly.min.js").is_file()
    return found[1] if found and there else None


def _bokeh(packages: Path) -> str | None:
    for about in packages.glob("bokeh-*.dist-info"):
        found = re.fullmatch(r"bokeh-(\d[\w.]*)\.dist-info", about.name)
        if found and (packages / _FOLDERS["bokeh"] / "bokeh.min.js").is_file():
            return found[1]
    return None
