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


@register.simple_tag
def fetch_early(feature: str) -> SafeString:
    """What the feature's script will ask for, all at once instead of one after the other."""
    path: Path = settings.WEB_DIST / "manifest.json"
    try:
        manifest = _manifest(path, path.stat().st_mtime_ns)
    except OSError:
        return SafeString("")
    chunks = _with_imports(manifest, f"src/{feature}/view.ts")
    scripts = [manifest[name]["file"] for name in chunks]
    styles = [style for name in chunks for style in manifest[name].get("css", [])]
    return format_html(
        "{}{}",
        format_html_join(
            "", '<link rel="stylesheet" href="/static/{}">', ((name,) for name in styles)
        ),
        format_html_join(
            "", '<link rel="modulepreload" href="/static/{}">', ((name,) for name in scripts)
        ),
    )


def _with_imports(manifest: dict[str, Any], name: str) -> list[str]:
    """A chunk and all that it imports at once, each one time; the page's entry is there anyway."""
    found: list[str] = []
    waiting = [name]
    while waiting:
        chunk = waiting.pop()
        if chunk in found or chunk == ENTRY or chunk not in manifest:
            continue
        found.append(chunk)
        waiting += manifest[chunk].get("imports", [])
    return found


@lru_cache(maxsize=2)
def _manifest(path: Path, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
