"""Gives words their numbers, and says which words a text holds. Not for where the numbers are kept.

A number is given once, in the order of asking, and never changes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from lookin.core.search.words import SURFACE, forms_of, words_of

_MOST_SURFACES = 200_000
_MEASURED = re.compile(r"\d\.\d{5}")


class Numbering(dict[str, int]):
    """Numbers in the order of asking; knows which of them the store does not have yet."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__((name, number) for number, name in enumerate(names))
        self.saved = len(self)
        self._news: list[str] = []

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        self._news.append(name)
        return number

    def within(self, names: Sequence[str], most: int) -> tuple[int, ...]:
        """Their numbers; once there are `most` in all, only of those that have one."""
        if len(self) < most:
            return tuple([self[name] for name in names])
        return tuple([self[name] for name in names if name in self])

    def news(self) -> list[str]:
        """The names whose numbers are not saved yet, in their order."""
        return self._news

    def named_news(self) -> dict[str, int]:
        """The same with their numbers."""
        return {name: self[name] for name in self._news}

    def save(self) -> None:
        """The store has them all."""
        self.saved, self._news = len(self), []


class TextNumbers:
    """The numbers of the words of texts; a word as it stands in a text is taken apart once."""

    def __init__(self, numbers: Numbering) -> None:
        self._numbers = numbers
        self._of_surface: dict[str, tuple[int, ...]] = {}

    def of(self, text: str, most: int = sys.maxsize) -> set[int]:
        """Of one text, each number once; words that come after `most` in all get none."""
        found = set[int]()
        if _MEASURED.search(text):  # some of its figures are no words: only `words_of` knows which
            for word in words_of(text):
                found.update(self._numbers.within(word.forms, most))
            return found
        known = self._of_surface
        for surface in dict.fromkeys(SURFACE.findall(text)):  # in order, so the first words stay
            numbers = known.get(surface)
            if numbers is None:
                forms = forms_of(surface)
                numbers = self._numbers.within(forms, most)
                if len(numbers) == len(forms):
                    known[surface] = numbers
            found.update(numbers)
        if len(known) > _MOST_SURFACES:
            known.clear()
        return found

    def known(self, text: str) -> set[int]:
        """Of one text, without numbering what has no number yet."""
        return self.of(text, 0)
