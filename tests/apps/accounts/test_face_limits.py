"""How often a face may fail: five times in a row, then slowly, then only with another factor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lookin.apps.accounts import throttle
from lookin.apps.accounts.faces import looks
from lookin.apps.accounts.models import Attempts, AuditEvent, Device, DeviceTrust, User
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from tests.apps.accounts.conftest import sign_in
from tests.apps.accounts.looking import HERE, MEMBER_FACE, STRANGER_FACE, look, refusal

pytestmark = pytest.mark.django_db
FREE = {False: 5, True: 10}
IN_ALL = {False: 50, True: 100}


@pytest.fixture(params=[False, True], ids=["without liveness", "with liveness"])
def liveness(request: pytest.FixtureRequest, settings: Any) -> bool:
    settings.FACE_LIVENESS = request.param
    return bool(request.param)


def wait_over() -> None:
    Attempts.objects.update(free_at=now() - timedelta(seconds=1))


def failed_before(rule: throttle.Rule, key: object, times: int) -> None:
    """As if it had failed so often in a row, each time after the wait."""
    throttle.clear_attempts(rule, str(key))
    throttle.claim_attempt(rule, str(key), now=now())
    bucket = Attempts.objects.get(rule=rule.name, key=throttle._bucket(str(key)))
    Attempts.objects.filter(pk=bucket.pk).update(count=times, free_at=now())


def test_after_a_few_failures_each_try_waits_thirty_seconds(
    device: Device, people: dict[str, User], liveness: bool
) -> None:
    for _ in range(FREE[liveness]):
        assert refusal(device, "김민아", STRANGER_FACE) == "not_recognised"
    with pytest.raises(LookinError) as caught:
        look(device, "김민아", MEMBER_FACE)
    assert caught.value.code == "too_many_attempts"
    assert 28 <= int(str(caught.value.values["seconds"])) <= 30
    with pytest.raises(LookinError):
        looks.check_may_look(device, "")
    wait_over()
    assert refusal(device, "김민아", STRANGER_FACE) == "not_recognised"
    assert refusal(device, "김민아", MEMBER_FACE) == "too_many_attempts"  # one try, then again
    wait_over()
    assert look(device, "김민아", MEMBER_FACE) == people["member"]
    looks.check_may_look(device, "김민아")  # a success clears both counts


def test_after_many_failures_only_another_factor_opens_the_face_again(
    device: Device, people: dict[str, User], liveness: bool
) -> None:
    elsewhere = Device.objects.create(token_hash="3" * 64)
    DeviceTrust.objects.create(device=elsewhere, person=people["member"])
    failed_before(throttle.OF_FACE, people["member"].pk, IN_ALL[liveness] - 1)
    assert refusal(device, "김민아", STRANGER_FACE) == "not_recognised"
    wait_over()
    assert refusal(device, "김민아", MEMBER_FACE) == "attempts_used_up"
    assert refusal(elsewhere, "김민아", MEMBER_FACE) == "attempts_used_up"
    assert refusal(elsewhere, "", MEMBER_FACE) == "attempts_used_up"
    Attempts.objects.update(last_at=now() - timedelta(days=30))  # time alone does not help
    assert refusal(elsewhere, "", MEMBER_FACE) == "attempts_used_up"
    sign_in(Client(), people["member"])
    assert look(elsewhere, "김민아", MEMBER_FACE) == people["member"]


def test_a_wrong_password_does_not_open_the_face_again(
    device: Device, people: dict[str, User]
) -> None:
    failed_before(throttle.OF_FACE, people["member"].pk, 100)
    sign_in(Client(), people["member"], "a guess of somebody's")
    assert refusal(device, "김민아", MEMBER_FACE) == "attempts_used_up"


def test_another_persons_password_does_not_open_the_face_again(
    device: Device, people: dict[str, User]
) -> None:
    failed_before(throttle.OF_FACE, people["member"].pk, 100)
    sign_in(Client(), people["teacher"])
    assert refusal(device, "김민아", MEMBER_FACE) == "attempts_used_up"


def test_identification_is_limited_by_device(
    device: Device, people: dict[str, User], liveness: bool
) -> None:
    failed_before(throttle.OF_DEVICE_FACES, device.pk, IN_ALL[liveness] - 1)
    assert refusal(device, "", STRANGER_FACE) == "not_recognised"
    wait_over()
    assert refusal(device, "", MEMBER_FACE) == "attempts_used_up"
    elsewhere = Device.objects.create(token_hash="3" * 64)
    DeviceTrust.objects.create(device=elsewhere, person=people["member"])
    assert look(elsewhere, "", MEMBER_FACE) == people["member"]


def test_a_look_that_was_not_alive_counts_like_one_that_did_not_match(
    device: Device, people: dict[str, User], liveness: bool
) -> None:
    for _ in range(FREE[liveness]):
        looks.refuse(device, "김민아", HERE, "flat")
    with pytest.raises(LookinError) as caught:
        looks.refuse(device, "김민아", HERE, "flat")
    assert caught.value.code == "too_many_attempts"
    counts = dict(Attempts.objects.values_list("rule", "count"))
    assert counts == {"face": FREE[liveness], "device-faces": FREE[liveness]}


def test_who_shares_a_device_cannot_clear_the_tries_to_be_taken_for_another(
    device: Device, people: dict[str, User], liveness: bool
) -> None:
    """The own face, or the own password, would make room for the next tries without end."""
    failed = 0
    while failed < IN_ALL[liveness]:
        assert refusal(device, "", STRANGER_FACE) == "not_recognised"
        failed += 1
        if failed % 3 == 0:
            assert look(device, "", MEMBER_FACE) == people["member"]
    throttle.clear_attempts(throttle.OF_DEVICE_FACES, str(device.pk))  # as a password does
    assert refusal(device, "", STRANGER_FACE) == "name_needed"
    assert refusal(device, "", MEMBER_FACE) == "name_needed"
    assert look(device, "김민아", MEMBER_FACE) == people["member"]  # nobody is locked out


def test_the_next_day_looks_without_a_name_work_again(
    device: Device, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, key = looks._bucket(device, "")
    failed_before(rule, key, 100)
    assert refusal(device, "", MEMBER_FACE) == "name_needed"
    tomorrow = now() + timedelta(days=1)
    monkeypatch.setattr(looks, "now", lambda: tomorrow)
    assert look(device, "", MEMBER_FACE) == people["member"]


def test_the_limits_do_not_tell_which_names_exist(device: Device, people: dict[str, User]) -> None:
    answers = {}
    for name in ("no such name", "김민아"):
        for _ in range(11):
            throttle.clear_attempts(throttle.OF_DEVICE_FACES, str(device.pk))
            answers[name] = refusal(device, name, STRANGER_FACE)
    assert answers == dict.fromkeys(answers, "too_many_attempts")


def test_a_name_that_is_unknown_here_counts_for_this_device_alone(
    device: Device, people: dict[str, User]
) -> None:
    elsewhere = Device.objects.create(token_hash="3" * 64)
    for name in ("no such name", "김민아"):
        assert refusal(elsewhere, name, MEMBER_FACE) == "not_recognised"
    counts = list(Attempts.objects.order_by("rule", "count").values_list("rule", "count"))
    assert counts == [("device-faces", 2), ("face", 1), ("face", 1)]
    assert not Attempts.objects.filter(key=throttle._bucket(str(people["member"].pk))).exists()


def test_challenges_that_are_broken_off_slow_the_device_and_a_success_forgets_them(
    device: Device, people: dict[str, User]
) -> None:
    for _ in range(20):
        looks.check_may_look(device, "")
        looks.count_abandoned(device)
    with pytest.raises(LookinError) as caught:
        looks.check_may_look(device, "")
    assert caught.value.code == "too_many_attempts"
    wait_over()
    assert look(device, "", MEMBER_FACE) == people["member"]
    assert not Attempts.objects.filter(count__gt=0).exists()


def test_limits_can_be_made_stricter(
    device: Device, people: dict[str, User], settings: Any
) -> None:
    settings.FACE_LIVENESS = False
    settings.FACE_TRIES, settings.FACE_WAIT_SECONDS, settings.FACE_TRIES_IN_ALL = 1, 60, 2
    assert refusal(device, "", STRANGER_FACE) == "not_recognised"
    with pytest.raises(LookinError) as caught:
        look(device, "", MEMBER_FACE)
    assert 58 <= int(str(caught.value.values["seconds"])) <= 60
    wait_over()
    assert refusal(device, "", STRANGER_FACE) == "not_recognised"
    wait_over()
    assert refusal(device, "", MEMBER_FACE) == "attempts_used_up"


def test_leaving_the_name_out_is_never_the_weaker_check(
    device: Device, people: dict[str, User], settings: Any
) -> None:
    settings.FACE_FMR = 1e-100  # nobody is this close, by name or without
    assert refusal(device, people["member"].username, MEMBER_FACE) == "not_recognised"
    assert refusal(device, "", MEMBER_FACE) == "not_recognised"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["김민아", ""])
def test_many_looks_at_the_same_moment_are_all_counted(
    device: Device, people: dict[str, User], settings: Any, name: str
) -> None:
    settings.FACE_LIVENESS = False

    def attempt(_: int) -> str:
        try:
            return refusal(device, name, STRANGER_FACE)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(24)))
    assert answers.count("not_recognised") == 5
    assert answers.count("too_many_attempts") == 19
    assert AuditEvent.objects.filter(event="sign_in_failed").count() == 5
