"""A broker's socket with answers of the test's choice: real frames over a real unix socket.

For what the web makes of kernels; that the broker says so is tested in tests/live.
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lookin.apps.notebooks.framing import pack_json, read_json, token_file

Json = dict[str, Any]
TOKEN = "of this test"


class Peer:
    """Answers each question by `answers[op]`; keeps what it was asked."""

    def __init__(self, folder: Path, answers: dict[str, Callable[[Json], Json]]) -> None:
        self.answers = answers
        self.asked: list[Json] = []
        path = folder / "broker.sock"
        token_file(path).write_text(TOKEN)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def of(self, op: str) -> list[Json]:
        """What it was asked of this kind."""
        return [frame for frame in self.asked if frame["op"] == op]

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                with line, line.makefile("rb") as reader:
                    assert _frame(reader).decode() == TOKEN
                    frame = read_json(_frame(reader))
                    self.asked.append(frame)
                    answer = self.answers.get(frame["op"], lambda _: {"done": True})
                    line.sendall(pack_json(answer(frame)))


def _frame(reader: BinaryIO) -> bytes:
    return reader.read(int.from_bytes(reader.read(4), "big"))


@contextlib.contextmanager
def peer(settings: Any, **answers: Callable[[Json], Json]) -> Iterator[Peer]:
    """A peer where the web looks for its broker."""
    with tempfile.TemporaryDirectory(prefix="lk") as folder:
        settings.RUNTIME_DIR = Path(folder)
        found = Peer(Path(folder), answers)
        try:
            yield found
        finally:
            found.close()
