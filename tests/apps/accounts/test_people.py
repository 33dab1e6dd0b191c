"""Who may open what: every route with a stranger, a member, a teacher and an admin."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from lookin.apps.accounts import services, urls
from lookin.apps.accounts.models import AuditEvent, Device, User
from tests.apps.accounts.conftest import PASSWORD, sign_in
from tests.people import client_of

pytestmark = pytest.mark.django_db
SOMEBODY = uuid.UUID(int=1)

# method, address, then the status for a stranger, a member, a teacher, an admin.
ROUTES = [
    ("get", "/login", 200, 302, 302, 302),
    ("post", "/login", 401, 401, 401, 401),
    ("get", "/login/face", 405, 405, 405, 405),
    ("post", "/login/face", 401, 401, 401, 401),
    ("post", "/login/forget", 303, 303, 303, 303),
    ("get", "/logout", 405, 405, 405, 405),
    ("post", "/logout", 303, 303, 303, 303),
    ("get", "/ajax/login", 405, 405, 405, 405),
    ("post", "/ajax/login", 401, 401, 401, 401),
    ("get", "/start/nothing", 410, 410, 410, 410),
    ("get", "/invite/nothing", 410, 410, 410, 410),
    ("get", "/account/", 302, 200, 200, 200),
    ("post", "/account/profile", 302, 303, 303, 303),
    ("post", "/account/password", 302, 401, 401, 401),
    ("get", "/account/face", 302, 200, 200, 200),
    ("post", "/account/face", 302, 400, 400, 400),
    ("post", "/account/face/prove", 302, 401, 401, 401),
    ("post", "/account/face/forget", 302, 401, 401, 401),
    ("post", "/account/face/export", 302, 401, 401, 401),
    ("post", "/account/face/more", 302, 401, 401, 401),
    ("post", f"/account/devices/{SOMEBODY}/forget", 302, 404, 404, 404),
    ("post", "/account/sessions/end", 302, 303, 303, 303),
    # 409: browsers keep no passkeys for the address of these tests.
    ("post", "/ajax/passkeys/sign-in/begin", 409, 409, 409, 409),
    ("post", "/ajax/passkeys/sign-in", 409, 409, 409, 409),
    ("post", "/ajax/passkeys/confirm/begin", 401, 409, 409, 409),
    ("post", "/ajax/passkeys/confirm", 401, 409, 409, 409),
    ("post", "/ajax/passkeys/add/begin", 401, 409, 409, 409),
    ("post", "/ajax/passkeys/add", 401, 409, 409, 409),
    ("post", f"/account/passkeys/{SOMEBODY}/rename", 302, 404, 404, 404),
    ("post", f"/account/passkeys/{SOMEBODY}/remove", 302, 404, 404, 404),
    ("get", "/people/", 302, 403, 403, 200),
    ("post", "/people/add", 302, 403, 403, 400),
    ("post", "/people/faces/switch", 302, 403, 403, 401),
    ("post", "/people/faces/purge", 302, 403, 403, 400),
    ("post", "/people/device", 302, 403, 403, 303),
    ("post", f"/people/device/{SOMEBODY}/change", 302, 403, 403, 404),
    ("post", f"/people/device/{SOMEBODY}/forget", 302, 403, 403, 404),
    ("get", "/attendance/", 302, 403, 200, 200),
    ("get", "/attendance/csv", 302, 403, 200, 200),
    ("post", f"/people/{SOMEBODY}/invite", 302, 403, 403, 404),
    ("post", f"/people/{SOMEBODY}/role", 302, 403, 403, 404),
    ("post", f"/people/{SOMEBODY}/active", 302, 403, 403, 404),
]


@pytest.mark.parametrize(("method", "address", "stranger", "plain", "middle", "top"), ROUTES)
def test_every_route_knows_its_people(  # noqa: PLR0917
    method: str, address: str, stranger: int, plain: int, middle: int, top: int,
    member: User, teacher: User, admin: User,
) -> None:  # fmt: skip
    people = [(None, stranger), (member, plain), (teacher, middle), (admin, top)]
    for person, status in people:
        answer = getattr(client_of(person), method)(address)
        assert answer.status_code == status, (person, answer.content.decode()[-900:])


def test_no_route_is_missing_from_the_table() -> None:
    written = {address.replace(str(SOMEBODY), "<id>") for _, address, *_ in ROUTES}
    for route in urls.urlpatterns:
        pattern = "/" + str(route.pattern)
        for name in ("<uuid:device_id>", "<uuid:person_id>", "<str:passkey_id>"):
            pattern = pattern.replace(name, "<id>")
        assert pattern.replace("<str:secret>", "nothing") in written


@pytest.mark.parametrize(
    "address",
    [route[1] for route in ROUTES if route[0] == "post" and route[1] != "/login/forget"],
)
def test_every_post_without_the_form_token_is_403(admin: User, address: str) -> None:
    assert client_of(admin, checks_csrf=True).post(address).status_code == 403


def test_forgetting_a_name_without_the_form_token_forgets_nothing(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    token = client.get("/login").cookies["csrftoken"].value
    sign_in(client, member, csrfmiddlewaretoken=token)
    client.post("/login/forget")
    assert Device.objects.get().remembered == member


def test_the_first_admin_is_made_once_with_the_printed_link(db: None) -> None:
    link = f"/start/{services.make_setup_token()}"
    client = Client()
    assert client.get(link).status_code == 200
    weak = client.post(link, {"username": "관리자", "password": "lookin12"})
    assert weak.status_code == 400  # the link still works after a refused password
    answer = client.post(link, {"username": "관리자", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/service")
    assert client.get("/people/").status_code == 200
    again = Client().post(link, {"username": "second", "password": PASSWORD})
    assert again.status_code == 410
    assert "does not work any more" in again.content.decode()
    assert User.objects.count() == 1


def test_a_new_setup_link_ends_the_earlier_one(db: None) -> None:
    first, second = services.make_setup_token(), services.make_setup_token()
    assert Client().get(f"/start/{first}").status_code == 410
    assert Client().get(f"/start/{second}").status_code == 200


def test_a_setup_link_is_closed_when_an_admin_came_another_way(db: None) -> None:
    link = f"/start/{services.make_setup_token()}"
    services.add_person("operator", "admin", password=PASSWORD)
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"username": "x", "password": PASSWORD}).status_code == 410


def test_an_invited_person_chooses_a_password_once(admin: User) -> None:
    client = client_of(admin)
    client.post("/people/add", {"name": "하늘", "role": "member"})
    page = client.get("/people/").content.decode()
    link = page.split('class="invite-link" readonly value="http://testserver')[1].split('"')[0]
    assert link not in client.get("/people/").content.decode()
    guest = Client()
    assert guest.post(link, {"password": PASSWORD}).status_code == 303
    assert guest.get("/account/").status_code == 200
    assert Client().post(link, {"password": "another password"}).status_code == 410
    assert sign_in(Client(), User.objects.get(username="하늘")).status_code == 303


def test_a_taken_name_is_refused_whatever_its_case(admin: User) -> None:
    answer = client_of(admin).post("/people/add", {"name": "OPERATOR", "role": "member"})
    assert answer.status_code == 409
    assert 'value="OPERATOR"' in answer.content.decode()


def test_a_deactivated_person_is_out_and_may_come_back(admin: User, member: User) -> None:
    theirs, ours = Client(), client_of(admin)
    sign_in(theirs, member)
    ours.post(f"/people/{member.pk}/active", {"active": "no"})
    assert theirs.get("/account/").status_code == 302
    assert sign_in(theirs, member).status_code == 401
    ours.post(f"/people/{member.pk}/active", {"active": "yes"})
    assert theirs.get("/account/").status_code == 302  # the old session stays dead
    assert sign_in(theirs, member).status_code == 303


def test_the_last_admin_cannot_leave(admin: User) -> None:
    client = client_of(admin)
    assert client.post(f"/people/{admin.pk}/active", {"active": "no"}).status_code == 409
    assert client.post(f"/people/{admin.pk}/role", {"role": "member"}).status_code == 409
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.role == "admin"


def test_a_role_that_does_not_exist_is_refused(admin: User, member: User) -> None:
    answer = client_of(admin).post(f"/people/{member.pk}/role", {"role": "god"})
    assert answer.status_code == 400


def test_a_classroom_device_remembers_nobody(admin: User, member: User) -> None:
    client = Client()
    sign_in(client, admin)
    client.post("/people/device", {"label": "Row 2"})
    client.post("/logout")
    sign_in(client, member)
    device = Device.objects.get()
    assert device.is_classroom
    assert device.remembered is None
    assert device.trusts.count() == 0


def test_the_audit_says_who_changed_whom(admin: User, member: User) -> None:
    client_of(admin).post(f"/people/{member.pk}/role", {"role": "teacher"})
    row = AuditEvent.objects.get(event="role_changed")
    assert (row.actor, row.person, row.detail) == (admin, member, "teacher")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_one_link_at_once_one_gets_in() -> None:
    invited = services.add_person("하늘")
    link = f"/invite/{services.make_invite_token(invited)}"

    def open_link(number: int) -> int:
        try:
            return Client().post(link, {"password": f"{PASSWORD} {number}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(open_link, range(6)))
    assert answers == [303, 410, 410, 410, 410, 410]
