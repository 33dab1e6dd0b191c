"""The attendance list: whose, when, how long, and as a file that a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from lookin.apps.accounts.classroom.attendance import Attendee, Stay, attendance_of, read_lesson
from lookin.apps.accounts.classroom.spreadsheet import attendance_csv, guarded
from lookin.apps.accounts.models import ClassroomVisit, Device, User
from lookin.apps.accounts.services import add_person
from lookin.core.lib.errors import LookinError
from tests.people import client_of

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _in_seoul(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Seoul"
    timezone.get_default_timezone.cache_clear()
    yield
    timezone.get_default_timezone.cache_clear()


def at(clock: str, day: date = MONDAY, zone: ZoneInfo = SEOUL) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone)


def stay(person: User, came: datetime, left: datetime | None, label: str = "Row 2") -> None:
    device, _ = Device.objects.get_or_create(
        token_hash="1" * 64, is_classroom=True, defaults={"label": "Row 2"}
    )
    ClassroomVisit.objects.create(
        person=person, device=device, device_label=label, session_hash="0" * 64,
        began_at=came, seen_at=left or came, ended_at=left,
    )  # fmt: skip


def listed(now: str = "23:00", day: str = "2026-03-02", **times: str) -> list[Attendee]:
    lesson = read_lesson(
        day, times.get("begins", ""), times.get("ends", ""), today=MONDAY, zone=SEOUL
    )
    return attendance_of(lesson, at(now))


def test_a_day_lists_members_with_their_first_and_last_time(
    member: User, teacher: User, admin: User
) -> None:
    stay(member, at("09:00"), at("09:40"))
    stay(member, at("10:00"), at("10:20"), "Row 3")
    stay(teacher, at("09:00"), at("09:40"))
    stay(admin, at("09:00"), at("09:40"))
    (row,) = listed()
    assert (row.person, row.minutes) == (member, 60)
    assert (row.came, row.left) == (at("09:00"), at("10:20"))
    assert [s.device for s in row.stays] == ["Row 2", "Row 3"]


def test_a_lesson_counts_only_what_lies_inside_it(member: User) -> None:
    stay(member, at("08:50"), at("09:30"))
    (row,) = listed(begins="09:00", ends="09:50")
    assert row.minutes == 30
    assert not listed(begins="09:30", ends="10:00")
    assert not listed(begins="08:00", ends="08:50")


def test_who_is_there_now_is_here_and_who_went_quiet_left_when_last_seen(member: User) -> None:
    stay(member, at("09:00"), None)
    assert listed(now="09:05")[0].left is None
    assert listed(now="09:30")[0].left == at("09:00")  # quiet for longer than ten minutes


def test_a_day_begins_at_midnight_of_the_place(member: User) -> None:
    stay(member, at("23:50", MONDAY - timedelta(days=1)), at("00:10"))
    assert [row.minutes for row in listed(day="2026-03-02")] == [10]
    assert [row.minutes for row in listed(day="2026-03-01")] == [10]
    assert not listed(day="2026-03-03")
    early = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)  # half past midnight in Seoul
    stay(add_person("새벽"), early, early + timedelta(minutes=5))
    assert len(listed(day="2026-03-02")) == 2


def test_a_day_on_which_the_clocks_change_is_whole() -> None:
    spring = read_lesson("2026-03-29", "", "", today=MONDAY, zone=BERLIN)
    autumn = read_lesson("2026-10-25", "", "", today=MONDAY, zone=BERLIN)
    lengths = [x.ends.astimezone(UTC) - x.begins.astimezone(UTC) for x in (spring, autumn)]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        ("yesterday", "", ""),
        ("2026-02-30", "", ""),
        ("2026-03-02", "10:00", "09:00"),
        ("2026-03-02", "10:00", "10:00"),
        ("2026-03-02", "25:00", ""),
        ("0001-01-01", "", ""),
        ("9999-12-31", "", ""),
        ("٢٠٢٦-٠٣-٠٢", "", ""),
    ],
)
def test_what_is_no_lesson_is_refused(day: str, begins: str, ends: str) -> None:
    with pytest.raises(LookinError, match="no lesson"):
        read_lesson(day, begins, ends, today=MONDAY, zone=SEOUL)


@pytest.mark.parametrize(
    ("who", "status"), [("", 302), ("member", 403), ("teacher", 200), ("admin", 200)]
)
def test_teachers_and_admins_read_it_and_nobody_else(
    who: str, status: int, member: User, teacher: User, admin: User
) -> None:
    people = {"": None, "member": member, "teacher": teacher, "admin": admin}
    stay(member, at("09:00"), at("09:40"))
    client = client_of(people[who])
    for path in ("/attendance/", "/attendance/csv"):
        answer = client.get(f"{path}?day=2026-03-02")
        assert answer.status_code == status, path
        assert ("09:40" in answer.content.decode()) == (status == 200), path


def test_the_page_says_when_nobody_was_there_and_when_the_question_was_wrong(
    teacher: User,
) -> None:
    client = client_of(teacher)
    page = client.get("/attendance/?day=2026-03-02").content.decode()
    assert "Nobody was signed in at a classroom device then." in page
    assert "Asia/Seoul" in page
    wrong = client.get("/attendance/?day=2026-03-02&from=10:00&to=09:00")
    assert wrong.status_code == 400
    assert "That is no lesson" in wrong.content.decode()
    assert client.get("/attendance/csv?day=never").status_code == 400


def test_the_page_and_the_file_speak_of_the_same_lesson(teacher: User, member: User) -> None:
    stay(member, at("09:00"), at("09:40"))
    client = client_of(teacher)
    page = client.get("/attendance/?day=2026-03-02&from=09:30&to=10:00").content.decode()
    assert "/attendance/csv?day=2026-03-02&amp;from=09%3A30&amp;to=10%3A00" in page
    assert 'value="09:30"' in page
    file = client.get("/attendance/csv?day=2026-03-02&from=09:30&to=10:00")
    assert file["Content-Disposition"] == 'attachment; filename="attendance-2026-03-02.csv"'
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    text = file.content.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    heads = ["Day", "Name", "Sign-in name", "Came", "Left", "Minutes", "Device"]
    assert rows[0] == heads
    assert rows[1] == ["2026-03-02", "민아", "김민아", "09:00:00", "09:40:00", "10", "Row 2"]
    assert text.count("\r\n") == text.count("\n") == 2


def test_a_korean_teacher_gets_korean_heads(teacher: User, member: User) -> None:
    User.objects.filter(pk=teacher.pk).update(language="ko")
    teacher.refresh_from_db()
    stay(member, at("09:00"), at("09:40"))
    text = client_of(teacher).get("/attendance/csv?day=2026-03-02").content.decode("utf-8-sig")
    assert text.splitlines()[0].split(",")[1] == "이름"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+7", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "＠x", '=HYPERLINK("x")'],
)
def test_nothing_a_person_wrote_is_a_formula(text: str) -> None:
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", ["Mina;=1+1", "Mina; +1", 'Mina;"=1+1', "a,=1", "a|@x"])
def test_a_name_that_another_separator_splits_is_no_formula_behind_it(text: str) -> None:
    pieces = re.split(r"[;,|]", guarded(text))
    assert pieces[1].lstrip(' "').startswith("'")


@pytest.mark.parametrize("text", ["민아", "Row 2", "👩\u200d🏫", "a=b", "7-2", "'x", ""])
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


def test_names_with_commas_quotes_and_lines_stay_in_their_cells(member: User) -> None:
    member.display_name = 'Kim, "민아"\n=1'
    hostile = Stay(at("23:50"), at("00:10", MONDAY + timedelta(days=1)), 20, "=cmd|' /C calc'!A0")
    text = attendance_csv(["a", "b"], [Attendee(member, (hostile,))], SEOUL)
    _, row = csv.reader(io.StringIO(text[1:]))
    assert row == [
        "2026-03-02", 'Kim, "민아" =1', "김민아", "23:50:00", "2026-03-03 00:10:00", "20",
        "'=cmd|' /C calc'!A0",
    ]  # fmt: skip


def test_an_empty_list_is_heads_alone() -> None:
    assert attendance_csv(["a", "b"], [], SEOUL) == "\ufeffa,b\r\n"


def test_names_in_the_page_are_text(teacher: User, member: User) -> None:
    User.objects.filter(pk=member.pk).update(display_name="<b>x</b>")
    stay(member, at("09:00"), at("09:40"), "<script>" + "x" * 72)
    page = client_of(teacher).get("/attendance/?day=2026-03-02").content.decode()
    assert "<b>x</b>" not in page
    assert "<script>x" not in page


def test_a_stranger_who_types_the_address_is_led_to_the_sign_in(db: None) -> None:
    assert Client().get("/attendance/csv")["Location"] == "/login?next=/attendance/csv"
