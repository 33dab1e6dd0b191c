"""The addresses of the box: search, what was chosen, forget; and the calculator on its own."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts.access import person_of
from lookin.apps.accounts.throttle import network_of
from lookin.apps.common.guard import for_people
from lookin.apps.search import recents
from lookin.apps.search.answers import plain_answer
from lookin.apps.search.finding import find
from lookin.apps.search.throttle import Throttle, cost_of, cost_of_work
from lookin.core.calculator.sums import add

LONGEST_ID = 2_000
_searches = Throttle()
_sums = Throttle(per_second=100.0, burst=400.0)  # of an address: a whole class sits behind one


@require_safe
@for_people
def search(request: HttpRequest) -> JsonResponse:
    """GET /ajax/search?q=…&in=<workspace id> → what the box shows; `slow_down` (429)."""
    person = person_of(request)
    text = request.GET.get("q", "")
    _searches.check(str(person.pk), cost=cost_of(text))
    began = time.thread_time()
    found = find(
        person,
        text,
        hint=request.GET.get("in", ""),
        now=timezone.localtime(),
        language=get_language() or "en",
    )
    _searches.charge(str(person.pk), cost_of_work(time.thread_time() - began))
    return JsonResponse(found.as_data(), headers={"Cache-Control": "no-store"})


@require_POST
@for_people
def note_chosen(request: HttpRequest) -> JsonResponse:
    """POST /ajax/search/chosen (kind, id, q) → `{"error": 0}`: remembered for the person alone."""
    person = person_of(request)
    _searches.check(str(person.pk))
    chosen = request.POST.get("id", "")[:LONGEST_ID]
    recents.note_chosen(person, chosen, request.POST.get("q", ""), now=timezone.now())
    return JsonResponse({"error": 0})


@require_POST
@for_people
def forget_searches(request: HttpRequest) -> JsonResponse:
    """POST /ajax/search/forget (q) → `{"error": 0}`: one text, or everything without one."""
    recents.forget_searches(person_of(request), request.POST.get("q", ""))
    return JsonResponse({"error": 0})


@require_safe
def calculate(request: HttpRequest) -> HttpResponse:
    """GET op1, op2 → `{"error": 0, "result": <their exact sum>}`; or GET q → any sum's answer.

    400 for what is no sum. Open to anyone: it reads nothing, keeps nothing, and its work is
    bounded, for each address too (429). The result of two numbers is put into the JSON as text,
    since a float on the way would make 0.1 + 0.2 something else than 0.3.
    """
    asked = "".join(request.GET.get(name, "") for name in ("q", "op1", "op2"))
    _sums.check(network_of(request.META.get("REMOTE_ADDR", "")), cost=cost_of(asked))
    if "q" in request.GET:
        today, language = timezone.localdate(), get_language() or "en"
        return JsonResponse(plain_answer(request.GET["q"], today=today, language=language))
    result = add(request.GET.get("op1", ""), request.GET.get("op2", ""))
    return HttpResponse(f'{{"error": 0, "result": {result}}}', content_type="application/json")
