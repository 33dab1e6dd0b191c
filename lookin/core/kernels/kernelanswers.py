"""A kernel that answers questions while it is busy, and asks a person for a line of text.

Runs under the kernels' Python. Questions come through a subshell, a thread beside the one that runs
cells; what it finds out about variables stands in `kernelvariables.py`.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from ipykernel import jsonutil
from ipykernel.ipkernel import IPythonKernel

from . import kernelvariables, kernelwidgets
from .kernelsignatures import signature_at

_Kernel: Any = IPythonKernel  # its Python is not ours: it has no types here
json_clean: Any = jsonutil.json_clean
_LOOK_MS = 100  # between two looks whether an interrupt came while a person types
_OURS = ("lookin_inspect", "lookin_variables", "lookin_variable", "lookin_widgets")


class AnsweringKernel(_Kernel):
    """ipykernel's, with questions of our own."""

    msg_types = [*_Kernel.msg_types, *(f"{kind}_request" for kind in _OURS)]
    asking: dict[str, Any] | None = None  # what a cell waits for

    def set_parent(self, ident: Any, parent: Any, channel: str = "shell") -> None:
        """As ipykernel's; but a subshell's request is no other thread's.

        ipykernel makes the last request the parent of all threads that have none of their own:
        what the running cell's threads print would belong to a question and be lost.
        """
        if channel != "shell" or threading.current_thread() is threading.main_thread():
            super().set_parent(ident, parent, channel)
            return
        self._shell_parent_ident.set(ident)
        self._shell_parent.set(parent)
        self.shell.set_thread_parent(parent)

    # -- a line of text -------------------------------------------------------------------------

    def _input_request(self, prompt: str, ident: Any, parent: Any, password: bool = False) -> str:
        """As ipykernel's; and said where the output goes, so that another broker hears it too."""
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        while self.stdin_socket.poll(0):  # answers to what nobody asks any more
            self.stdin_socket.recv_multipart()
        content = json_clean({"prompt": prompt, "password": password})
        sent = self.session.send(self.stdin_socket, "input_request", content, parent, ident=ident)
        self.asking = {**content, "request": sent["header"]["msg_id"]}
        try:
            topic = self._topic("lookin_input")
            self.session.send(self.iopub_socket, "lookin_input", self.asking, parent, ident=topic)
            return self._await_answer(self.asking["request"])
        except KeyboardInterrupt:
            raise KeyboardInterrupt("Interrupted by user") from None
        finally:
            self.asking = None

    def _await_answer(self, request: str) -> str:
        while True:
            if not self.stdin_socket.poll(_LOOK_MS):
                continue
            try:
                reply = self.session.recv(self.stdin_socket)[1]
                asked = reply["parent_header"].get("msg_id", request)
                value = str(reply["content"]["value"])
            except (ValueError, TypeError, KeyError):
                self.log.warning("Not an answer", exc_info=True)
                continue
            if asked == request:
                if value == "\x04":
                    raise EOFError
                return value

    # -- questions ------------------------------------------------------------------------------

    def do_complete(self, code: str, cursor_pos: int) -> Any:
        """As ipykernel's; nothing where its search fails."""
        try:
            return super().do_complete(code, cursor_pos)
        except Exception:  # noqa: BLE001 (the code may be anything, and changes while it is read)
            empty = {"matches": [], "cursor_start": cursor_pos, "cursor_end": cursor_pos}
            return {**empty, "metadata": {}, "status": "ok"}

    async def lookin_inspect_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """As `inspect_request`, and the signature of the call that the cursor stands in."""
        content = parent["content"]
        code, cursor = content["code"], content["cursor_pos"]
        try:
            found = self.do_inspect(code, cursor, content.get("detail_level", 0))
        except Exception:  # noqa: BLE001
            found = {"status": "ok", "found": False, "data": {}}
        found["signature"] = signature_at(code, cursor, self.shell.user_ns)
        self._answer(stream, "lookin_inspect_reply", found, parent, ident)

    async def lookin_variables_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """What there is in the person's namespace."""
        shell = self.shell
        listed = kernelvariables.list_variables(shell.user_ns, set(shell.user_ns_hidden))
        self._answer(stream, "lookin_variables_reply", listed, parent, ident)

    async def lookin_variable_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """A page of one variable."""
        content = parent["content"]
        start, count = int(content.get("start", 0)), int(content.get("count", 50))
        page = kernelvariables.show_variable(self.shell.user_ns, content["name"], start, count)
        self._answer(stream, "lookin_variable_reply", page, parent, ident)

    async def lookin_widgets_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """The state of all widgets, for a broker that has not heard them come."""
        self._answer(stream, "lookin_widgets_reply", kernelwidgets.states(), parent, ident)

    def _answer(self, stream: Any, kind: str, content: Any, parent: Any, ident: Any) -> None:
        self.session.send(stream, kind, json_clean(content), parent, ident)
