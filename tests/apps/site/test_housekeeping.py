"""A start sweeps out what has ended, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from lookin.site.housekeeping import sweep


@pytest.mark.django_db
def test_ended_sessions_go_and_running_ones_stay() -> None:
    for key, days in (("ended", -1), ("running", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days)
        )
    sweep()
    assert [session.session_key for session in Session.objects.all()] == ["running"]
