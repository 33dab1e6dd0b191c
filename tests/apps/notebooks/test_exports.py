"""Notebooks in other forms: what is in them, who gets them, and that nothing in them acts."""

from __future__ import annotations

import json
import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.exports.pages import html_page
from lookin.apps.notebooks.exports.printing import browser_path
from lookin.apps.notebooks.models import Notebook
from lookin.core.documents.document import Cell, Document, document_of
from lookin.core.documents.ipynb import read_ipynb, write_ipynb
from tests.people import client_of

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
BREAKOUT = f"\"'>{EVIL}"
# Shapes of browsers' and sanitisers' holes, old and new (DOMPurify's and OWASP's lists).
CORPUS = [
    EVIL,
    BREAKOUT,
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#x6A;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<form action='https://evil'><button formaction='javascript:alert(1)'>x</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<base href='https://evil/'><meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='https://evil/x.css'><style>@import 'https://evil'</style>",
    "<div style='background:url(https://evil)'>x</div><div style='width:expression(alert(1))'>",
    "<img name=currentScript id=body src='data:text/html;base64,PHNjcmlwdD4='>",
    "<details open ontoggle=alert(1)>x</details>",
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><script>alert(1)</script>",
    "<!--><script>alert(1)</script-->",
    "$\\href{javascript:alert(1)}{x}$ ![$a onerror=alert(1)$](x)",
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "\ue0000\ue001<script>alert(1)</script>",
    "<p style='color:$red;background:url(https://evil);position:fixed$'>$x$</p>",
    "<a title='$x\" onmouseover=alert(1)$'>y</a>",
]


# What took minutes, and some of it the whole web process with it.
FLOODS = {
    "attachments": Cell("m", "markdown", "(attachment:" * 20_000, attachments={"a": {}}),
    "a picture named a thousand times": Cell(
        "m", "markdown", "![](attachment:a)" * 3_000,
        attachments={"a": {"image/png": "A" * 1_000_000}},
    ),
    "elements inside each other": Cell("m", "markdown", "<div>" * 50_000),
    "lines of blanks": Cell("c", "code", "\n " * 90_000),
}  # fmt: skip


class Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def acts(text: str) -> list[str]:
    """Everything in a page that could run, navigate, or fetch by itself."""
    found = []
    for tag, attributes in Page(text).tags:
        if tag in {"script", "object", "embed", "base", "form", "link", "template", "svg", "math"}:
            found.append(tag)
        if tag == "iframe" and attributes.get("sandbox") != "allow-scripts":
            found.append(f"iframe {attributes}")
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":  # type: ignore[union-attr]
            found.append("refresh")
        for name, value in attributes.items():
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if name.startswith("on") or name in {"id", "name", "formaction", "srcset"}:
                found += [] if tag == "meta" else [f"{tag} {name}"]
            if name in {"href", "src"} and not re.match(
                r"https?:|mailto:|data:image/(png|jpeg|gif|webp|svg\+xml);base64,|[^:]*$", address
            ):
                found.append(f"{tag} {name}={value}")
            if name == "style" and "url" in (value or ""):
                found.append(f"{tag} style")
    return found


def code(*outputs: dict[str, Any], **fields: Any) -> Cell:
    return Cell("c", "code", fields.pop("source", "1"), outputs=outputs, **fields)


def shown(**data: Any) -> dict[str, Any]:
    named = {key.replace("__", "/").replace("_", "+"): value for key, value in data.items()}
    return {"output_type": "display_data", "data": named, "metadata": {}}


def one(cell: Cell, **metadata: Any) -> Document:
    return document_of([cell], metadata)


# The sixteen places of GHSL-2021-1013 to 1028 (CVE-2021-32862) that went unescaped into a page.
SIXTEEN: dict[str, Document] = {
    "lexer": one(code(), language_info={"name": "python", "pygments_lexer": BREAKOUT}),
    "language": one(code(), language_info={"name": BREAKOUT}),
    "title": one(code(), title=BREAKOUT),
    "widget state": one(code(), widgets={"application/vnd.jupyter.widget-state+json": BREAKOUT}),
    "widget state script": one(code(), widgets={"x": {"state": {"</script>" + EVIL: 1}}}),
    "tags": one(code(metadata={"tags": [BREAKOUT]})),
    "cell name": one(code(metadata={"name": BREAKOUT, "collapsed": BREAKOUT})),
    "svg": one(code(shown(image__svg_xml=f"<svg onload=alert(1)>{EVIL}</svg>"))),
    "svg file name": one(code(shown(image__svg_xml="<svg/>") | {"svg_filename": BREAKOUT})),
    "picture file name": one(
        code(shown(image__png="iVBO") | {"metadata": {"filenames": {"image/png": BREAKOUT}}})
    ),
    "png": one(code(shown(image__png=BREAKOUT))),
    "jpeg": one(code(shown(image__jpeg=BREAKOUT))),
    "picture size": one(
        code(shown(image__png="iVBO") | {"metadata": {"image/png": {"width": BREAKOUT}}})
    ),
    "widget view": one(
        code({"output_type": "display_data", "metadata": {},
              "data": {"application/vnd.jupyter.widget-view+json": {"model_id": BREAKOUT}}})
    ),
    "raw cell": one(Cell("c", "raw", EVIL, metadata={"raw_mimetype": "text/html"})),
    "latex and json": one(
        code(shown(text__latex=BREAKOUT), shown(application__json={BREAKOUT: BREAKOUT}))
    ),
}  # fmt: skip


@pytest.mark.parametrize("document", SIXTEEN.values(), ids=list(SIXTEEN))
@pytest.mark.parametrize("with_scripts", [True, False])
def test_no_field_of_a_notebook_breaks_out_into_the_page(
    document: Document, with_scripts: bool
) -> None:
    assert acts(html_page(document, BREAKOUT, with_scripts=with_scripts)) == []


@pytest.mark.parametrize("evil", CORPUS)
def test_nothing_in_text_output_or_prose_acts(evil: str) -> None:
    error = {"output_type": "error", "ename": evil, "evalue": evil, "traceback": [evil]}
    stream = {"output_type": "stream", "name": evil, "text": f"\x1b[31m{evil}\x1b[0m\x1b]8;;{evil}"}
    cells = [
        Cell("m", "markdown", evil),
        Cell("a", "markdown", f"![{evil}](attachment:x)", attachments={"x": {"image/png": evil}}),
        code(error, stream, shown(text__plain=evil), shown(text__markdown=evil), source=evil),
        Cell("h", "code", "1", outputs=(shown(text__html=evil),)),
    ]
    page = html_page(document_of(cells, {}), "x", with_scripts=False)
    assert acts(page) == []
    policies = [a.get("content") or "" for tag, a in Page(page).tags if tag == "meta"]
    assert any("script-src 'none'" in policy for policy in policies)
    lively = html_page(document_of(cells, {}), "x")
    assert acts(lively) == []


@pytest.mark.parametrize("cell", FLOODS.values(), ids=list(FLOODS))
def test_no_notebook_takes_minutes_or_all_memory(cell: Cell) -> None:
    began = time.thread_time()
    document = one(cell, language_info={"name": "python"})
    assert len(html_page(document, "x", with_scripts=False)) < 100_000_000
    assert time.thread_time() - began < 15


def test_a_file_cannot_choose_just_any_lexer() -> None:
    page = html_page(one(code(source="alert = 1"), language_info={"name": "perl"}), "x")
    assert ">alert = 1</pre>" in page
    page = html_page(one(code(source="alert = 1"), language_info={"name": "python"}), "x")
    assert 'class="t-n"' in page


def test_output_that_lives_on_scripts_stands_in_a_sandboxed_frame() -> None:
    page = html_page(one(code(shown(text__html=BREAKOUT))), "x")
    frames = [attributes for tag, attributes in Page(page).tags if tag == "iframe"]
    assert [frame["sandbox"] for frame in frames] == ["allow-scripts"]
    assert BREAKOUT in (frames[0]["srcdoc"] or "")
    quiet = html_page(one(code(shown(text__html=BREAKOUT))), "x", with_scripts=False)
    assert "iframe" not in {tag for tag, _ in Page(quiet).tags}


def test_a_table_of_pandas_and_a_picture_stay_what_they_are() -> None:
    table = '<table border="1" class="dataframe"><thead><tr><th>a</th></tr></thead></table>'
    document = one(
        code(shown(text__html=f"<style scoped>x</style>{table}"), shown(image__png="iVBO"))
    )
    page = html_page(document, "x")
    assert '<table border="1" class="dataframe">' in page
    assert 'src="data:image/png;base64,iVBO"' in page
    assert "scoped" not in page


@pytest.mark.parametrize("form", ["ipynb", "py", "html", "md"])
def test_who_may_see_the_notebook_may_take_it_along_and_nobody_else(
    notebook: Notebook, owner: User, member: User, outsider: User, form: str
) -> None:
    address = f"/notebooks/{notebook.id}/export/{form}"
    for person in (owner, member):
        answer = client_of(person).get(address)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Security-Policy"].startswith("sandbox allow-scripts; ")
        assert "allow-same-origin" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_of(outsider).get(address).status_code == 404
    assert client_of(None).get(address).status_code == 302
    assert client_of(owner).post(address).status_code == 405
    assert client_of(owner).get(f"/notebooks/{notebook.id}/export/exe").status_code == 404


def test_html_may_be_opened_in_its_sandbox(notebook: Notebook, owner: User) -> None:
    answer = client_of(owner).get(f"/notebooks/{notebook.id}/export/html?open")
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Security-Policy"].startswith("sandbox allow-scripts; ")
    other = client_of(owner).get(f"/notebooks/{notebook.id}/export/ipynb?open")
    assert other["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["한글 😀", "a\r\nX: y", "x" * 300, '"quote" & <b>', "\u202egpj"])
def test_every_name_becomes_a_safe_header(owner: User, notebook: Notebook, name: str) -> None:
    client = client_of(owner)
    assert client.post(f"/ajax/notebooks/{notebook.id}/rename", {"title": name}).status_code == 200
    answer = client.get(f"/notebooks/{notebook.id}/export/md")
    assert answer.status_code == 200
    assert "\n" not in answer["Content-Disposition"]
    assert "\u202e" not in answer["Content-Disposition"]


def test_an_exported_notebook_is_the_notebook(notebook: Notebook, owner: User) -> None:
    made = document_of([code(shown(image__png="iVBO"), source="x = 1")], {"k": {"x": 1}})
    notebook.file.write_bytes(write_ipynb(made))
    answer = client_of(owner).get(f"/notebooks/{notebook.id}/export/ipynb")
    assert read_ipynb(answer.content) == made
    assert json.loads(answer.content)["nbformat_minor"] == 5


@pytest.mark.skipif(browser_path() is None, reason="skipped: no Chromium on this machine")
def test_a_pdf_is_printed_without_running_or_fetching_anything(
    notebook: Notebook, owner: User
) -> None:
    evil = "".join(CORPUS)
    cells = [Cell("m", "markdown", f"# 제목\n\n{evil}"), code(shown(text__html=evil))]
    notebook.file.write_bytes(write_ipynb(document_of(cells, {})))
    answer = client_of(owner).get(f"/notebooks/{notebook.id}/export/pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


def test_without_a_browser_a_pdf_is_refused_with_a_way_out(
    notebook: Notebook, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    answer = client_of(owner).get(
        f"/notebooks/{notebook.id}/export/pdf", headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (501, "no_browser")
