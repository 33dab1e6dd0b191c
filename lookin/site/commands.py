"""What each command of `lookin` does. Django is set up only by the commands that need it."""

from __future__ import annotations

import argparse
import sys

from lookin.core.lib.errors import LookinError


def _set_up() -> None:
    import django

    django.setup()


def run(_: argparse.Namespace) -> int:
    """Migrate, then keep the broker and the web process running until Ctrl-C."""
    from lookin.site import supervisor

    return supervisor.run()


def web(_: argparse.Namespace) -> int:
    """Serve pages and sockets with uvicorn until told to stop."""
    import uvicorn
    from django.conf import settings

    from lookin.site.places import make_runtime_dir

    make_runtime_dir(settings.RUNTIME_DIR)
    uvicorn.run(
        "lookin.site.asgi:application",
        host=settings.BIND,
        port=settings.PORT,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=settings.HTTPS,
        forwarded_allow_ips="127.0.0.1,::1",
        ws_max_size=1_100_000,
        timeout_keep_alive=10,
        # The default waits for ever for open sockets; the pages come back by themselves.
        timeout_graceful_shutdown=2,
    )
    return 0


def broker(_: argparse.Namespace) -> int:
    """Own live notebooks and kernels until told to stop. Knows neither Django nor the database."""
    from lookin.site.broker import serve

    return serve()


def indexer(_: argparse.Namespace) -> int:
    """Keep the search index as the files are, until told to stop."""
    _set_up()
    from lookin.site.indexer import serve

    return serve()


def search_rebuild(_: argparse.Namespace) -> int:
    """Make every search index anew from the files, saying how far it is."""
    _set_up()
    from lookin.site.indexer import rebuild

    return rebuild()


def migrate(_: argparse.Namespace) -> int:
    """Bring the database to this version; a database from a newer one is refused untouched."""
    _set_up()
    from lookin.site.housekeeping import sweep
    from lookin.site.migration import migrate_database

    migrate_database()
    sweep()
    return 0


def doctor(_: argparse.Namespace) -> int:
    """Print what works here. Exit status 1 when something is wrong."""
    _set_up()
    from lookin.site.doctor import examine

    return examine()


def demo(_: argparse.Namespace) -> int:
    """Fill this copy with people and notebooks to look at."""
    _set_up()
    from lookin.site.demo import fill_demo
    from lookin.site.migration import migrate_database

    migrate_database()
    fill_demo()
    return 0


def setup_link(_: argparse.Namespace) -> int:
    """Print a new link for the first admin; refused when there is one."""
    _set_up()
    from lookin.apps.accounts.models import User
    from lookin.site.migration import migrate_database
    from lookin.site.welcome import setup_address

    migrate_database()
    if User.objects.filter(role="admin", is_active=True).exists():
        raise LookinError(
            "This place already has an admin.", "Sign in as that person, or use `lookin adduser`."
        )
    sys.stdout.write(f"{setup_address()}\n")
    return 0


def adduser(chosen: argparse.Namespace) -> int:
    """Add a person, with a password from standard input or with a one-time link."""
    _set_up()
    from lookin.apps.accounts import services
    from lookin.site.migration import migrate_database
    from lookin.site.welcome import invite_address

    migrate_database()
    password = sys.stdin.readline().rstrip("\r\n") if chosen.password_stdin else None
    person = services.add_person(
        chosen.name,
        chosen.role,
        password=password,
        display_name=chosen.display_name,
        language=chosen.language,
    )
    sys.stdout.write(f"{person.username} is here now, as {person.role}.\n")
    if password is None:
        sys.stdout.write(f"They choose a password at {invite_address(person)}\n")
    return 0


def manage(chosen: argparse.Namespace) -> int:
    """Hand over to Django's own commands (makemigrations, shell, check …)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["lookin manage", *chosen.words])
    return 0
