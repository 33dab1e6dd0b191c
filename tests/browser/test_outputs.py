"""Rich output in Chromium without any network: charts in frames, widgets, hostile output."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from tests.browser.conftest import arrive
from tests.browser.place import Place, running_place
from tests.plotting import plotting_python

PERSON = ("mina", "a window seat by noon")
WAIT_MS = 60_000
PATIENT = pytest.mark.timeout(240)
pytestmark = PATIENT


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place whose kernels have the libraries, and whose frames may reach no host at all."""
    options = {
        "LOOKIN_KERNEL_PYTHON": plotting_python(),
        "LOOKIN_KERNEL_IMPORTS": "numpy",
        "LOOKIN_OUTPUT_HOSTS": "none",
        "LOOKIN_KERNELS_PER_PERSON": "60",  # each test has a notebook of its own
    }
    with running_place(tmp_path_factory.mktemp("gallery"), **options) as running:
        running.add_person(*PERSON)
        yield running


@pytest.fixture
def visitor(browser: Browser, gallery: Place) -> Iterator[Page]:
    context = browser.new_context(base_url=gallery.address, locale="en-GB")
    page = context.new_page()
    arrive(page, PERSON)
    yield page
    context.close()


def open_cells(page: Page, place: Place, *cells: dict[str, Any]) -> None:
    """A notebook of these cells, open in the page."""
    folder = next((place.home / "workspaces").iterdir())
    name = f"{uuid.uuid4().hex[:8]}.ipynb"
    about = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
    (folder / name).write_text(json.dumps(about))
    page.goto(f"/notebooks/open?workspace={folder.name}&path={name}")
    page.wait_for_selector(".opened .cell")


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex[:8], "cell_type": "code", "metadata": {}, "source": source,
        "outputs": list(outputs), "execution_count": None,
    }  # fmt: skip


def shown(**data: Any) -> dict[str, Any]:
    named = {name.replace("_", "/", 1): value for name, value in data.items()}
    return {"output_type": "display_data", "data": named, "metadata": {}}


def run(page: Page, number: int = 0) -> Locator:
    """Run a cell; the cell once it is done."""
    cell = page.locator(".cell").nth(number)
    cell.locator(".run-button").click()
    expect(cell).to_have_class(re.compile(r"\bdone\b"), timeout=WAIT_MS)
    return cell


def framed(cell: Locator) -> Frame:
    """The document in the cell's output frame."""
    handle = cell.locator("iframe.output-frame").element_handle(timeout=WAIT_MS)
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    return frame


CHARTS = {
    "plotly": ("import plotly.express as px\npx.line(x=[1, 2], y=[3, 1])", ".main-svg"),
    "plotly show": ("import plotly.express as px\npx.bar(x=[1], y=[3]).show()", ".main-svg"),
    "bokeh": (
        "from bokeh.plotting import figure, show\nfrom bokeh.io import output_notebook\n"
        "output_notebook()\np = figure(width=300, height=200)\np.line([1, 2], [3, 4])\nshow(p)",
        "canvas",
    ),
    "altair": (
        "import altair as alt, pandas as pd\n"
        "alt.Chart(pd.DataFrame({'a': [1], 'b': [2]})).mark_bar().encode(x='a', y='b')",
        "canvas, .marks",
    ),
    "altair by type": (
        "import altair as alt, pandas as pd\nalt.renderers.enable('mimetype')\n"
        "alt.Chart(pd.DataFrame({'a': [1], 'b': [2]})).mark_bar().encode(x='a', y='b')",
        "canvas, .marks",
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_without_any_network(visitor: Page, gallery: Place, name: str) -> None:
    source, drawn = CHARTS[name]
    open_cells(visitor, gallery, code(source))
    cell = run(visitor)
    framed(cell).wait_for_selector(drawn, timeout=WAIT_MS, state="attached")
    visitor.wait_for_function(
        "() => document.querySelector('iframe.output-frame').offsetHeight > 100", timeout=WAIT_MS
    )


def test_a_map_stands_with_its_marker_without_any_network(visitor: Page, gallery: Place) -> None:
    source = "import folium\nm = folium.Map([37.5, 127])\nfolium.Marker([37.5, 127]).add_to(m)\nm"
    open_cells(visitor, gallery, code(source))
    inner = framed(run(visitor)).wait_for_selector("iframe", timeout=WAIT_MS).content_frame()
    assert inner is not None
    marker = inner.wait_for_selector("img.leaflet-marker-icon", timeout=WAIT_MS)
    inner.wait_for_function("img => img.naturalWidth > 0", arg=marker, timeout=WAIT_MS)


def test_controls_run_python_and_another_tab_follows(visitor: Page, gallery: Place) -> None:
    source = "import ipywidgets as w\n@w.interact(x=(0, 10))\ndef f(x):\n    print('twice', 2 * x)"
    open_cells(visitor, gallery, code(source))
    cell = run(visitor)
    slider = cell.get_by_role("slider", name="x")
    expect(slider).to_have_value("5", timeout=WAIT_MS)
    other = visitor.context.new_page()
    other.goto(visitor.url)
    expect(other.get_by_role("slider", name="x")).to_have_value("5", timeout=WAIT_MS)
    slider.focus()
    slider.press("ArrowRight")
    expect(cell).to_contain_text("twice 12", timeout=WAIT_MS)
    expect(other.get_by_role("slider", name="x")).to_have_value("6", timeout=WAIT_MS)
    expect(other.locator(".cell").first).to_contain_text("twice 12", timeout=WAIT_MS)


def test_progress_bars_move_in_place(visitor: Page, gallery: Place) -> None:
    nested = "for i in tqdm(range(2)):\n    for j in tqdm(range(2), leave=False):\n        pass"
    open_cells(
        visitor, gallery,
        code(f"from tqdm import tqdm\n{nested}"),
        code("from tqdm.notebook import tqdm\nfor i in tqdm(range(3)):\n    pass"),
    )  # fmt: skip
    expect(run(visitor, 0).locator(".stream-text")).to_have_text(re.compile(r"^\s*\S[^\n]*\s*$"))
    bar = run(visitor, 1).get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "3", timeout=WAIT_MS)


def test_a_figure_comes_by_address_and_keeps_its_place(visitor: Page, gallery: Place) -> None:
    open_cells(visitor, gallery, code("import matplotlib.pyplot as plt\nplt.plot([1, 2])"))
    picture = run(visitor).locator(".picture img")
    expect(picture).to_have_attribute("src", re.compile(r"/blobs/[0-9a-f]{64}\?"))
    assert int(picture.get_attribute("width") or 0) > 100
    visitor.wait_for_function("() => document.querySelector('.picture img').naturalWidth > 0")
    saved = next((gallery.home / "workspaces").iterdir())
    deadline = time.monotonic() + 30
    while "iVBORw0KGgo" not in _newest(saved):
        assert time.monotonic() < deadline, "the file never got the real picture"
        visitor.wait_for_timeout(200)


def _newest(folder: Path) -> str:
    return max(folder.glob("*.ipynb"), key=lambda path: path.stat().st_mtime).read_text()


def test_a_script_that_never_ends_leaves_the_page_to_its_reader(
    visitor: Page, gallery: Place
) -> None:
    open_cells(
        visitor, gallery,
        code("", shown(text_html="x<script>setTimeout(() => {for (;;);}, 300)</script>")),
        code("1 + 1"),
    )  # fmt: skip
    visitor.wait_for_timeout(1000)  # the loop has begun; nothing in the page says so
    began = time.monotonic()
    assert visitor.evaluate("() => 40 + 2") == 42
    assert time.monotonic() - began < 5


def test_escape_leaves_a_frame(visitor: Page, gallery: Place) -> None:
    open_cells(visitor, gallery, code("", shown(text_html="<script></script><button>in</button>")))
    frame = framed(visitor.locator(".cell").first)
    frame.get_by_role("button", name="in").focus()
    visitor.keyboard.press("Escape")
    visitor.wait_for_function("() => document.activeElement.closest('.cell') !== null")
    visitor.wait_for_function("() => document.activeElement.tagName !== 'IFRAME'")


HIT = "(parent.hit = 1, top.hit = 1, window.hit = 1)"
PAYLOADS = (
    f"<script>{HIT}</script>",
    f"<img src=x onerror='{HIT}'>",
    f"<svg onload='{HIT}'><animate onbegin='{HIT}' attributeName=x dur=1s></svg>",
    f"<a href='javascript:{HIT}' id=a>x</a>",
    f"<form action='javascript:{HIT}'><button formaction='javascript:{HIT}'>x</button></form>",
    f"<iframe srcdoc='<script>{HIT}</script>'></iframe>",
    f"<math><mtext><table><mglyph><style><img src=x onerror='{HIT}'></style>",
    f"<noscript><p title='</noscript><img src=x onerror={HIT}>'>",
    "<img name=currentScript><form id=body name=cookie>",
    f"<details open ontoggle='{HIT}'><summary>x</summary></details>",
    f"<table background='javascript:{HIT}'><tr><td style='background:url(//evil.example)'>x",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href='//evil.example'>",
)


def hostile(payload: str) -> list[dict[str, Any]]:
    """The payload in every form that an output can have."""
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'>{payload}</svg>"
    chart = {"data": [], "layout": {"title": payload}}
    link = f"\x1b]8;;javascript:{HIT}\x07{payload}"
    return [
        shown(text_html=payload),
        shown(text_markdown=f"**b** {payload}\n\n$\\href{{javascript:{HIT}}}{{x}}$"),
        shown(text_latex=f"$\\href{{javascript:{HIT}}}{{x}}$"),
        shown(**{"image_svg+xml": svg}),
        shown(application_json={payload: [payload]}, text_plain=payload),
        shown(**{"application_vnd.plotly.v1+json": chart}),
        shown(**{"application_vnd.jupyter.widget-view+json": {"model_id": payload}}),
        shown(application_javascript=f"{HIT}; top.location = '//evil.example'"),
        {"output_type": "stream", "name": "stdout", "text": link},
        {"output_type": "error", "ename": payload, "evalue": payload, "traceback": [payload]},
    ]


def test_hostile_output_never_reaches_the_page(visitor: Page, gallery: Place) -> None:
    cells = [code(payload, *hostile(payload)) for payload in PAYLOADS]
    address = visitor.url
    open_cells(visitor, gallery, *cells)
    for number in range(len(cells)):
        visitor.locator(".cell").nth(number).scroll_into_view_if_needed()
        visitor.wait_for_timeout(150)  # for what loads late; that nothing happens has no sign
    assert visitor.evaluate("() => window.hit") is None
    assert visitor.url.split("/notebooks/")[0] == address.split("/service")[0]
    wrong = (
        ".outputs :is(script, object, embed, form, [onerror], [onload], [ontoggle], [id=a],"
        " [name=currentScript], a[href^='javascript'], [style*='evil'])"
    )
    assert visitor.locator(wrong).count() == 0
    for frame in visitor.query_selector_all(".outputs iframe"):
        assert frame.get_attribute("sandbox") == "allow-scripts"


def test_hostile_controls_never_reach_the_page(visitor: Page, gallery: Place) -> None:
    source = (
        f"import ipywidgets as w\nevil = {PAYLOADS!r}\n"
        "w.VBox([w.HTML(p, description=p) for p in evil] + [w.Label(p) for p in evil]"
        " + [w.Dropdown(options=list(evil), description=evil[0]), w.Button(description=evil[1]),"
        " w.Accordion([w.HTMLMath(evil[1])], titles=(evil[1],))])"
    )
    open_cells(visitor, gallery, code(source))
    cell = run(visitor)
    expect(cell.get_by_role("combobox")).to_be_visible(timeout=WAIT_MS)
    assert visitor.evaluate("() => window.hit") is None
    assert cell.locator(".outputs :is(script, [onerror], form, iframe)").count() == 0
