"""A quick password hasher that counts its work, since work must be equal for every failure."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CountingHasher(PBKDF2PasswordHasher):
    """Django's own, with few rounds."""

    algorithm = "counting"
    iterations = 2
    rounds_done: ClassVar[int] = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        CountingHasher.rounds_done += iterations or self.iterations
        return super().encode(password, salt, iterations)
