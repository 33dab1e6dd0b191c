"""A place of its own to measure search in: a database, a person, workspaces, filled indexes.

Everything lies in one temporary folder and goes with it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

_AT_ONCE = 2_000


@contextmanager
def search_place() -> Iterator[Path]:
    """Django, set up on a new LOOKIN_HOME. Once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="lookin-search-"))
    os.environ |= {"LOOKIN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "lookin.site.settings"}
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_person(name: str) -> Any:
    """Somebody to search as."""
    from lookin.apps.accounts.models import User

    return User.objects.create(username=name, language="en")


def make_workspaces(person: Any, count: int, *, others: int = 0) -> list[str]:
    """`count` classes that the person is in, and as many as `others` that they are not in."""
    from lookin.apps.accounts.models import User
    from lookin.apps.workspaces.models import Kind, Membership, Role, Workspace

    stranger = User.objects.create(username=f"stranger-{count}-{others}")
    made = [Workspace(name=f"Class {n}", kind=Kind.CLASS, owner=person) for n in range(count)]
    made += [Workspace(name=f"Other {n}", kind=Kind.CLASS, owner=stranger) for n in range(others)]
    Workspace.objects.bulk_create(made, batch_size=500)
    rows = (Membership(workspace=w, person=w.owner, role=Role.OWNER) for w in made)
    Membership.objects.bulk_create(rows, batch_size=500)
    return [str(workspace.id) for workspace in made[:count]]


def fill_index(name: str, entries: Iterable[Any]) -> None:
    """Put these into the index of that workspace, as the indexer would."""
    from lookin.apps.search.index.opening import open_for_writing

    writer = open_for_writing(name)
    waiting = iter(entries)
    while some := list(islice(waiting, _AT_ONCE)):
        writer.put(some)
    writer.close()


def asker_for(person: Any) -> Callable[[str], tuple[float, float]]:
    """Asks as a signed-in person whom nobody slows down: (clock, processor) milliseconds for one
    search, from the request, read, to the bytes of the answer, through every middleware."""
    from django.core.handlers.base import BaseHandler
    from django.test import RequestFactory

    from lookin.apps.search import views
    from lookin.apps.search.throttle import Throttle
    from tests.people import client_of

    views._searches = Throttle(per_second=1e9, burst=1e9)
    factory, handler = RequestFactory(), BaseHandler()
    factory.cookies = client_of(person).cookies
    handler.load_middleware()

    def ask(query: str) -> tuple[float, float]:
        request = factory.get("/ajax/search", {"q": query}, headers={"host": "localhost"})
        began, began_cpu = time.perf_counter(), time.process_time()
        answer: Any = handler.get_response(request)
        found = answer.content
        took, cpu = time.perf_counter() - began, time.process_time() - began_cpu
        assert answer.status_code == 200, found
        answer.close()
        return took * 1_000, cpu * 1_000

    return ask


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
