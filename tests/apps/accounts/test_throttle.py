"""Many tries slow down strangers, not the owner on a known device. Nobody is locked out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from lookin.apps.accounts import throttle
from lookin.apps.accounts.models import Attempts, User
from lookin.core.lib.errors import LookinError
from tests.apps.accounts.conftest import PASSWORD, sign_in

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def seconds_refused(rule: throttle.Rule, key: str, at: datetime) -> int:
    """0 when the try was let through, else how long it must wait."""
    try:
        throttle.claim_attempt(rule, key, now=at)
    except LookinError as error:
        return int(str(error.values["seconds"]))
    return 0


@pytest.mark.django_db
def test_the_wait_grows_to_a_minute_and_no_further() -> None:
    at, waits = START, []
    for _ in range(14):
        throttle.claim_attempt(throttle.ON_OTHER_DEVICES, "mina", now=at)
        waits.append(max(0, int((Attempts.objects.get().free_at - at).total_seconds())))
        at += timedelta(seconds=waits[-1])
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


@pytest.mark.django_db
def test_the_count_starts_again_after_a_quiet_day() -> None:
    for minute in range(10):
        throttle.claim_attempt(
            throttle.ON_OTHER_DEVICES, "mina", now=START + timedelta(minutes=2 * minute)
        )
    later = START + timedelta(days=2)
    throttle.claim_attempt(throttle.ON_OTHER_DEVICES, "mina", now=later)
    assert Attempts.objects.get().count == 1


@pytest.mark.django_db
def test_a_class_behind_one_address_is_slowed_and_never_refused_for_long() -> None:
    for _ in range(300):
        throttle.claim_attempt(throttle.FROM_ADDRESS, "10.0.0.1", now=START)
    assert seconds_refused(throttle.FROM_ADDRESS, "10.0.0.1", START) == 2
    assert seconds_refused(throttle.FROM_ADDRESS, "10.0.0.2", START) == 0


@pytest.mark.django_db
def test_of_many_in_one_moment_nobody_waits_for_who_read_the_clock_later() -> None:
    for milliseconds in (0, 900, 20, 500, 3):
        at = START + timedelta(milliseconds=milliseconds)
        assert seconds_refused(throttle.FROM_ADDRESS, "10.0.0.1", at) == 0
    assert Attempts.objects.get().count == 5


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("testclient", "unknown"),
    ],
)
def test_one_ipv6_network_counts_as_one_address(address: str, network: str) -> None:
    assert throttle.network_of(address) == network


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_the_same_moment_are_all_counted() -> None:
    for _ in range(6):
        throttle.claim_attempt(throttle.ON_OTHER_DEVICES, "mina", now=START)
        Attempts.objects.update(free_at=START)

    def attempt(_: int) -> bool:
        try:
            return seconds_refused(throttle.ON_OTHER_DEVICES, "mina", START) == 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        let_through = sum(pool.map(attempt, range(24)))
    assert let_through == 1
    assert Attempts.objects.get().count == 7


@pytest.mark.django_db
def test_guessing_slows_down_says_how_long_and_spares_the_owners_device(member: User) -> None:
    own = Client()
    sign_in(own, member)
    own.post("/logout")
    stranger = Client()
    answers = [sign_in(stranger, member, f"guess {n}") for n in range(8)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1
    assert "Wait" in answers[-1].content.decode()
    # The right password does not get the stranger through the wait, but the owner is at home.
    assert sign_in(stranger, member).status_code == 429
    assert sign_in(own, member).status_code == 303


@pytest.mark.django_db
def test_unknown_names_are_slowed_in_the_same_way(db: None) -> None:
    fields = {"username": "nobody", "password": "guess"}
    answers = [Client().post("/login", fields).status_code for _ in range(8)]
    assert (answers[0], answers[-1]) == (401, 429)


@pytest.mark.django_db
def test_a_success_clears_the_count(member: User) -> None:
    client = Client()
    for _ in range(4):
        sign_in(client, member, "wrong")
    assert sign_in(client, member, PASSWORD).status_code == 303
    client = Client()
    assert [sign_in(client, member, "wrong").status_code for _ in range(4)] == [401] * 4
