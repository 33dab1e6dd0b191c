"""The rows of the search app: what somebody searched for lately and what they chose.

Theirs alone; gone with the person, and when they say “forget”. Nothing else reads them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

TEXT_LENGTH = 200


class RecentSearch(models.Model):
    """A text that led somewhere: the person chose something it had found."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recent_searches"
    )
    text = models.CharField(max_length=TEXT_LENGTH)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "text"), name="one_recent_search_each"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.text}"


class Use(models.Model):
    """How often and when last a person chose one thing. `key`: a digest, so no name stands here."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="search_uses"
    )
    key = models.CharField(max_length=32)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="one_use_each"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.count}"
