"""How pages say when something was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils.translation import override

from lookin.apps.common.templatetags.times import lately
from lookin.core.lib.clock import now


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [(5, "a moment", "조금"), (200, "3\xa0minutes", "3분"), (90_000, "1\xa0day", "1일")],
)
def test_how_long_ago_is_said_in_one_unit_and_never_as_nothing(
    seconds: int, english: str, korean: str
) -> None:
    moment = now() - timedelta(seconds=seconds)
    for language, said in (("en", english), ("ko", korean)):
        with override(language):
            assert lately(moment) == said


def test_korean_says_morning_or_afternoon_before_the_hour() -> None:
    moment = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
    page = Template("{% load tz %}{{ moment|utc|date:'DATETIME_FORMAT' }}")
    with override("ko"):
        assert page.render(Context({"moment": moment})) == "2026년 11월 22일 오전 6:05"
