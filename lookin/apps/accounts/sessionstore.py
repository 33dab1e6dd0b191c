"""Where web sessions are kept: Django's table, asked only for keys that could be in it.

A cookie may hold anything; PostgreSQL refuses even to be asked for some of it.
"""

from __future__ import annotations

from django.contrib.sessions.backends import db

KEY_LENGTH = 40  # of Django's column


class SessionStore(db.SessionStore):
    """See the module."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Whether Django could have made this key (letters and digits)."""
        if not key or not 8 <= len(key) <= KEY_LENGTH:
            return False
        return key.isascii() and key.isalnum()
