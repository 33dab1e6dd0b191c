"""Units by the names people give them. Their sizes are pint's; no text that was typed reaches it.

Only names from the table here, and single words that pint's own name lookup knows. Not for sums.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lookin.core.calculator.reals import ONE, Real, divide, multiply, power, real
from lookin.core.calculator.unit_names import OF_OUR_OWN, ROWS

_lock = threading.RLock()  # pint notes what it finds; that is not for two threads at once
_loaded: list[Any] = []
_WORD = re.compile(r"[A-Za-zµμΩÅ]{2,24}")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: 1 of it is `size` of the root units `kind`; °C and °F start at `start` kelvin."""

    symbol: str
    size: Real
    kind: tuple[tuple[str, Fraction], ...]
    start: Fraction | None = None

    @property
    def is_angle(self) -> bool:
        """Degrees and radians: numbers in disguise."""
        return self.kind == (("radian", Fraction(1)),)

    @property
    def is_time(self) -> bool:
        """Seconds to years."""
        return self.kind == (("second", Fraction(1)),)


def load_units() -> None:
    """Load pint and its registry: about a second, once; later calls return at once."""
    with _lock:
        if _loaded:
            return
        import pint  # noqa: PLC0415 - most of a second, and a sum without units needs none of it

        _loaded.append(pint.UnitRegistry(non_int_type=Fraction, cache_folder=None))


def is_unit(word: str) -> bool:
    """Whether the table here holds this name; pint is not asked."""
    return word in _NAMES or word.lower() in _FOLDED


def find_unit(word: str) -> Unit | None:
    """The unit of this name: as written, else in small letters, else by pint's name lookup."""
    row = _NAMES.get(word) or _FOLDED.get(word.lower())
    if row is not None:
        return _unit_of(row)
    return _looked_up(word) if _WORD.fullmatch(word) else None


@lru_cache(maxsize=2048)
def _unit_of(symbol: str) -> Unit:
    if symbol in OF_OUR_OWN:
        base, size = OF_OUR_OWN[symbol]
        if base == symbol:
            return Unit(symbol, ONE, ((symbol, Fraction(1)),))
        known = _from_pint(base, symbol)
        return Unit(symbol, multiply(known.size, real(size)), known.kind)
    return _from_pint(ROWS[symbol].split()[0], symbol)


_STARTS = {"°C": Fraction(27315, 100), "°F": Fraction(45967, 100) * Fraction(5, 9)}


def _from_pint(name: str, symbol: str) -> Unit:
    load_units()
    if name in _ANGLES:
        return Unit(symbol, _ANGLES[name], (("radian", Fraction(1)),))
    with _lock:
        factor, root = _loaded[0].get_root_units(name)
    kind = _kind_of(dict(root._units))
    return Unit(symbol, real(Fraction(factor)), kind, _STARTS.get(symbol))


# pint's own are rounded: its π has 50 digits.
_ANGLES = {
    "radian": ONE,
    "degree": Real(Fraction(1, 180), pi=1),
    "turn": Real(Fraction(2), pi=1),
    "arcminute": Real(Fraction(1, 10_800), pi=1),
    "arcsecond": Real(Fraction(1, 648_000), pi=1),
}


def _kind_of(root: Mapping[str, Any]) -> tuple[tuple[str, Fraction], ...]:
    return tuple(sorted((name, Fraction(exponent)) for name, exponent in root.items()))


@lru_cache(maxsize=4096)
def _looked_up(word: str) -> Unit | None:
    """A unit of pint's by name, such as hPa or furlong; at most one prefix, and no arithmetic."""
    load_units()
    registry = _loaded[0]
    with _lock:
        found = registry.parse_unit_name(word)
        if len({(prefix, unit) for prefix, unit, _ in found}) != 1:
            return None
        prefix, unit, _ = found[0]
        if unit in _UNFIT or (prefix and unit in _ANGLES):
            return None
        if not registry._units[unit].is_multiplicative:
            return None  # decibels, decades, other temperatures: more than a factor
        name = registry.get_name(word)
        return _from_pint(name, word)


# Words that are no unit to people.
_UNFIT = {"percent", "ppm", "count", "particle", "dozen", "score", "permille", "pi"}


def combined(parts: Iterable[tuple[Unit, int]]) -> tuple[Real, tuple[tuple[str, Fraction], ...]]:
    """The size and the kind of a product of units."""
    size, kind = ONE, dict[str, Fraction]()
    for unit, exponent in parts:
        size = multiply(size, power(unit.size, real(exponent)))
        for name, each in unit.kind:
            kind[name] = kind.get(name, Fraction(0)) + each * exponent
    return size, _kind_of({name: each for name, each in kind.items() if each})


def ratio(source: Unit, target: Unit) -> Real:
    """How many of `target` one of `source` is; both are of one kind."""
    return divide(source.size, target.size)


def _names() -> dict[str, str]:
    names = {symbol: symbol for symbol in ROWS}
    for symbol, row in ROWS.items():
        names.update(dict.fromkeys(row.split()[1:], symbol))
    return names


_NAMES = _names()
_FOLDED: dict[str, str] = {}
for _name, _symbol in _NAMES.items():
    if len(_name) > 1:  # 5G and 5M are no grams and metres
        _FOLDED.setdefault(_name.lower(), _symbol)
