"""Which database: SQLite in the data folder, or the PostgreSQL that DATABASE_URL names."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from lookin.core.lib.errors import LookinError

# WAL lets readers go on while one writes; FULL keeps the last commit through a power cut.
# secure_delete overwrites what is deleted: a forgotten face must not lie in a free page.
_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    " PRAGMA secure_delete=ON;"
)


def database_settings(url: str, home: Path) -> dict[str, Any]:
    """Django's settings for the default database. Raises LookinError for a URL of another kind."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home / "lookin.sqlite3"),
            # IMMEDIATE takes the write lock at once: a transaction waits instead of failing.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": _SQLITE_START,
            },
        }
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # says what it could not read, which may be a part of the password
        raise _bad_url() from None
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise _bad_url()
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def _bad_url() -> LookinError:
    return LookinError(
        "DATABASE_URL must look like postgresql://user:password@host:port/name, with %2F for a"
        " slash in the password and so on.",
        "Correct it, or leave it empty for SQLite.",
        code="bad_option",
    )
