"""/ajax/: small asynchronous endpoints at work beside their code. It spans apps: site ring.

The code on the page is the code that runs: one file, shown and served.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from lookin.core.lib.errors import NotFoundError
from lookin.site.env import ROOT

FOLDER: Path = ROOT / "web" / "lessons"


@dataclass(frozen=True)
class Lesson:
    """One panel: its name is the anchor, the file and the template's part of the page."""

    name: str
    request: str
    needs_person: bool

    @property
    def code(self) -> str:
        """The script as it is served, letter by letter."""
        return (FOLDER / f"{self.name}.js").read_text(encoding="utf-8")

    @property
    def template(self) -> str:
        """Where the panel and its words stand."""
        return f"lessons/{self.name}.html"


LESSONS = {
    lesson.name: lesson
    for lesson in (
        Lesson("calculator", "GET /ajax/calc?op1=6&op2=7", needs_person=False),
        Lesson("sign-in", "POST /ajax/login", needs_person=False),
        Lesson("upload", "POST /ajax/upload", needs_person=True),
        Lesson("python", "POST /ajax/runpython", needs_person=True),
        Lesson("search", "GET /ajax/search?q=ㅍㅇㅆ", needs_person=True),
    )
}


@require_safe
@ensure_csrf_cookie
def show_lessons(request: HttpRequest) -> HttpResponse:
    """The page. Open to anyone; what needs a person says so."""
    return render(request, "lessons.html", {"lessons": LESSONS.values()})


@require_safe
def serve_lesson(request: HttpRequest, name: str) -> HttpResponse:
    """A lesson's script: the very text that the page shows."""
    if name not in LESSONS:
        raise NotFoundError("There is no such lesson.")
    return HttpResponse(
        LESSONS[name].code,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


urlpatterns = [
    path("ajax/", show_lessons, name="lessons"),
    path("ajax/lessons/<slug:name>.js", serve_lesson, name="lesson"),
]
