"""Lookin's own commands on a real PostgreSQL, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.postgresql import Cluster

ROOT = Path(__file__).resolve().parents[2]


def lookin(home: Path, url: str, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command `lookin` with its data in `home` and in the database `url`."""
    environment = {**os.environ, "LOOKIN_HOME": str(home), "DATABASE_URL": url}
    environment["DJANGO_SETTINGS_MODULE"] = "lookin.site.settings"
    return subprocess.run(
        [sys.executable, "-m", "lookin.site.cli", *words],
        cwd=ROOT, env=environment, input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_empty_database_is_filled_and_people_can_be_added(
    postgresql_cluster: Cluster, tmp_path: Path
) -> None:
    url = postgresql_cluster.create("filled")
    assert lookin(tmp_path, url, "migrate").returncode == 0
    words = ("adduser", "mina", "--password-stdin")
    added = lookin(tmp_path, url, *words, stdin="a window seat by noon\n")
    assert added.returncode == 0, added.stderr
    again = lookin(tmp_path, url, *words, stdin="a window seat by noon\n")
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT username FROM accounts_user").fetchall()
    assert rows == [("mina",)]


def test_data_of_a_newer_version_is_refused_untouched(
    postgresql_cluster: Cluster, tmp_path: Path
) -> None:
    url = postgresql_cluster.create("newer")
    assert lookin(tmp_path, url, "migrate").returncode == 0
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999', now())"
        )
    refused = lookin(tmp_path, url, "migrate")
    assert refused.returncode == 1
    assert "newer Lookin" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    refused = lookin(tmp_path, f"postgresql://lookin@/none?host={tmp_path}", "migrate")
    assert refused.returncode == 1
    assert "could not be opened" in refused.stderr
    assert "Traceback" not in refused.stderr
