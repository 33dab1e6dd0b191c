"""A tree's value. Work is counted, so that no expression takes long. Not for notation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from lookin.core.calculator import failures, functions, reals
from lookin.core.calculator.cursor import NoSumError
from lookin.core.calculator.failures import SumError
from lookin.core.calculator.measures import (
    add_quantities,
    add_to_day,
    as_quantity,
    convert,
    days_of,
    multiply_quantities,
    power_of_quantity,
    symbol_of,
    whole_time,
)
from lookin.core.calculator.notation import shown_time
from lookin.core.calculator.reals import Real
from lookin.core.calculator.tree import (
    Call,
    Clock,
    Conversion,
    Day,
    Measure,
    Negative,
    Node,
    Number,
    Operation,
    Percent,
)
from lookin.core.calculator.units import find_unit
from lookin.core.calculator.values import Percentage, Quantity, TimeOfDay, Value, Written

_MOST_WORK = 30_000
HUNDRED = reals.real(100)


class Evaluation:
    """The working out of one tree."""

    def __init__(self) -> None:
        self.work = 0
        self.remarks: set[str] = set()  # "radians", "base 10": how something was read

    def value(self, node: Node) -> Value:  # noqa: PLR0911 - one for each node
        """The value of `node`. Raises SumError, with its place."""
        match node:
            case Number(value):
                return value
            case Day(day):
                return day
            case Clock(seconds):
                return TimeOfDay(seconds)
            case Percent(of):
                return Percentage(_number(self.value(of), "%"))
            case Negative(of, at):
                return self._negative(self.value(of), at)
            case Measure():
                return self._measure(node)
            case Operation():
                return self._chain(node)
            case Call(_, _, at) | Conversion(_, _, at):
                try:
                    return self._call(node) if isinstance(node, Call) else self._converted(node)
                except SumError as error:
                    raise error.placed(at) from None

    def _chain(self, node: Operation) -> Value:
        """a + b - c …: a loop along the left side, which may be as long as the line."""
        chain, first = [], node.left
        chain.append(node)
        while isinstance(first, Operation):
            chain.append(first)
            first = first.left
        left = self.value(first)
        for each in reversed(chain):
            right = self.value(each.right)
            try:
                self._count(left, right)
                left = operate(each.sign, left, right)
            except SumError as error:
                raise error.placed(each.at) from None
        return left

    def _converted(self, node: Conversion) -> Value:
        value = self.value(node.of)
        try:
            done = _converted(value, node)
        except SumError:
            if node.shy:
                raise NoSumError from None
            raise
        if node.smaller and isinstance(done, Quantity):
            assert isinstance(node.target, tuple)
            return Quantity(done.number, done.units, (node.target, *node.smaller))
        return done

    def _count(self, *values: Value) -> None:
        bits = 0
        for value in values:
            number = value.number if isinstance(value, Quantity | Percentage) else value
            if isinstance(number, Real) and isinstance(number.factor, Fraction):
                factor = number.factor
                bits += factor.numerator.bit_length() + factor.denominator.bit_length()
        self.work += 10 + bits * bits // 20_000
        if self.work > _MOST_WORK:
            raise failures.too_much_work()

    def _negative(self, value: Value, at: int) -> Value:
        match value:
            case Quantity(number, units, mixed):
                return Quantity(reals.negate(number), units, mixed)
            case Percentage(number):
                return Percentage(reals.negate(number))
            case Real():
                return reals.negate(value)
            case _:
                raise failures.plain_wanted("-").placed(at)

    def _measure(self, node: Measure) -> Value:
        total: Value | None = None
        for part, units in node.parts:
            number = _number(self.value(part), symbol_of(units))
            new = Quantity(number, units)
            total = new if total is None else add_quantities(as_quantity(total), new, 1)
        if len(node.parts) > 1 and isinstance(total, Quantity):
            return Quantity(total.number, total.units, tuple(units for _, units in node.parts))
        assert total is not None
        return total

    def _call(self, node: Call) -> Value:
        name = node.name
        values = [self.value(each) for each in node.arguments]
        self._count(*values)
        if name in functions.KEEP_UNITS and isinstance(values[0], Quantity):
            return self._keeping(name, values)
        if name in {"floor", "ceil", "round"} and isinstance(values[0], Quantity):
            first = values[0]
            rest = [_number(each, name) for each in values[1:]]
            done = functions.FUNCTIONS[name][2]([first.number, *rest])
            return Quantity(done, first.units)
        if name in functions.ANGLED and isinstance(values[0], Quantity):
            values = [_radians(values[0], name)]
        elif name in functions.ANGLED and isinstance(values[0], Real) and values[0].fraction:
            self.remarks.add("radians")
        elif name == "log" and len(values) == 1:
            self.remarks.add("base 10")
        if name == "sqrt" and isinstance(values[0], Quantity):
            return power_of_quantity(values[0], Fraction(1, 2))
        return functions.FUNCTIONS[name][2]([_number(each, name) for each in values])

    def _keeping(self, name: str, values: list[Value]) -> Value:
        first = as_quantity(values[0])
        numbers = [convert(as_quantity(each), first.units).number for each in values]
        return Quantity(functions.FUNCTIONS[name][2](numbers), first.units)


def _radians(value: Quantity, name: str) -> Real:
    if len(value.units) == 1 and value.units[0][0].is_angle and value.units[0][1] == 1:
        return reals.multiply(value.number, value.units[0][0].size)
    raise failures.plain_wanted(name)


def _number(value: Value, name: str) -> Real:
    if isinstance(value, Real):
        return value
    if isinstance(value, Percentage):
        return reals.divide(value.number, HUNDRED)
    raise failures.plain_wanted(name)


def _converted(value: Value, node: Conversion) -> Value:
    target = node.target
    if not isinstance(target, tuple):
        number = _number(value, f"base {target}" if isinstance(target, int) else target)
        if isinstance(target, int) and target != 10 and number.whole is None:
            raise failures.whole_wanted(f"base {target}")
        return Written(number, target)
    if isinstance(value, TimeOfDay):
        value = whole_time(value.seconds)
    if isinstance(value, Real) and all(unit.is_angle for unit, _ in target):
        radian = find_unit("rad")
        assert radian is not None
        value = Quantity(value, ((radian, 1),))
    if not isinstance(value, Quantity):
        raise failures.plain_wanted(symbol_of(target))
    return convert(value, target)


def operate(sign: str, left: Value, right: Value) -> Value:
    """left sign right. Raises SumError."""
    if sign in {"of", "on", "off"}:
        return _share(sign, left, right)
    if isinstance(left, date | TimeOfDay) or isinstance(right, date | TimeOfDay):
        return _with_days(sign, left, right)
    if isinstance(right, Percentage) and sign in {"+", "-"}:
        if isinstance(left, Percentage):
            return Percentage(_NUMBERS[sign](left.number, right.number))
        change = operate("*", left, right)
        return operate(sign, left, change)
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        return _with_units(sign, left, right)
    return _NUMBERS[sign](_number(left, sign), _number(right, sign))


def _share(sign: str, left: Value, right: Value) -> Value:
    """20% of 50, 20% on 50, 20% off 50; and 50의 20%."""
    if isinstance(right, Percentage) and sign == "of":
        left, right = right, left
    if not isinstance(left, Percentage):
        raise failures.plain_wanted(sign)
    share = operate("*", right, left)
    return share if sign == "of" else operate("+" if sign == "on" else "-", right, share)


def _with_units(sign: str, left: Value, right: Value) -> Value:
    if sign in {"+", "-"}:
        a, b = as_quantity(left), as_quantity(right)
        return add_quantities(a, b, 1 if sign == "+" else -1)
    if sign in {"*", "/"}:
        return multiply_quantities(as_quantity(left), as_quantity(right), 1 if sign == "*" else -1)
    if sign == "^" and isinstance(left, Quantity):
        exponent = _number(right, "^").fraction
        if exponent is not None and exponent.denominator <= 2 and abs(exponent) <= 9:
            return power_of_quantity(left, exponent)
    if sign in {"mod", "//"} and isinstance(left, Quantity):
        if isinstance(right, Quantity):
            other = convert(right, left.units)
            done = _NUMBERS[sign](left.number, other.number)
            return Quantity(done, left.units) if sign == "mod" else done
        return Quantity(_NUMBERS[sign](left.number, _number(right, sign)), left.units)
    raise failures.plain_wanted(sign)


def _with_days(sign: str, left: Value, right: Value) -> Value:
    """Days and times: a day and a length of time, two days, a time and a length, two times."""
    change = 1 if sign == "+" else -1
    if sign == "+" and isinstance(right, date) and not isinstance(left, date | TimeOfDay):
        left, right = right, left
    if sign == "+" and isinstance(right, TimeOfDay) and isinstance(left, Quantity):
        left, right = right, left
    if sign in {"+", "-"}:
        if isinstance(left, date) and isinstance(right, date) and sign == "-":
            return days_of(left - right)
        if isinstance(left, date) and isinstance(right, Quantity | Real):
            return add_to_day(left, right, change)
        if isinstance(left, TimeOfDay) and isinstance(right, TimeOfDay):
            if sign == "+":
                return whole_time(left.seconds + right.seconds)
            return whole_time(abs(left.seconds - right.seconds))  # 10:30 - 12:00 is a span
        if isinstance(left, TimeOfDay) and isinstance(right, Quantity):
            return _later(left, right, change)
        if isinstance(left, TimeOfDay) and isinstance(right, Real):
            raise failures.unit_wanted(shown_time(left))
    if sign in {"*", "/"} and not isinstance(left, date) and not isinstance(right, date):
        pair = [whole_time(v.seconds) if isinstance(v, TimeOfDay) else v for v in (left, right)]
        return operate(sign, *pair)
    raise failures.plain_wanted(sign)


def _later(time: TimeOfDay, length: Quantity, change: int) -> TimeOfDay:
    second = find_unit("s")
    assert second is not None
    seconds = convert(length, ((second, 1),)).number.fraction
    if seconds is None:
        raise failures.plain_wanted("+")
    days, rest = divmod(time.seconds + change * seconds, 86_400)
    return TimeOfDay(rest, int(days))


def _bits(work: Callable[[int, int], int], sign: str) -> Callable[[Real, Real], Real]:
    def done(left: Real, right: Real) -> Real:
        a, b = left.whole, right.whole
        if a is None or b is None:
            raise failures.whole_wanted(sign)
        if sign in {"<<", ">>"} and not 0 <= b <= reals.MAX_BITS:
            raise failures.too_large() if b > 0 else failures.no_value(sign)
        return reals.real(work(a, b))

    return done


_NUMBERS: dict[str, Callable[[Real, Real], Real]] = {
    "+": reals.add,
    "-": reals.subtract,
    "*": reals.multiply,
    "/": reals.divide,
    "//": functions.quotient,
    "mod": functions.remainder,
    "^": reals.power,
    "&": _bits(lambda a, b: a & b, "&"),
    "|": _bits(lambda a, b: a | b, "|"),
    "xor": _bits(lambda a, b: a ^ b, "xor"),
    "<<": _bits(lambda a, b: a << b, "<<"),
    ">>": _bits(lambda a, b: a >> b, ">>"),
}
