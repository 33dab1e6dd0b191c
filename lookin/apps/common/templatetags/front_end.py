"""`{% front_end %}`: the built script and styles of the page, found through Vite's manifest."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
ENTRY = "src/main.ts"


@register.simple_tag
def front_end() -> SafeString:
    """Link and script elements of the entry. Empty when nothing is built: pages work without."""
    path: Path = settings.WEB_DIST / "manifest.json"
    try:
        manifest = _manifest(path, path.stat().st_mtime_ns)
    except OSError:
        return SafeString("")
    entry = manifest[ENTRY]
    styles = format_html_join(
        "", '<link rel="stylesheet" href="/static/{}">', ((name,) for name in entry.get("css", []))
    )
    return format_html('{}<script type="module" src="/static/{}"></script>', styles, entry["file"])


@lru_cache(maxsize=2)
def _manifest(path: Path, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
