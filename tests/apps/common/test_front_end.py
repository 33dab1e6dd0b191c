"""The page's scripts and styles, found through the manifest of the build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.common.templatetags.front_end import fetch_early

MANIFEST: dict[str, dict[str, Any]] = {
    "src/main.ts": {"file": "assets/main.js", "css": ["assets/main.css"]},
    "src/notebook/view.ts": {
        "file": "assets/view.js",
        "imports": ["_outputs.js", "src/main.ts"],
        "dynamicImports": ["src/notebook/find/findbar.ts"],
        "css": ["assets/view.css"],
    },
    "_outputs.js": {"file": "assets/outputs.js", "imports": ["src/notebook/view.ts"]},
    "src/notebook/find/findbar.ts": {"file": "assets/findbar.js"},
}


@pytest.fixture
def built(tmp_path: Path, settings: Any) -> Path:
    settings.WEB_DIST = tmp_path
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    return tmp_path


def test_a_feature_s_chunks_are_named_once_and_what_is_asked_for_later_is_not(built: Path) -> None:
    early = fetch_early("notebook")
    assert early.count('<link rel="modulepreload" href="/static/assets/view.js">') == 1
    assert early.count("assets/outputs.js") == 1
    assert '<link rel="stylesheet" href="/static/assets/view.css">' in early
    assert "findbar" not in early
    assert "main" not in early


def test_a_page_works_where_nothing_is_built(tmp_path: Path, settings: Any) -> None:
    settings.WEB_DIST = tmp_path
    assert fetch_early("notebook") == ""


def test_a_feature_that_the_build_does_not_know_fetches_nothing(built: Path) -> None:
    assert fetch_early("elsewhere") == ""
