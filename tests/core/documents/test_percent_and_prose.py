"""Notebooks as scripts and as Markdown, there and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lookin.core.documents.document import Cell, Document, document_of
from lookin.core.documents.ipynb import read_ipynb, write_ipynb
from lookin.core.documents.percent import from_percent, to_percent
from lookin.core.documents.prose import fenced, from_markdown, to_markdown

LINES = st.text(st.sampled_from("ab한😀 =#`~\"'"), max_size=12).filter(
    lambda line: not line.lstrip("# ").startswith("%%")
)
TEXTS = st.lists(LINES, min_size=1, max_size=4).map("\n".join)
KINDS = st.sampled_from(["code", "markdown", "raw"])


def document(*cells: tuple[str, str]) -> Document:
    return document_of([Cell(f"c{n}", kind, text) for n, (kind, text) in enumerate(cells)], {})


def plain(made: Document) -> list[tuple[str, str]]:
    return [(cell.type, cell.source) for cell in made]


@given(st.lists(st.tuples(KINDS, TEXTS), max_size=4))
def test_a_script_gives_the_cells_back(cells: list[tuple[str, str]]) -> None:
    kept = [(kind, text.strip("\n")) for kind, text in cells if text.strip()]
    back = from_percent(to_percent(document(*cells)))
    if kept:
        assert plain(back) == kept
    assert read_ipynb(write_ipynb(back)).order == back.order


def test_magics_are_comments_in_a_script_and_magics_again_in_a_notebook() -> None:
    made = document(("code", "%matplotlib inline\n!ls\nx = 1 % 2"), ("code", "%%time\nx"))
    script = to_percent(made)
    assert "# %matplotlib inline\n# !ls\nx = 1 % 2" in script
    compile(script, "script.py", "exec")
    assert plain(from_percent(script)) == plain(made)


def test_a_script_without_marks_is_one_cell_and_jupytext_heads_go() -> None:
    assert plain(from_percent("import os\r\nprint(1)\r\n")) == [("code", "import os\nprint(1)")]
    head = '# ---\n# jupyter:\n#   x: 1\n# ---\n\n# %% [markdown] {"a": 1}\n# hi\n# %% a title\n1\n'
    assert plain(from_percent(head)) == [("markdown", "hi"), ("code", "1")]
    assert [c.type for c in from_percent("")] == ["code"]


def test_python_fences_are_cells_and_other_fences_stay_prose() -> None:
    text = "# T\n\n```python\nx = 1\n```\n\nand\n\n```sh\nls\n```\n\n~~~py\ny\n~~~\n"
    assert plain(from_markdown(text)) == [
        ("markdown", "# T"),
        ("code", "x = 1"),
        ("markdown", "and\n\n```sh\nls\n```"),
        ("code", "y"),
    ]
    assert plain(from_markdown("```python\nopen")) == [("code", "open")]


@given(st.lists(TEXTS.filter(str.strip), max_size=4))
def test_code_in_markdown_comes_back_whatever_fences_it_holds(texts: list[str]) -> None:
    back = from_markdown(to_markdown(document(*(("code", t) for t in texts)), str))
    if texts:
        assert [c.source for c in back] == [text.strip("\n") for text in texts]


def test_outputs_stand_in_markdown_and_pictures_are_whole() -> None:
    outputs = (
        {"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m ```\n"},
        {"output_type": "display_data", "data": {"image/png": "iVBO\nRw==", "text/plain": "f"}},
        {"output_type": "execute_result", "data": {"text/html": "<b>x</b>", "text/plain": "x"}},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["\x1b[1mE\x1b[0m"]},
    )
    cell = Cell("a", "code", "1", outputs=outputs)
    attached = Cell(
        "b", "markdown", "![p](attachment:p.png)", attachments={"p.png": {"image/png": "aa=="}}
    )
    text = to_markdown(document_of([cell, attached], {}), lambda html: "")
    assert "````\nred ```\n````" in text
    assert "![](data:image/png;base64,iVBORw==)" in text
    assert "```\nx\n```" in text
    assert "```\nE\n```" in text
    assert "![p](data:image/png;base64,aa==)" in text
    assert fenced("````").startswith("`````\n")
