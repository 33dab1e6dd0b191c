"""The tables of lookin/apps/search/index/postgresql.py, on PostgreSQL only.

They hold nothing that the workspaces do not hold, so going back just drops them.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLES = (
    """CREATE TABLE search_places (place serial PRIMARY KEY, name varchar(36) NOT NULL UNIQUE,
        generation bigint NOT NULL, words bigint NOT NULL, last_id bigint NOT NULL)""",
    """CREATE TABLE search_words (place integer NOT NULL, number bigint NOT NULL,
        word text NOT NULL, PRIMARY KEY (place, number))""",
    """CREATE TABLE search_tags (place integer NOT NULL, number bigint NOT NULL,
        tag text NOT NULL, PRIMARY KEY (place, number))""",
    """CREATE TABLE search_postings (place integer NOT NULL, key bigint NOT NULL,
        ids bytea NOT NULL, PRIMARY KEY (place, key))""",
    """CREATE TABLE search_entries (place integer NOT NULL, id bigint NOT NULL,
        path text NOT NULL, kind text NOT NULL, title text NOT NULL, ending text NOT NULL,
        notebook text, people text NOT NULL, changed_ns bigint NOT NULL, size bigint NOT NULL,
        names bytea NOT NULL, PRIMARY KEY (place, id))""",
    "CREATE UNIQUE INDEX search_entries_path ON search_entries (place, md5(path))",
    """CREATE TABLE search_pieces (place integer NOT NULL, id bigint NOT NULL,
        part text NOT NULL, kind text NOT NULL, goes_on smallint NOT NULL, held bytea NOT NULL,
        text text NOT NULL, PRIMARY KEY (place, id))""",
)
NAMES = ("places", "words", "tags", "postings", "entries", "pieces")


def make_tables(_apps: Any, editor: Any) -> None:
    """Where it is PostgreSQL."""
    if editor.connection.vendor == "postgresql":
        for table in TABLES:
            editor.execute(table)


def drop_tables(_apps: Any, editor: Any) -> None:
    """And away again."""
    if editor.connection.vendor == "postgresql":
        for name in NAMES:
            editor.execute(f"DROP TABLE search_{name}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_recent_searches")]
    operations = [migrations.RunPython(make_tables, drop_tables)]
