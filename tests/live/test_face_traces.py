"""What face sign-in leaves on the disk and in the log: no picture, no numbers of a face.

Watched through `lookin run` while a person enrols, looks in, is refused, downloads and deletes.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import websockets

from lookin.apps.accounts.seal import unseal
from tests.apps.accounts.cameras import as_camera_frame
from tests.browser.place import Place, running_place
from tests.live.browser_session import PASSWORD, Browser
from tests.live.watching import watched
from tests.portraits import portraits

pytestmark = pytest.mark.models
# The database and what the server prints; nothing else is written while a face is looked at, but
# for what kernels bring along as they start, and what is searched: notebooks, libraries.
OF_OTHERS = ("home/cache/zygote/", "home/search/", "tmp/lookin-help-")
MAY_BE_WRITTEN = {"lookin.sqlite3", "lookin.sqlite3-wal", "lookin.sqlite3-shm", "printed.txt"}
WINDOW = 16


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    options = {
        "LOOKIN_FACE_LIVENESS": "no", "TMPDIR": str(temporary), "LOOKIN_KERNEL_STOCK": "0",
        "LOOKIN_RUNTIME_DIR": str(tmp_path / "run"),
    }  # fmt: skip
    with running_place(tmp_path / "home", **options) as running:
        running.add_person("barack", PASSWORD)
        yield running


class Looker(Browser):
    """A browser with a camera that shows one picture."""

    def sign_in_to_stay(self) -> None:
        """With the box that makes this browser a trusted device."""
        self.get("/login")
        self.post("/login", username="barack", password=PASSWORD, remember="on")

    async def show(self, path: str, picture: bytes, opening: dict[str, str] | None) -> Any:
        """Hold the picture before the camera until the server has seen enough."""
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.jar)
        async with websockets.connect(
            f"{self.address.replace('http', 'ws', 1)}{path}",
            additional_headers={"Cookie": cookies},
            origin=websockets.Origin(self.address),
        ) as socket:
            if opening is not None:
                await socket.send(json.dumps(opening))
            async with asyncio.timeout(120):
                while True:
                    said = json.loads(await socket.recv())
                    if said["t"] != "guide":
                        return said
                    if said["step"] in {"left", "right", "up"}:
                        await socket.send(json.dumps({"op": "skip"}))
                    elif said["step"] != "wait":
                        await asyncio.sleep(0.05)
                        await socket.send(picture)

    def enrol(self, picture: bytes) -> Any:
        """Agree, then look."""
        self.get("/account/face")
        self.post("/account/face", agree="on", password=PASSWORD)
        return asyncio.run(self.show("/ws/faces/enrol", picture, None))

    def look_in(self, picture: bytes, name: str) -> Any:
        """The sign-in page, and a look."""
        self.get("/login")
        opening = {"op": "begin", "name": name}
        return asyncio.run(self.show("/ws/faces/sign-in", picture, opening))


def files_below(*folders: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and "static" not in path.parts
    }


def pieces_of(content: bytes, step: int = WINDOW) -> list[bytes]:
    """Short runs of it that no other file holds by chance."""
    runs = (content[at : at + WINDOW] for at in range(0, len(content) - WINDOW, step))
    return [run for run in runs if len(set(run)) >= WINDOW // 2]


def traces(files: dict[Path, bytes], pieces: list[bytes]) -> list[Path]:
    """The files that hold any of the pieces, as they are or in base64."""
    wanted = [*pieces, *(base64.b64encode(piece)[4:16] for piece in pieces)]
    return [path for path, content in files.items() if any(one in content for one in wanted)]


def sealed_face(home: Path) -> tuple[bytes, bytes]:
    """The row's bytes, and what they are when opened with the server's key."""
    with sqlite3.connect(home / "lookin.sqlite3") as database:
        person, sealed = database.execute(
            "SELECT person_id, sealed FROM accounts_facetemplate"
        ).fetchone()
    key = (home / "keys" / "faces").read_bytes()
    return sealed, unseal(sealed, UUID(hex=person), key)


def test_the_search_for_traces_finds_what_it_is_given(tmp_path: Path) -> None:
    secret = os.urandom(400)
    (tmp_path / "plain").write_bytes(b"before" + secret[32:200] + b"after")
    (tmp_path / "base64").write_bytes(base64.b64encode(secret[: 3 * WINDOW]))
    (tmp_path / "clean").write_bytes(os.urandom(4000))
    found = {path.name for path in traces(files_below(tmp_path), pieces_of(secret))}
    assert found == {"plain", "base64"}


def test_the_watch_sees_a_file_that_is_gone_again(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    with watched(tmp_path) as watch:
        passing = tmp_path / "deep" / "passing.jpg"
        passing.write_bytes(b"picture")
        passing.unlink()
    assert {path.name for path in watch.written} == {"passing.jpg"}


def test_no_picture_and_no_numbers_of_a_face_are_written_anywhere(
    place: Place, tmp_path: Path
) -> None:
    pictures = {name: as_camera_frame(path) for name, path in portraits().items()}
    person = Looker(place.address)
    person.sign_in_to_stay()
    with watched(tmp_path) as watch:
        assert person.enrol(pictures["obama"])["t"] == "done"
        sealed, plain = sealed_face(place.home)
        body = json.loads(person.post("/account/face/export", password=PASSWORD)[1])
        person.post("/logout")
        assert person.look_in(pictures["biden"], "barack")["code"] == "not_recognised"
        seen = person.look_in(pictures["obama"], "barack")
        assert seen["t"] == "matched"
        person.post("/login/face", ticket=seen["ticket"])
        assert person.get("/account/")[0].endswith("/account/")
    written = {str(path.relative_to(tmp_path)) for path in watch.written}
    own = {Path(name).name for name in written if not name.startswith(OF_OTHERS)}
    assert own <= MAY_BE_WRITTEN, written
    files = files_below(tmp_path)
    assert traces(files, [sealed[:64]])  # the sealed face is there, and it alone
    numbers = plain + b"".join(f"{n:.5f}".encode() * 3 for n in body["compared"][:20])
    assert not traces(files, pieces_of(numbers, step=61))
    for picture in pictures.values():
        assert not traces(files, pieces_of(picture, step=997))
    assert not [path for path, content in files.items() if b"\xff\xd8\xff\xe0" in content]
    log = place.printed.read_text()
    assert "face_recognised" in log
    assert not [n for n in body["compared"] if f"{n:.6f}" in log]
    assert not any(word in log for word in ("distance", "score", "threshold", "embedding"))


def test_a_deleted_face_is_nowhere_on_the_disk(place: Place, tmp_path: Path) -> None:
    person = Looker(place.address)
    person.sign_in_to_stay()
    assert person.enrol(as_camera_frame(portraits()["obama"]))["t"] == "done"
    sealed, _ = sealed_face(place.home)
    assert traces(files_below(tmp_path), pieces_of(sealed))
    person.post("/account/face/forget", password=PASSWORD)
    assert not traces(files_below(tmp_path), pieces_of(sealed))
