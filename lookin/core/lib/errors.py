"""The one error that people see. Code for programs, message and hint for people, status for HTTP.

Not for bugs: an unexpected exception stays what it is and is answered with a reference id.
"""

from __future__ import annotations


class LookinError(Exception):
    """Something a person can understand and act on.

    `code` is stable, lower-case with underscores. `message` says what happened, `hint` what to do
    next; both are English source strings that the translator of `apps/common/failures.py` may
    translate. `values` fill `{name}` places in both, so that a sentence can be translated whole.
    `status` is the HTTP status.
    """

    code = "error"
    status = 400

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        code: str | None = None,
        status: int | None = None,
        values: dict[str, object] | None = None,
    ) -> None:
        self.message = message
        self.hint = hint
        self.values = dict(values or {})
        if code is not None:
            self.code = code
        if status is not None:
            self.status = status
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The message and the hint in English, places filled: for logs and the command line."""
        text = f"{self.message} {self.hint}".strip()
        return text.format(**self.values) if self.values else text


class NotFoundError(LookinError):
    """The row does not exist, or the asker may not know that it does."""

    code = "not_found"
    status = 404


class NotSignedInError(LookinError):
    """Nobody is signed in, or not any more."""

    code = "not_signed_in"
    status = 401
