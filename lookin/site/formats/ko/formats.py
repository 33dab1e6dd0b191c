"""Korean writes 오전 and 오후 before the hour; Django puts them after it."""

from __future__ import annotations

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
SHORT_DATETIME_FORMAT = "Y-n-j A g:i"
TIME_FORMAT = "A g:i"
