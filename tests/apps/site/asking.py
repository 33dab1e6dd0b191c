"""Asks the site's real ASGI application, as uvicorn would: static files, bounds, uploads and all.

Not for sockets: `tests/apps/accounts/line.py` opens those.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from asgiref.sync import async_to_sync

from lookin.apps.accounts.models import User
from tests.people import client_of

TOKEN = "a" * 32
FORM = "application/x-www-form-urlencoded"
Headers = dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back; header names are lower-case, cookies apart."""

    status: int
    headers: Headers
    cookies: tuple[str, ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """The text without form tokens, which differ every time, and without ids."""
        ids = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/passkeys/)\d+"
        return re.sub(rf"\b[A-Za-z0-9]{{64}}\b|{ids}", "", self.text)

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Browser:
    """A visitor with their cookies; `has_token` says whether they send the form token."""

    session: str = ""
    has_token: bool = True

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request. `headers`: underscores stand for dashes; "" leaves a header away."""
        cookies = [f"csrftoken={TOKEN}"] if self.has_token else []
        cookies += [f"sessionid={self.session}"] if self.session else []
        sent = {"host": "localhost", "cookie": "; ".join(cookies)}
        if method not in {"GET", "HEAD"}:
            sent |= {"content-type": FORM, "content-length": str(len(body))}
            sent |= {"x-csrftoken": TOKEN} if self.has_token else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        pairs = [(name.encode(), value.encode()) for name, value in sent.items() if value]
        return async_to_sync(_ask)(method, path, pairs, body)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, /, **fields: str) -> Answer:
        pairs = (f"{name}={quote(value, safe='')}" for name, value in fields.items())
        return self.ask("POST", path, "&".join(pairs).encode())

    def upload(self, path: str, name: str, content: bytes = b"new") -> Answer:
        head = f'--x\r\nContent-Disposition: form-data; name="file1"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--x--\r\n"
        return self.ask("POST", path, body, content_type="multipart/form-data; boundary=x")


def browser_of(person: User | None, *, has_token: bool = True) -> Browser:
    """A browser that `person` is signed in on; a stranger's for None."""
    if person is None:
        return Browser(has_token=has_token)
    return Browser(client_of(person).cookies["sessionid"].value, has_token)


async def _ask(method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes) -> Answer:
    from lookin.site.asgi import application

    address, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
        "method": method, "path": _unquoted(address), "raw_path": address.encode(),
        "query_string": query.encode(), "root_path": "", "headers": headers,
        "client": ("203.0.113.9", 5000), "server": ("localhost", 80),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()  # the browser stays for as long as it is answered
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    pairs = [(name.decode().lower(), value.decode()) for name, value in sent[0].get("headers", [])]
    return Answer(
        sent[0]["status"],
        dict(pairs),
        tuple(value for name, value in pairs if name == "set-cookie"),
        b"".join(message.get("body", b"") for message in sent[1:]),
    )


def _unquoted(address: str) -> str:
    from urllib.parse import unquote

    return unquote(address)
