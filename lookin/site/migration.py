"""Bringing the database to this version of Lookin, and never to an older one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.management import call_command
from django.db import Error, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from lookin.core.lib.errors import LookinError


def migrate_database() -> None:
    """Apply what is missing. Nothing is changed when the database is newer than this program.

    Raises LookinError: `newer_data`, or `database` when it cannot be opened or written.
    """
    with explained():
        try:
            connection.ensure_connection()
        except Error as error:  # no database, a damaged one, an option that PostgreSQL lacks
            raise OperationalError(str(error)) from error
        executor = MigrationExecutor(connection)
        _refuse_newer(executor)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def explained() -> Iterator[None]:
    """While the block runs, a database that does not answer becomes a LookinError, `database`."""
    try:
        yield
    except OperationalError as error:
        raise LookinError(
            "The database could not be opened or written ({reason}). Nothing was changed.",
            "Check that its folder is writable and the disk has room, or that PostgreSQL runs;"
            " then start again.",
            code="database",
            status=503,
            values={"reason": str(error).strip().split("\n")[0]},
        ) from error


def _refuse_newer(executor: MigrationExecutor) -> None:
    ours = {config.label for config in apps.get_app_configs()}
    known = set(executor.loader.disk_migrations)
    newer = [
        f"{app}.{name}"
        for app, name in executor.loader.applied_migrations
        if app in ours and (app, name) not in known
    ]
    if newer:
        raise LookinError(
            "This data was written by a newer Lookin ({first}). Nothing was changed.",
            "Start the newer version, or point LOOKIN_HOME at other data.",
            code="newer_data",
            values={"first": sorted(newer)[0]},
        )
