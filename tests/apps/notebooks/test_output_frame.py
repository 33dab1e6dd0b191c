"""The page that fences output with scripts: what its policy allows, whoever asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lookin.apps.notebooks.frames import frame_policy
from lookin.apps.notebooks.libraries import packages_folder

OWN = "http://testserver"


def directives(policy: str) -> dict[str, str]:
    """As a browser reads them."""
    return dict(part.partition(" ")[::2] for part in policy.split("; "))


def policy() -> dict[str, str]:
    """The directives of the frame as it is served."""
    response = Client().get("/frame/output")
    assert response.status_code == 200
    return directives(response["Content-Security-Policy"])


def test_the_frame_has_an_origin_of_its_own_also_when_it_is_opened_by_itself() -> None:
    assert policy()["sandbox"].split() == ["allow-scripts"]


def test_the_frame_reaches_no_form_and_no_connection() -> None:
    found = policy()
    assert found["default-src"] == "'none'"
    assert found["form-action"] == "'none'"
    assert found["connect-src"] == "data: blob:"


def test_the_frame_loads_our_libraries_and_nothing_else_where_no_host_is_named() -> None:
    for name, sources in directives(frame_policy(OWN, ())).items():
        for source in sources.split():
            assert "*" not in source
            if "//" in source:
                ours = {f"{OWN}/static/assets/", f"{OWN}/frame/library/"}
                assert source in ours, (name, source)


def test_a_host_that_was_named_gives_programs_and_a_domain_of_many_only_pictures() -> None:
    found = directives(frame_policy(OWN, ("cdn.example.org", "*.tiles.example.org")))
    assert "https://cdn.example.org" in found["script-src"].split()
    assert "https://cdn.example.org" in found["img-src"].split()
    assert "https://*.tiles.example.org" in found["img-src"].split()
    assert "tiles" not in found["script-src"] + found["style-src"] + found["connect-src"]


@pytest.mark.parametrize("lie", ["*", "a; script-src *", "https://x.org", "x.org/ *", "'self'", ""])
def test_what_is_no_host_never_reaches_the_policy(lie: str) -> None:
    assert frame_policy(OWN, (lie,)) == frame_policy(OWN, ())


def test_only_our_own_pages_may_hold_the_frame() -> None:
    response = Client().get("/frame/output")
    assert policy()["frame-ancestors"] == "'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_frame_holds_nothing_of_anybody() -> None:
    response = Client().get("/frame/output")
    assert not response.cookies
    assert b"csrf" not in response.content
    assert Client().post("/frame/output").status_code in {403, 405}


@pytest.fixture
def environment(tmp_path: Path, settings: Any) -> Path:
    """A kernels' environment that has plotly and bokeh."""
    settings.KERNEL_PYTHON = tmp_path / "bin" / "python"
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for name, content in {
        "plotly/package_data/plotly.min.js": "var Plotly",
        "plotly/offline/_plotlyjs_version.py": '__plotlyjs_version__ = "3.1.0"\n',
        "bokeh/server/static/js/bokeh.min.js": "var Bokeh",
        "bokeh-3.9.2.dist-info/METADATA": "",
        "secret.js": "no",
    }.items():
        path = packages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert packages_folder() == packages
    return packages


@pytest.mark.usefixtures("environment")
def test_a_library_of_the_kernels_is_served_for_frames_of_no_origin() -> None:
    found = Client().get("/frame/libraries").json()
    assert found["plotly"] == {"version": "3.1.0", "address": "/frame/library/plotly/3.1.0/"}
    response = Client().get(f"{found['bokeh']['address']}bokeh.min.js")
    assert b"".join(response.streaming_content) == b"var Bokeh"
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    "path",
    [
        "plotly/3.1.0/secret.js",
        "plotly/3.1.0/..%2f..%2fsecret.js",
        "plotly/9.9.9/plotly.min.js",
        "plotly/3.1.0/bokeh.min.js",
        "bokeh/3.9.2/bokeh-api.min.js",
        "numpy/1/numpy.js",
    ],
)
def test_no_other_file_of_the_environment_is_served(path: str) -> None:
    assert Client().get(f"/frame/library/{path}").status_code == 404


def test_without_libraries_there_is_a_list_all_the_same(tmp_path: Path, settings: Any) -> None:
    settings.KERNEL_PYTHON = tmp_path / "bin" / "python"
    assert Client().get("/frame/libraries").json() == {}
