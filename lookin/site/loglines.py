"""How a line of the log looks: one line, of bounded length, whatever a stranger put into it."""

from __future__ import annotations

import logging

LONGEST = 1000


class LineFormatter(logging.Formatter):
    """Django's own words about a request that lied need no traceback: nothing of ours failed."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line, with control characters made visible and its end cut off."""
        record.message = _one_line(record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        """The line and, for a failure of ours, its traceback below."""
        if record.name.startswith("django.security"):
            record.exc_info, record.exc_text = None, None
        return super().format(record)


def _one_line(text: str) -> str:
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)
