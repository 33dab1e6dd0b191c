"""The command `lookin`: one subcommand per thing an operator does. `lookin` alone lists them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from lookin import __version__
from lookin.core.lib.errors import LookinError
from lookin.site import commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit: 0 done, 1 refused with a sentence, 2 misused, 130 interrupted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lookin.site.settings")
    os.umask(0o077)
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(words[0] if words else "")
    chosen = parser.parse_args(words)
    if not hasattr(chosen, "run"):
        parser.print_help()
        return 2
    try:
        return int(chosen.run(chosen))
    except LookinError as error:
        print(error.sentence(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser(command: str) -> argparse.ArgumentParser:
    """The parser; without the commands of faces when another `command` of ours is wanted: these
    import the networks' runtime, which costs a process half a second and 30 MB."""
    parser = argparse.ArgumentParser(prog="lookin", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    ours = (
        ("run", commands.run, "everything on this machine: database, broker, web"),
        ("web", commands.web, "only the web process"),
        ("broker", commands.broker, "only the process that owns live notebooks and kernels"),
        ("indexer", commands.indexer, "only the process that keeps the search index"),
        ("migrate", commands.migrate, "bring the database to this version"),
        ("doctor", commands.doctor, "what works here, what does not, and what to do"),
        ("demo", commands.demo, "fill this copy with three people, a class and notebooks"),
        ("setup-link", commands.setup_link, "a new one-time link to create the first admin"),
    )
    for name, function, text in ours:
        subparsers.add_parser(name, help=text, description=text).set_defaults(run=function)
    _add_adduser(subparsers)
    _add_search(subparsers)
    manage = subparsers.add_parser("manage", help="one of Django's own commands, for developers")
    manage.add_argument("words", nargs=argparse.REMAINDER)
    manage.set_defaults(run=commands.manage)
    if command not in {name for name, _, _ in ours}:
        from lookin.site import faces_cli  # noqa: PLC0415

        faces_cli.add_commands(subparsers)
    return parser


def _add_adduser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    adduser = subparsers.add_parser("adduser", help="add a person")
    adduser.add_argument("name", help="the name to sign in with")
    adduser.add_argument("--role", choices=["admin", "teacher", "member"], default="member")
    adduser.add_argument("--display-name", default="", help="the name that others see")
    adduser.add_argument("--language", choices=["en", "ko"], default="")
    adduser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input; without it a one-time link is printed",
    )
    adduser.set_defaults(run=commands.adduser)


def _add_search(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    search = subparsers.add_parser("search", help="the search index")
    actions = search.add_subparsers(title="commands", metavar="COMMAND", required=True)
    text = "make the search index anew from the files"
    rebuild = actions.add_parser("rebuild", help=text, description=text)
    rebuild.set_defaults(run=commands.search_rebuild)


if __name__ == "__main__":
    sys.exit(main())
