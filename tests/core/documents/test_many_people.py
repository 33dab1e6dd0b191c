"""People and tabs in any order, cut lines, brokers that die: one document in the end."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lookin.core.documents import inputs as i
from lookin.core.documents import trash
from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.roles import LEAST_ROLE
from tests.core.documents.model_pages import Broker, Page, settled

MOST_DELETED = 4
PICTURE = "iVBORw0KGgo="
# A syllable as it grows under the fingers: each form takes the place of the one before.
COMPOSING = (("ㅎ", "하", "한"), ("ㄱ", "고", "곧"), ("ㄷ", "다", "닭", "달가"))
PAGES = st.integers(0, 3)
NUMBERS = st.integers(0, 30)


class ManyPeople(RuleBasedStateMachine):
    """Pages 0 and 1 are two tabs of one person; 2 is somebody else; 3 may only look."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: dict[str, str] = {}  # a word that nobody else types: who typed it
        self.pushes: dict[tuple[str, int], list[str]] = {}
        self.made = 0

    @initialize(
        sources=st.lists(st.sampled_from(["", "한글 😀 text", "a\nb"]), min_size=1, max_size=3)
    )
    def begin(self, sources: list[str]) -> None:
        kinds = ("code", "markdown", "raw")
        cells = [Cell(f"c{n}", kinds[n % 3], source) for n, source in enumerate(sources)]
        self.broker = Broker(document_of(cells, {}))
        who = (
            ("a", "p1", "owner"),
            ("b", "p1", "owner"),
            ("c", "p2", "editor"),
            ("d", "p3", "viewer"),
        )
        self.pages = [Page(*one) for one in who]
        for page in self.pages:
            page.connect(self.broker)
            self.broker.hear(page.client)
            page.listen()

    # ---- people

    def cell_of(self, page: Page, number: int) -> str | None:
        order = page.document.order if page.document else ()
        return order[number % len(order)] if order else None

    @rule(
        who=PAGES,
        where=NUMBERS,
        at=NUMBERS,
        removed=st.integers(0, 5),
        words=st.sampled_from(["", "x", "😀", "é\n", "가"]),
    )
    def type(self, who: int, where: int, at: int, removed: int, words: str) -> None:
        page = self.pages[who]
        cell = self.cell_of(page, where)
        if cell is None or page.role == "viewer":
            return
        self.made += 1
        word = f"⟨{self.made}⟩"
        self.typed[word] = page.client
        page.editor(cell).type(at, removed, words + word)
        page.push(cell)

    @rule(
        who=PAGES, where=NUMBERS, at=NUMBERS, forms=st.sampled_from(COMPOSING), breath=st.booleans()
    )
    def compose(self, who: int, where: int, at: int, forms: tuple[str, ...], breath: bool) -> None:
        page = self.pages[who]
        cell = self.cell_of(page, where)
        if cell is None or page.role == "viewer":
            return
        editor = page.editor(cell)
        at %= len(editor.text) + 1
        for number, form in enumerate(forms):
            editor.type(at, len(forms[number - 1]) if number else 0, form)
            if breath:
                page.push(cell)
        page.push(cell)

    @rule(who=PAGES, kind=st.sampled_from(["code", "markdown"]), where=NUMBERS, top=st.booleans())
    def insert(self, who: int, kind: str, where: int, top: bool) -> None:
        page = self.pages[who]
        self.made += 1
        cell = {
            "id": f"n{self.made}",
            "type": kind,
            "source": "new 새\n",
            "metadata": {"tags": ["t"]},
        }
        page.ask(op="insert", cell=cell, after=None if top else self.cell_of(page, where))

    @rule(who=PAGES, where=NUMBERS)
    def delete(self, who: int, where: int) -> None:
        cell = self.cell_of(self.pages[who], where)
        if cell:
            self.pages[who].ask(op="delete", cell=cell)

    @rule(who=PAGES, where=NUMBERS, which=NUMBERS)
    def undelete(self, who: int, where: int, which: int) -> None:
        gone = [cell.id for cell in self.broker.session.document.trash]
        cell = gone[which % len(gone)] if gone else f"c{which % 3}"
        page = self.pages[who]
        page.ask(op="undelete", cell=cell, after=self.cell_of(page, where))

    @rule(who=PAGES, where=NUMBERS, to=NUMBERS, top=st.booleans())
    def move(self, who: int, where: int, to: int, top: bool) -> None:
        page = self.pages[who]
        cell = self.cell_of(page, where)
        if cell:
            page.ask(op="move", cell=cell, after=None if top else self.cell_of(page, to))

    @rule(who=PAGES, where=NUMBERS, at=NUMBERS, skip=st.integers(0, 2), again=st.booleans())
    def split(self, who: int, where: int, at: int, skip: int, again: bool) -> None:
        page = self.pages[who]
        cell = self.cell_of(page, where)
        if cell is None:
            return
        assert page.document is not None
        self.made += 1
        gone = self.broker.session.document.trash
        id_ = gone[-1].id if again and gone else f"s{self.made}"
        version = page.document.cells[cell].version
        page.ask(op="split", cell=cell, version=version, at=at, skip=skip, id=id_)

    @rule(who=PAGES, where=NUMBERS, next_=NUMBERS, joint=st.sampled_from([None, "", "\n", "\n\n"]))
    def merge(self, who: int, where: int, next_: int, joint: str | None) -> None:
        page = self.pages[who]
        cell, other = self.cell_of(page, where), self.cell_of(page, next_)
        if cell is None or other is None:
            return
        assert page.document is not None
        cells = page.document.cells
        versions = {"version": cells[cell].version, "next_version": cells[other].version}
        page.ask(op="merge", cell=cell, next=other, joint=joint, **versions)

    @rule(
        who=PAGES, where=NUMBERS,
        what=st.sampled_from(
            [
                {"op": "retype", "type": "code"}, {"op": "retype", "type": "markdown"},
                {"op": "note", "metadata": {"jupyter": {"source_hidden": True}}},
                {"op": "note", "metadata": {"jupyter": None, "tags": ["raises-exception"]}},
                {"op": "attach", "name": "그림.png", "mime": "image/png", "data": PICTURE},
                {"op": "detach", "name": "그림.png"}, {"op": "run"}, {"op": "clear"},
                {"op": "run", "then": "go_on"}, {"op": "interrupt"}, {"op": "restart"},
                {"op": "answer", "request": "r", "text": "a line"},
            ]
        ),
    )  # fmt: skip
    def other(self, who: int, where: int, what: dict[str, Any]) -> None:
        cell = self.cell_of(self.pages[who], where)
        if cell:
            self.pages[who].ask(cell=cell, **what)

    # ---- the kernel

    @rule(
        what=st.sampled_from(
            ["ready", "began", "began", "printed", "asked", "failed", "done", "lost"]
        )
    )
    def kernel(self, what: str) -> None:
        cell = self.broker.session.running or "c0"
        printed = {"output_type": "stream", "name": "stdout", "text": "50 %\r한"}
        happenings: dict[str, i.Input] = {
            "ready": i.KernelReady(), "began": i.Started(cell, 1),
            "printed": i.Shown(cell, printed), "asked": i.InputAsked(cell, "r", "> ", False),
            "failed": i.Finished(cell, "failed"), "done": i.Finished(cell, "done"),
            "lost": i.KernelLost("killed", "Why."),
        }  # fmt: skip
        self.broker.take(happenings[what])

    # ---- the lines

    @rule(who=PAGES, count=st.integers(1, 4))
    def send(self, who: int, count: int) -> None:
        page = self.pages[who]
        for _ in range(count):
            if page.line and page.line.up:
                self.broker.hear(page.client)

    @rule(who=PAGES, count=st.integers(1, 4))
    def listen(self, who: int, count: int) -> None:
        page = self.pages[who]
        for _ in range(count):
            if page.line and page.line.down:
                page.listen()

    @rule(who=PAGES)
    def cut(self, who: int) -> None:
        self.pages[who].cut(self.broker)

    @rule(who=PAGES)
    def connect(self, who: int) -> None:
        page = self.pages[who]
        if page.line is None:
            page.connect(self.broker)

    @rule(compacts=st.booleans(), forgets=st.booleans())
    def die(self, compacts: bool, forgets: bool) -> None:
        for page in self.pages:
            page.cut(self.broker)
        self.broker.die_and_return(compacts=compacts)
        if forgets:  # who comes back from before this gets a snapshot
            self.broker.forgotten = len(self.broker.events)

    @precondition(lambda self: self.made % 3 == 0)
    @rule()
    def settle(self) -> None:
        """Everybody comes back and everything arrives."""
        for page in self.pages:
            if page.line is None:
                page.connect(self.broker)
        for _ in range(2_000):
            busy = [page for page in self.pages if page.line and (page.line.up or page.line.down)]
            if not busy:
                break
            for page in busy:
                while page.line and page.line.up:
                    self.broker.hear(page.client)
                while page.line and page.line.down:
                    page.listen()
        self.check_convergence()

    def check_convergence(self) -> None:
        truth = settled(self.broker.session.document)
        for page in self.pages:
            assert page.document is not None
            assert settled(page.document) == truth
            assert not page.pending
            for cell, typing in page.typing.items():
                assert not typing.unsent
                assert (typing.text, typing.version) == (
                    truth.cells[cell].source,
                    truth.cells[cell].version,
                )

    def teardown(self) -> None:
        if hasattr(self, "pages"):
            self.settle()
            self.check_history()

    # ---- what must always hold

    @invariant()
    def ids_are_unique_and_the_trash_is_bounded(self) -> None:
        if not hasattr(self, "broker"):
            return
        document = self.broker.session.document
        assert len(set(document.order)) == len(document.order)
        assert set(document.order) == set(document.cells)
        gone = [cell.id for cell in document.trash]
        assert len(gone) == len(set(gone)) <= MOST_DELETED
        assert not set(gone) & set(document.cells)

    def check_history(self) -> None:
        """Every word was recorded once or handed back; nothing that was accepted is lost."""
        recorded: Counter[str] = Counter()
        for event in self.broker.events:
            if event["type"] != "cell_edited":
                continue
            for update in event["updates"]:
                if update["client"] != "lookin":
                    recorded.update(
                        w for w in self.typed if w in json.dumps(update, ensure_ascii=False)
                    )
        for word, client in self.typed.items():
            page = next(page for page in self.pages if page.client == client)
            offered = any(word in str(changes) for changes in page.handed_back)
            assert recorded[word] <= 1, f"{word} twice"
            assert recorded[word] == 1 or offered, f"{word} lost"
        people = {page.client: page.person for page in self.pages}
        for event in self.broker.events:
            for update in event.get("updates", ()):
                assert event["by"] == people.get(update["client"], event["by"])
        viewer = self.pages[3]
        assert set(viewer.answers.values()) <= {"read_only"}
        assert not any(event.get("by") == viewer.person for event in self.broker.events)


@pytest.fixture(autouse=True)
def _small_trash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trash, "TRASH_CELLS", MOST_DELETED)


def test_many_people_in_one_notebook_converge_and_lose_nothing() -> None:
    options = settings(max_examples=120, stateful_step_count=60, deadline=None)
    run_state_machine_as_test(ManyPeople, settings=options)


def test_every_operation_has_a_least_role() -> None:
    from lookin.core.documents.operations import _READERS

    assert set(_READERS) <= set(LEAST_ROLE)
    assert {op for op, role in LEAST_ROLE.items() if role == "viewer"} == {"hello", "here"}
