"""`{{ moment|lately }}`: how long ago something was, in one unit; put into "… ago" by the page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils.timesince import timesince
from django.utils.translation import gettext

from lookin.core.lib.clock import now

register = template.Library()


@register.filter
def lately(moment: datetime) -> str:
    """`3 minutes`, `2 days`; `a moment` within the first minute, where Django says 0 minutes."""
    if now() - moment < timedelta(minutes=1):
        return gettext("a moment")  # in Korean “조금”, for “전” follows
    return timesince(moment, depth=1)
