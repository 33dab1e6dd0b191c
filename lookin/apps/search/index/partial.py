"""A part of an index: some entries of a workspace, for somebody who may see these and no others.

Has a vocabulary of its own, of the words of these entries only: what the other entries hold can
neither be suggested nor crowd out what is theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lookin.apps.search.index.entry import Part
from lookin.apps.search.index.protocol import Field, Found, Piece, Reading, Size, Where
from lookin.core.search.vocabulary import Vocabulary


class PartialReading:
    """`Reading` of the entries with these paths. Numbers of words are its own."""

    def __init__(self, whole: Reading, paths: Sequence[str]) -> None:
        self._whole = whole
        self._paths = tuple(paths)
        self._of: Vocabulary | None = None
        self._vocabulary = Vocabulary()
        self._numbers: list[int] = []

    @property
    def words_in_memory(self) -> int:
        return len(self._vocabulary)

    def vocabulary(self) -> Vocabulary:
        whole = self._whole.vocabulary()
        held = self._whole.numbers_in([one.id for one in self._here()])
        numbers = [number for number in held if number < len(whole)]  # the rest came just now
        if numbers != self._numbers or whole is not self._of:
            self._vocabulary = Vocabulary([whole.word(number) for number in numbers])
            self._numbers, self._of = numbers, whole
        return self._vocabulary

    def prepare(self) -> None:
        self._whole.prepare()

    def find(
        self, sets: Sequence[Collection[int]], *, field: Field, where: Where, most: int
    ) -> list[Found]:
        return self._whole.find(self._theirs(sets), field=field, where=self._only(where), most=most)

    def newest(self, *, where: Where, most: int) -> list[Found]:
        return self._whole.newest(where=self._only(where), most=most)

    def parts(self, found_id: int) -> tuple[Part, ...]:
        return self._whole.parts(found_id) if found_id in {o.id for o in self._here()} else ()

    def pieces(
        self, found_ids: Collection[int], sets: Sequence[Collection[int]], *, most: int
    ) -> dict[int, list[Piece]]:
        seen = {one.id for one in self._here()} & set(found_ids)
        return self._whole.pieces(seen, self._theirs(sets), most=most)

    def held(self, numbers: Sequence[int]) -> list[int]:
        return list(numbers)

    def size(self) -> Size:
        here = self._here()
        changed_ns = max((one.changed_ns for one in here), default=0)
        return Size(len(here), len(self.vocabulary()), 0, changed_ns)

    def close(self) -> None:
        self._whole.close()

    def _only(self, where: Where) -> Where:
        return replace(where, paths=self._paths)

    def _theirs(self, sets: Sequence[Collection[int]]) -> list[list[int]]:
        own = self._numbers
        return [[own[one] for one in numbers if one < len(own)] for numbers in sets]

    def numbers_in(self, found_ids: Collection[int]) -> list[int]:
        return self._whole.numbers_in([one.id for one in self._here() if one.id in found_ids])

    def _here(self) -> list[Found]:
        return self._whole.newest(where=Where(paths=self._paths), most=len(self._paths))
