"""Intervals as NumPy arrays of lower and upper ends, rounded outwards.

Sums, differences, products and integer powers only: what else a function needs is enclosed by
balls, cell by cell, and put in as intervals. Constants must be doubles, such as 2 or 1/2.
"""

from __future__ import annotations

from math import inf, isnan, nextafter
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FARTHER = np.array([[-1.0], [1.0]])
_HALF_ULP, _LEAST = _FARTHER * 2.0**-53 * (1 + 2.0**-52), _FARTHER * 2.0**-1074
_LINE = _FARTHER * inf
_UNHEEDED: dict[str, Any] = {"invalid": "ignore", "over": "ignore"}  # what infinite ends raise


def _outwards(both: Floats) -> Intervals:
    """At least the next doubles outside of both ends; the whole line where one is no number.

    Rump, Zimmermann, Boldo and Melquiond, BIT 49 (2009) 419, algorithm 2.
    """
    farther = np.abs(both)
    farther *= _HALF_ULP
    farther += _LEAST
    both += farther
    if isnan(np.maximum.reduce(both, None)):
        both = np.where(np.isnan(both).any(0), _LINE, both)
    return Intervals.both(both)


def ends(value: arb) -> tuple[float, float]:
    """Doubles below and above a ball; infinite ones for a ball that is not finite.

    >>> low, high = ends(arb(1) / 3)
    >>> low < high, high - low < 1e-15
    (True, True)
    """
    if not value.is_finite():
        return -inf, inf
    low, high = float(value.lower().mid()), float(value.upper().mid())
    return nextafter(low, -inf), nextafter(high, inf)


def _hull(values: Floats) -> Intervals:
    """Around all rows of an array."""
    both = np.empty((2, *values.shape[1:]))
    np.minimum.reduce(values, 0, out=both[0])
    np.maximum.reduce(values, 0, out=both[1])
    return _outwards(both)


class Intervals:
    """[low, high], element by element; arrays of one shape, or shapes that broadcast.

    >>> x = Intervals(np.array([-1.0, 1.0]), np.array([2.0, 2.0]))
    >>> (x**2).low.tolist(), bool((x * x).low[0] <= -2)
    ([0.0, 0.9999999999999999], True)
    """

    __array_ufunc__: None = None  # NumPy's scalars leave their operators to this class

    def __init__(self, low: Any, high: Any) -> None:
        self._both: Floats = np.array([np.atleast_1d(low), np.atleast_1d(high)], dtype=np.float64)

    @classmethod
    def both(cls, ends: Floats) -> Intervals:
        """The rows of an array, which is kept: the lower ends, and the upper ones."""
        made = cls.__new__(cls)
        made._both = ends
        return made

    @property
    def ends(self) -> Floats:
        """The rows of lower and upper ends."""
        return self._both

    @property
    def low(self) -> Floats:
        """The lower ends."""
        low: Floats = self._both[0]
        return low

    @property
    def high(self) -> Floats:
        """The upper ends."""
        high: Floats = self._both[1]
        return high

    @classmethod
    def of(cls, value: Any) -> Intervals:
        """An interval as it is; a double as the interval of one point."""
        return value if isinstance(value, Intervals) else cls(value, value)

    @classmethod
    def balls(cls, values: list[arb]) -> Intervals:
        """One interval around every ball."""
        low, high = zip(*map(ends, values), strict=True)
        return cls(np.array(low), np.array(high))

    @classmethod
    def columns(cls, rows: Any, place: NDArray[np.intp]) -> list[Intervals]:
        """Each column of rows of pairs of ends, with the rows at these places.

        >>> (x,) = Intervals.columns([[(0.0, 1.0)], [(2.0, 3.0)]], np.array([1, 1, 0]))
        >>> x.low.tolist()
        [2.0, 2.0, 0.0]
        """
        ends = np.array(rows).transpose(1, 2, 0)[..., place.reshape(-1)]
        return [cls.both(column) for column in np.ascontiguousarray(ends)]

    def __add__(self, other: Any) -> Intervals:
        with np.errstate(**_UNHEEDED):
            return _outwards(self._both + (other._both if isinstance(other, Intervals) else other))

    def __neg__(self) -> Intervals:
        return Intervals.both(-self._both[::-1])

    def __sub__(self, other: Any) -> Intervals:
        less: Intervals = self + (-other)
        return less

    def __mul__(self, other: Any) -> Intervals:
        with np.errstate(**_UNHEEDED):
            if isinstance(other, int | float):
                return _outwards(self._both * other if other >= 0 else self._both[::-1] * other)
            products = self._both[:, None] * Intervals.of(other)._both
            return _hull(products.reshape(4, *products.shape[2:]))

    def __pow__(self, power: int) -> Intervals:
        if power != int(power) or power < 0:
            raise ValueError(f"power {power}: must be a natural number")
        if power == 0:
            return Intervals.of(np.ones_like(self.low))
        if power % 2:
            return self if power == 1 else self * self ** (int(power) - 1)
        half = self ** (int(power) // 2)
        with np.errstate(**_UNHEEDED):
            squares = _hull(half._both * half._both)
        least = np.where((half.low <= 0) & (half.high >= 0), 0.0, squares.low)
        return Intervals(np.maximum(least, 0.0), squares.high)

    def __radd__(self, other: Any) -> Intervals:
        added: Intervals = self + other
        return added

    def __rsub__(self, other: Any) -> Intervals:
        return Intervals.of(other) - self

    def __rmul__(self, other: Any) -> Intervals:
        times: Intervals = self * other
        return times

    def __getitem__(self, index: Any) -> Intervals:
        return Intervals(self.low[index], self.high[index])

    @property
    def middle(self) -> Intervals:
        """The midpoints, as intervals of one point."""
        return Intervals.of((self.low + self.high) / 2)

    @property
    def width(self) -> Floats:
        """high - low."""
        return self.high - self.low

    def without_zero(self) -> NDArray[np.bool_]:
        """Where zero is proved not to be inside."""
        return (self.low > 0) | (self.high < 0)

    def within(self, other: Intervals) -> Intervals:
        """The intersection; empty where low > high."""
        return Intervals(np.maximum(self.low, other.low), np.minimum(self.high, other.high))
