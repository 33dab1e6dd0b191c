"""What a person typed, read as words and filters. Never fails, whatever was typed.

Knows no vocabulary: what the words may mean is for `vocabulary` and `plan`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from lookin.core.search.hangul import as_hangul, as_latin, has_hangul, is_initials, plain, strokes
from lookin.core.search.scripts import Script, script_of
from lookin.core.search.words import normal, words_of

LONGEST_QUERY = 200  # code points that are read
MOST_WORDS = 12
MOST_FILTERS = 6

FilterKey = Literal["in", "type", "by"]
_KEYS: tuple[FilterKey, ...] = ("in", "type", "by")
# in: and ㅑㅜ: are the same keys, so a filter works on the wrong keyboard too.
_FILTER = re.compile(r'(?<!\S)([a-zㄱ-ㆎ가-힣]{1,5}):("[^"]*"?|\S*)', re.IGNORECASE)


@dataclass(frozen=True)
class TypedWord:
    """One word as typed, in the spellings that are looked up.

    `text` is normalised, `parts` are the words that `text` is visibly made of (`read_csv`), and
    `open` says that the hand may still be in the middle of it: the last word, nothing behind.
    """

    text: str
    open: bool = False
    parts: tuple[str, ...] = field(default=(), compare=False)

    @cached_property
    def keys(self) -> str:
        """Key strokes, shifted ones in upper case."""
        return strokes(self.text)

    @cached_property
    def plain(self) -> str:
        """Key strokes without the shift key."""
        return plain(self.keys)

    @cached_property
    def script(self) -> Script:
        """The keyboard it was typed on, as far as its first letter tells."""
        return script_of(self.text)

    @cached_property
    def initials(self) -> bool:
        """Whether it is nothing but Hangul consonants."""
        return is_initials(self.text)


@dataclass(frozen=True)
class Filter:
    """`in:`, `type:` or `by:` and its value as typed (it may be empty: still being typed)."""

    key: FilterKey
    value: str


@dataclass(frozen=True)
class Query:
    """A read query. `text` is the part that was read, without the filters, spaces made one."""

    text: str
    words: tuple[TypedWord, ...]
    filters: tuple[Filter, ...]

    @cached_property
    def other_keyboard(self) -> str:
        """What the same keys would have typed on the other keyboard: for people to see."""
        return as_latin(self.text) if has_hangul(self.text) else as_hangul(self.text)


def read_query(text: str) -> Query:
    """Read at most LONGEST_QUERY characters of `text`: MOST_WORDS words, MOST_FILTERS filters."""
    used = "".join(char if char.isprintable() else " " for char in text[:LONGEST_QUERY])
    filters: list[Filter] = []

    def take(found: re.Match[str]) -> str:
        name = strokes(found[1])
        for key in _KEYS:
            if name == key and len(filters) < MOST_FILTERS:
                filters.append(Filter(key, found[2].strip('"').strip()))
                return " "
        return found[0]

    left = _FILTER.sub(take, used)
    return Query(" ".join(left.split()), _typed(left), tuple(filters))


def _typed(text: str) -> tuple[TypedWord, ...]:
    found = list(words_of(text))[:MOST_WORDS]
    return tuple(
        TypedWord(
            word.forms[0],
            open=word is found[-1] and word.end == len(text),
            parts=word.forms[1:],
        )
        for word in found
    )


def typed_word(text: str, *, open: bool = True) -> TypedWord:  # noqa: A002
    """`text` as one typed word, for what is no query: a name, a part, a joined pair."""
    return TypedWord(normal(text), open=open)
