"""Balls: the precision they are made at, comparisons with three answers, and decimal output."""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from threading import RLock
from typing import Any, Generic, TypeVar

from flint import arb, ctx, fmpq, fmpz

T = TypeVar("T")

GUARD_BITS = 32
_SPARE_DIGITS = 5  # flint adds these to the digits asked for
_OWNER = RLock()


def bits_of(digits: int) -> int:
    """Working precision for results of this many decimal digits."""
    return int(digits * 3.3219280948873626) + GUARD_BITS + 64


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """The one owner of flint's global precision: sets it, and restores it on the way out.

    flint has one precision for all threads, so a thread that is inside keeps the others out.
    """
    with _OWNER:
        before = ctx.prec
        ctx.prec = bits
        try:
            yield
        finally:
            ctx.prec = before


class AtPrecision(Generic[T]):
    """A constant, made once at each precision at which it is asked for.

    >>> third = AtPrecision(lambda: arb(1) / 3)
    >>> with precision(200):
    ...     third() is third()
    True
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: dict[int, T] = {}

    def __call__(self) -> T:
        try:
            return self._made[ctx.prec]
        except KeyError:
            return self._made.setdefault(ctx.prec, self._make())


def ball(value: Fraction | int | arb) -> arb:
    """A ball around an exact rational, at the current precision; a ball stays what it is."""
    if isinstance(value, arb):
        return value
    exact = value if isinstance(value, Fraction) else Fraction(value)
    return arb(fmpq(exact.numerator, exact.denominator))


def balls_of(names: Sequence[str], values: Mapping[str, Fraction | arb]) -> tuple[arb, ...]:
    """Balls around the values of these names, in their order."""
    return tuple(ball(values[name]) for name in names)


def interval(low: arb | float, high: arb | float) -> arb:
    """The smallest ball that contains both ends."""
    return arb(low).union(arb(high))


def positive(value: arb) -> bool | None:
    """True or False when the sign is proved, None when the ball contains zero or is infinite."""
    if value > 0:
        return True
    if value <= 0:
        return False
    return None


def excludes_zero(value: arb) -> bool:
    """Whether zero is provably not in the ball; a ball that is not finite excludes nothing."""
    return bool(value.is_finite()) and not value.contains(0)


def key(value: arb) -> tuple[object, ...]:
    """What tells two balls apart, as a key of a dict.

    >>> key(arb(3, 0.5)) == key(arb(3, 0.5)), key(arb(3)) == key(arb(3, 0.5))
    (True, False)
    """
    if not value.is_finite():
        return (str(value),)
    return (*value.mid().man_exp(), *value.rad().man_exp())


def widest(box: Sequence[arb]) -> int:
    """Index of the component with the largest radius."""
    radii = [float(component.rad()) for component in box]
    return radii.index(max(radii))


def halves(box: Sequence[arb], index: int) -> tuple[list[arb], list[arb]]:
    """The box cut in two across one component; the halves share the cut."""
    low, high = box[index].lower(), box[index].upper()
    middle = (low + high) / 2
    left, right = list(box), list(box)
    left[index], right[index] = interval(low, middle), interval(middle, high)
    return left, right


def as_dict(value: arb, digits: int) -> dict[str, str]:
    """{"mid", "rad"} as decimal strings with |true - mid| <= rad, rounding of mid included.

    Raises ValueError for a ball that is not finite.

    >>> as_dict(arb(1) / 3, 5)
    {'mid': '0.33333333', 'rad': '2e-8'}
    >>> as_dict(arb("0.123456789", "1e-4"), 20)
    {'mid': '0.123456', 'rad': '0.00011'}
    """
    if not value.is_finite():
        raise ValueError(f"the ball {value} is not finite")
    meaningful = int(value.rel_accuracy_bits() * 0.30103) + 2
    shown = max(1, min(digits + 3, meaningful) - _SPARE_DIGITS)
    middle, radius, exponent = value.mid_rad_10exp(shown)
    return {"mid": _positional(middle, int(exponent)), "rad": _two_digits_up(radius, int(exponent))}


def _positional(mantissa: fmpz, exponent: int) -> str:
    """mantissa * 10^exponent as an exact decimal string."""
    if mantissa == 0:
        return "0"
    digits = tuple(map(int, str(abs(mantissa))))  # flint prints any size, Python's int up to 4300
    number = Decimal((0 if mantissa >= 0 else 1, digits, exponent))
    return f"{number:f}" if -12 <= number.adjusted() <= 40 else str(number).lower()


def _two_digits_up(mantissa: fmpz, exponent: int) -> str:
    """A bound mantissa * 10^exponent rounded up to two significant digits."""
    if mantissa == 0:
        return "0"
    surplus = max(0, len(str(mantissa)) - 2)
    top = int(-(-mantissa // fmpz(10) ** surplus))
    return str(Decimal((0, tuple(map(int, str(top))), exponent + surplus))).lower()


def _dyadic(value: arb) -> tuple[int, int] | str:
    """An exact number as mantissa and exponent of two, or the name of what is not finite."""
    if not value.is_finite():
        return str(value)
    mantissa, exponent = value.man_exp()
    return int(mantissa), int(exponent)


def _remade(middle: Any, radius: Any) -> arb:
    return arb(middle, radius)


def _parts(value: arb) -> tuple[Callable[[Any, Any], arb], tuple[Any, Any]]:
    """What makes the same ball again, to the last bit, at any precision."""
    return _remade, (_dyadic(value.mid()), _dyadic(value.rad()))


# flint's balls cannot be copied deeply or sent to another process by themselves; results can.
copyreg.pickle(arb, _parts)
