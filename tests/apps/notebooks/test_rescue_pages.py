"""A broken notebook's page, what is saved from it, files that become notebooks, and copies."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces.models import Workspace
from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.ipynb import read_ipynb, write_ipynb
from tests.people import client_of

WHOLE = write_ipynb(document_of([Cell("a", "code", "x = 1"), Cell("b", "code", "y = 2")], {}))
CUT = WHOLE[: WHOLE.index(b"y = 2")]
CONFLICT = WHOLE.replace(
    b'    "y = 2"\n', b'<<<<<<< HEAD\n    "y = 2"\n=======\n    "y = 3"\n>>>>>>> <b>branch</b>\n'
)
EVIL = b'{"nbformat": 4, "cells": [{"cell_type": "raw", "source": "</pre><script>x</script>" }]'


def _sources(path: Path) -> list[str]:
    return [cell.source for cell in read_ipynb(path.read_bytes())]


def test_a_broken_notebook_says_where_and_what_can_be_saved(
    notebook: Notebook, owner: User, member: User, outsider: User
) -> None:
    notebook.file.write_bytes(CUT)
    page = client_of(owner).get(f"/notebooks/{notebook.id}")
    assert page.status_code == 422
    text = page.content.decode()
    assert "ends in the middle" in text
    assert 'name="kind" value="cells"' in text
    assert 'name="kind"' not in client_of(member).get(f"/notebooks/{notebook.id}").content.decode()
    assert client_of(outsider).get(f"/notebooks/{notebook.id}").status_code == 404
    assert notebook.file.read_bytes() == CUT


@pytest.mark.parametrize(("kind", "line"), [("ours", "y = 2"), ("theirs", "y = 3")])
def test_a_side_of_a_conflict_becomes_a_notebook_beside_the_untouched_file(
    notebook: Notebook, owner: User, kind: str, line: str
) -> None:
    notebook.file.write_bytes(CONFLICT)
    text = client_of(owner).get(f"/notebooks/{notebook.id}").content.decode()
    assert "HEAD" in text
    assert "&lt;b&gt;branch&lt;/b&gt;" in text
    client = client_of(owner)
    answer = client.post(f"/notebooks/{notebook.id}/rescue", {"kind": kind})
    assert answer.status_code == 303
    made = Notebook.objects.get(pk=answer["Location"].rpartition("/")[2])
    assert _sources(made.file) == ["x = 1", line]
    assert made.file.parent == notebook.file.parent
    assert notebook.file.read_bytes() == CONFLICT


def test_rescuing_needs_rights_a_token_and_something_to_rescue(
    notebook: Notebook, owner: User, member: User, outsider: User
) -> None:
    notebook.file.write_bytes(CUT)
    address = f"/notebooks/{notebook.id}/rescue"
    before = sorted(notebook.file.parent.iterdir())
    assert client_of(member).post(address, {"kind": "cells"}).status_code == 403
    assert client_of(outsider).post(address, {"kind": "cells"}).status_code == 404
    checked = client_of(owner, checks_csrf=True).post(address, {"kind": "cells"})
    assert checked.status_code == 403
    assert client_of(owner).get(address).status_code == 405
    for kind in ("", "ours", "live", "checkpoint", "../x"):
        assert client_of(owner).post(address, {"kind": kind}).status_code == 404
    assert sorted(notebook.file.parent.iterdir()) == before


def test_jupyters_own_copy_is_offered_and_a_link_in_its_place_is_not(
    notebook: Notebook, owner: User, tmp_path: Path
) -> None:
    notebook.file.write_bytes(b"{")
    folder = notebook.file.parent / ".ipynb_checkpoints"
    folder.mkdir()
    copy = folder / f"{notebook.title}-checkpoint.ipynb"
    copy.write_bytes(WHOLE)
    address = f"/notebooks/{notebook.id}"
    assert 'value="checkpoint"' in client_of(owner).get(address).content.decode()
    answer = client_of(owner).post(f"{address}/rescue", {"kind": "checkpoint"})
    made = Notebook.objects.get(pk=answer["Location"].rpartition("/")[2])
    assert _sources(made.file) == ["x = 1", "y = 2"]
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(WHOLE)
    copy.unlink()
    copy.symlink_to(secret)
    assert 'value="checkpoint"' not in client_of(owner).get(address).content.decode()


def test_what_is_shown_of_a_broken_file_cannot_act(notebook: Notebook, owner: User) -> None:
    notebook.file.write_bytes(EVIL)
    assert "<script>x" not in client_of(owner).get(f"/notebooks/{notebook.id}").content.decode()


def test_a_large_broken_file_is_answered_soon(notebook: Notebook, owner: User) -> None:
    notebook.file.write_bytes(b'{"cells": [' + b'{"source": ["a", "b" "c"]},' * 400_000)
    began = time.perf_counter()
    assert client_of(owner).get(f"/notebooks/{notebook.id}").status_code == 422
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("name", "content", "cells"),
    [
        ("분석 😀.py", "# %% [markdown]\n# # 제목\n# %%\nx = 1\n".encode(), ["# 제목", "x = 1"]),
        ("plain.py", b"print(1)\n", ["print(1)"]),
        ("글.md", "# 제목\n\n```python\nx = 1\n```\n".encode(), ["# 제목", "x = 1"]),
        ("old.py", "# 한글\n".encode("cp949"), ["# 한글"]),
        ("a" * 240 + ".py", b"1", ["1"]),
    ],
)
def test_a_script_or_a_text_becomes_a_notebook_beside_it(
    shared: Workspace, owner: User, name: str, content: bytes, cells: list[str]
) -> None:
    (shared.folder / name).write_bytes(content)
    fields = {"workspace": str(shared.id), "path": name}
    answer = client_of(owner).post("/ajax/notebooks/import", fields).json()
    assert answer["error"] == 0
    assert _sources(shared.folder / answer["path"]) == cells
    assert (shared.folder / name).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.txt", b"x", 400),
        ("a.py", b"\0\0", 400),
        ("a.py", b"\xff\xfe\xff", 400),
        ("big.py", b"#" * 5_000_001, 413),
        (".hidden.py", b"x", 404),
    ],
)
def test_what_cannot_become_a_notebook_is_said(
    shared: Workspace, owner: User, name: str, content: bytes, status: int
) -> None:
    (shared.folder / name).write_bytes(content)
    fields = {"workspace": str(shared.id), "path": name}
    assert client_of(owner).post("/ajax/notebooks/import", fields).status_code == status
    assert not list(shared.folder.glob("*.ipynb"))


def test_importing_needs_rights_and_stays_in_the_workspace(
    shared: Workspace, owner: User, member: User, outsider: User
) -> None:
    (shared.folder / "a.py").write_bytes(b"1")
    (shared.folder.parent / "b.py").write_bytes(b"1")
    fields = {"workspace": str(shared.id), "path": "a.py"}
    assert client_of(member).post("/ajax/notebooks/import", fields).status_code == 403
    assert client_of(outsider).post("/ajax/notebooks/import", fields).status_code == 404
    assert client_of(owner).get("/ajax/notebooks/import").status_code == 405
    for path in ("../b.py", "/etc/passwd.py", "", "no.py"):
        answer = client_of(owner).post("/ajax/notebooks/import", {**fields, "path": path})
        assert answer.status_code in {400, 404}, path


def test_a_copy_says_that_it_is_one_and_has_everything(notebook: Notebook, owner: User) -> None:
    notebook.file.write_bytes(WHOLE)
    answer = client_of(owner).post(f"/ajax/notebooks/{notebook.id}/duplicate").json()
    assert answer["title"] == f"{notebook.title} (copy)"
    assert (notebook.file.parent / answer["path"]).read_bytes() == WHOLE


def test_a_member_takes_a_copy_to_their_own_files(notebook: Notebook, member: User) -> None:
    answer = client_of(member).post(f"/ajax/notebooks/{notebook.id}/copy").json()
    copy = Notebook.objects.get(pk=answer["id"])
    assert copy.workspace.owner == member
    assert copy.title == notebook.title
