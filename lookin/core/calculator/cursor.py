"""A place among the tokens of a line, and looking ahead from it. Not what the tokens mean."""

from __future__ import annotations

from lookin.core.calculator import failures
from lookin.core.calculator.tokens import Token


class NoSumError(Exception):
    """The words do not make a sum: they are a search."""


class Cursor:
    """Where a reading of `tokens` has come to."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def ahead(self) -> Token:
        """The next token; the end stays the end."""
        return self.tokens[min(self.at, len(self.tokens) - 1)]

    def peek(self, more: int = 1) -> Token:
        """A later token."""
        return self.tokens[min(self.at + more, len(self.tokens) - 1)]

    def word(self, more: int = 0) -> str:
        """The next word in small letters, or nothing."""
        token = self.peek(more)
        return token.text.lower() if token.kind == "word" else ""

    def sign_is(self, *signs: str) -> bool:
        """Whether the next token is one of these signs."""
        return self.ahead.kind == "sign" and self.ahead.text in signs

    def named(self, table: dict[str, int] | dict[str, str]) -> tuple[str, int]:
        """(the name in `table` that comes next, of how many tokens); the longer one first."""
        both = f"{self.word()} {self.word(1)}"
        if both in table:
            return both, 2
        return (self.word(), 1) if self.word() in table else ("", 0)

    def lost(self) -> Exception:
        """What to raise when the next token cannot stand here."""
        token = self.ahead
        if token.kind == "end":
            return failures.unfinished(token.start)
        if token.kind == "word" or token.text == "=":
            return NoSumError()
        return failures.misread(token.text, token.start)
