"""Two people typing in one cell end with the same text, by CodeMirror's collab rules."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lookin.core.documents import inputs as i
from lookin.core.documents.document import Cell, document_of
from lookin.core.documents.session import Session, step
from lookin.core.documents.text import Section, apply_changes, utf16_length
from tests.core.documents.rebasing import Sections, rebase


class Server:
    """The session, and the updates that a page can pull."""

    def __init__(self, text: str) -> None:
        self.session = Session(document_of([Cell("c", "code", text)], {}))
        self.history: list[tuple[str, Sections]] = []

    @property
    def text(self) -> str:
        return self.session.document.cells["c"].source

    def push(self, client: str, version: int, updates: list[Sections]) -> None:
        pushed = tuple({"client": client, "changes": changes} for changes in updates)
        result = step(self.session, i.Edit(1, "c", version, pushed), 0)
        assert any(isinstance(effect, i.Accepted) for effect in result.effects)
        self.session = result.session
        self.history += [(client, changes) for changes in updates]


class Editor:
    """One browser: its text, the version it has, and what is not confirmed."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text, self.version = name, text, 0
        self.unconfirmed: list[Sections] = []

    def type(self, at: int, removed: int, inserted: str) -> None:
        end = min(len(self.text), at + removed)
        sizes = [utf16_length(t) for t in (self.text[:at], self.text[at:end], self.text[end:])]
        lines = inserted.split("\n") if inserted else []
        changes: list[Section] = [sizes[0], [sizes[1], *lines], sizes[2]]
        self.text = apply_changes(self.text, changes)
        self.unconfirmed.append(changes)

    def sync(self, server: Server) -> None:
        """Pull and rebase (`receiveUpdates` of @codemirror/collab), then push."""
        for client, changes in server.history[self.version :]:
            self.version += 1
            if client == self.name:
                self.unconfirmed.pop(0)
                continue
            incoming, mine = changes, []
            for own in self.unconfirmed:
                mine.append(rebase(own, incoming, before=False))
                incoming = rebase(incoming, own, before=True)
            self.unconfirmed = mine
            self.text = apply_changes(self.text, incoming)
        if self.unconfirmed:
            server.push(self.name, self.version, self.unconfirmed)


TYPED = st.tuples(
    st.integers(0, 1),
    st.integers(0, 30),
    st.integers(0, 4),
    st.sampled_from(["", "a", "한", "😀", "x\ny"]),
    st.booleans(),
)


@settings(max_examples=300)
@given(st.lists(TYPED, max_size=20))
def test_two_editors_converge_on_what_the_server_has(
    typed: list[tuple[int, int, int, str, bool]],
) -> None:
    start = "한글 😀 text"
    server, editors = Server(start), [Editor("a", start), Editor("b", start)]
    for who, where, removed, inserted, goes_out in typed:
        editor = editors[who]
        editor.type(where % (len(editor.text) + 1), removed, inserted)
        if goes_out:
            editor.sync(server)
    for editor in (*editors, *editors):
        editor.sync(server)
    assert editors[0].text == editors[1].text == server.text
    assert server.session.document.cells["c"].version == len(server.history)
