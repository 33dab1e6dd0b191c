"""How often one person may ask; and GET /ajax/calc, which anyone may."""

from __future__ import annotations

import contextlib
import time

import pytest
from django.test import Client

from lookin.apps.accounts.models import User
from lookin.apps.search import views
from lookin.apps.search.throttle import BURST, PER_SECOND, SHARE, Throttle, cost_of, cost_of_work
from lookin.core.lib.errors import LookinError
from tests.people import client_of


def test_a_burst_passes_and_then_so_many_a_second() -> None:
    throttle = Throttle(per_second=10, burst=3)
    for _ in range(3):
        throttle.check("a", now=100.0)
    with pytest.raises(LookinError, match="too fast") as refusal:
        throttle.check("a", now=100.0)
    assert (refusal.value.code, refusal.value.status) == ("slow_down", 429)
    throttle.check("b", now=100.0)
    throttle.check("a", now=100.15)
    with pytest.raises(LookinError):
        throttle.check("a", now=100.15)


def test_a_rest_gives_no_more_than_a_burst() -> None:
    throttle = Throttle(per_second=10, burst=3)
    throttle.check("a", now=0.0)
    for _ in range(3):
        throttle.check("a", now=1_000_000.0)
    with pytest.raises(LookinError):
        throttle.check("a", now=1_000_000.0)


def test_whoever_asks_too_fast_is_told_calmly_and_others_are_not_slowed(
    owner: User, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_searches", Throttle(per_second=0.001, burst=2))
    monkeypatch.setattr(views, "cost_of_work", lambda _: 0.0)
    fast = client_of(owner)
    codes = [fast.get("/ajax/search", {"q": "a"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert fast.get("/ajax/search", {"q": "a"}).json()["code"] == "slow_down"
    assert client_of(member).get("/ajax/search", {"q": "a"}).status_code == 200


def test_whoever_asks_dear_questions_may_ask_fewer() -> None:
    throttle = Throttle()
    asked, now = 0, time.monotonic()
    for step in range(1_000):  # ten seconds, a hundred tries in each
        with contextlib.suppress(LookinError):
            throttle.check("a", now=now + step / 100)
            throttle.charge("a", cost_of_work(0.06))
            asked += 1
    assert asked * 0.06 <= 10 * SHARE + BURST / PER_SECOND


def test_a_long_text_counts_as_many() -> None:
    throttle = Throttle(per_second=1, burst=15)
    throttle.check("a", now=0.0, cost=cost_of("1+" * 500))
    with pytest.raises(LookinError):
        throttle.check("a", now=0.0, cost=cost_of("1+" * 500))
    throttle.check("a", now=0.0, cost=cost_of("1+1"))
    throttle.check("b", now=0.0, cost=1_000_000.0)  # waited for, not refused for ever


@pytest.mark.django_db
def test_a_stranger_cannot_keep_the_calculator_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_sums", Throttle(per_second=0.001, burst=25))
    long = {"q": "sqrt(2)+" * 120 + "1"}
    codes = [Client().get("/ajax/calc", long).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").get("/ajax/calc", {"q": "1+1"})
    assert elsewhere.status_code == 200


@pytest.mark.django_db
def test_the_calculator_answers_anyone() -> None:
    answer = Client().get("/ajax/calc", {"q": "0.1 + 0.2"}).json()
    assert (answer["error"], answer["plain"], answer["result"]) == (0, "0.3", "0.3")
    assert Client().get("/ajax/calc?op1=6&op2=7").content == b'{"error": 0, "result": 13}'


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["", "hello", "1/0", "(" * 10_000, "10**10**10", "\0", "5 kg + 3 m"])
def test_what_is_no_sum_is_refused_calmly(q: str) -> None:
    answer = Client().get("/ajax/calc", {"q": q})
    assert (answer.status_code, answer.json()["error"]) == (400, -1), answer.content
    assert answer.json()["message"]
