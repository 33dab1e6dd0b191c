"""Gives words their numbers, and says which words a text holds. Not for where the numbers are kept.

A number is given once, in the order of asking, and never changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

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

    def news(self) -> list[str]:
        """The names whose numbers are not saved yet, in their order."""
        return self._news

    def named_news(self) -> dict[str, int]:
        """The same with their numbers."""
        return {name: self[name] for name in self._news}

    def save(self) -> None:
        """The store has them all."""
        self.saved, self._news = len(self), []


def _forms_in(text: str) -> set[str]:
    if _MEASURED.search(text):  # some of its figures are no words: only `words_of` knows which
        return {form for word in words_of(text) for form in word.forms}
    return {form for surface in set(SURFACE.findall(text)) for form in forms_of(surface)}


class TextNumbers:
    """The numbers of the words of texts; a word as it stands in a text is taken apart once."""

    def __init__(self, numbers: Numbering) -> None:
        self._numbers = numbers
        self._of_surface: dict[str, tuple[int, ...]] = {}

    def of(self, text: str) -> set[int]:
        """Of one text, each number once."""
        if _MEASURED.search(text):
            return {self._numbers[form] for form in _forms_in(text)}
        known, found = self._of_surface, set[int]()
        for surface in dict.fromkeys(SURFACE.findall(text)):  # the first words stay, if any
            numbers = known.get(surface)
            if numbers is None:
                numbers = tuple([self._numbers[form] for form in forms_of(surface)])
                known[surface] = numbers
            found.update(numbers)
        if len(known) > _MOST_SURFACES:
            known.clear()
        return found

    def known(self, text: str) -> set[int]:
        """Of one text, without numbering what has no number yet."""
        return {self._numbers[form] for form in _forms_in(text) if form in self._numbers}
