"""The browser's end of a socket, over ASGI. (channels.testing would need Daphne.)"""

from __future__ import annotations

from typing import Any

from asgiref.testing import ApplicationCommunicator


class Line(ApplicationCommunicator):
    """Opens `path` of an ASGI application as a browser would; frames in and out."""

    def __init__(self, application: Any, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {
            "type": "websocket", "path": path, "query_string": b"", "headers": headers,
            "subprotocols": [], "client": ["127.0.0.1", 5000],
        }  # fmt: skip
        super().__init__(application, scope)

    async def connect(self, timeout: float = 5) -> bool:  # noqa: ASYNC109 - asgiref's own way
        """Whether the handshake was accepted."""
        await self.send_input({"type": "websocket.connect"})
        return bool((await self.receive_output(timeout))["type"] == "websocket.accept")

    async def send_text(self, text: str) -> None:
        """One text frame."""
        await self.send_input({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """One binary frame."""
        await self.send_input({"type": "websocket.receive", "bytes": data})

    async def receive_text(self, timeout: float = 5) -> str:  # noqa: ASYNC109
        """The next frame, which must be text."""
        said = await self.receive_output(timeout)
        assert said["type"] == "websocket.send", said
        return str(said["text"])

    async def disconnect(self) -> None:
        """The browser goes away."""
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)
