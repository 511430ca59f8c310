"""Intervals as NumPy arrays of lower and upper ends, rounded outwards.

Sums, differences, products and integer powers only: what else a function needs is enclosed by
balls, cell by cell, and put in as intervals. Constants must be doubles, such as 2 or 1/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _down(values: Floats) -> Floats:
    return np.nextafter(values, -np.inf)


def _up(values: Floats) -> Floats:
    return np.nextafter(values, np.inf)


def ends(value: arb) -> tuple[float, float]:
    """Doubles below and above a ball; infinite ones for a ball that is not finite.

    >>> low, high = ends(arb(1) / 3)
    >>> low < high, high - low < 1e-15
    (True, True)
    """
    if not value.is_finite():
        return -np.inf, np.inf
    low, high = float(value.lower().mid()), float(value.upper().mid())
    return float(np.nextafter(low, -np.inf)), float(np.nextafter(high, np.inf))


@dataclass(frozen=True, eq=False)
class Intervals:
    """[low, high], element by element; arrays of one shape, or shapes that broadcast.

    >>> x = Intervals(np.array([-1.0, 1.0]), np.array([2.0, 2.0]))
    >>> (x**2).low.tolist(), bool((x * x).low[0] <= -2)
    ([0.0, 0.9999999999999999], True)
    """

    low: Floats
    high: Floats

    __array_ufunc__: None = None  # NumPy's scalars leave their operators to this class

    @classmethod
    def of(cls, value: Any) -> Intervals:
        """An interval as it is; a double as the interval of one point."""
        if isinstance(value, Intervals):
            return value
        point = np.asarray(value, dtype=np.float64)
        return cls(point, point)

    @classmethod
    def balls(cls, values: list[arb]) -> Intervals:
        """One interval around every ball."""
        low, high = zip(*map(ends, values), strict=True)
        return cls(np.array(low), np.array(high))

    def __add__(self, other: Any) -> Intervals:
        other = Intervals.of(other)
        return Intervals(_down(self.low + other.low), _up(self.high + other.high))

    def __neg__(self) -> Intervals:
        return Intervals(-self.high, -self.low)

    def __sub__(self, other: Any) -> Intervals:
        return self + (-Intervals.of(other))

    def __mul__(self, other: Any) -> Intervals:
        other = Intervals.of(other)
        with np.errstate(invalid="ignore"):
            a, b = self.low * other.low, self.low * other.high
            c, d = self.high * other.low, self.high * other.high
            low = np.minimum(np.minimum(a, b), np.minimum(c, d))
            high = np.maximum(np.maximum(a, b), np.maximum(c, d))
        nothing = np.isnan(low)
        if nothing.any():  # zero times an infinite end: the whole line
            low, high = np.where(nothing, -np.inf, low), np.where(nothing, np.inf, high)
        return Intervals(_down(low), _up(high))

    def __pow__(self, power: int) -> Intervals:
        if power != int(power) or power < 0:
            raise ValueError(f"power {power}: must be a natural number")
        if power == 0:
            return Intervals.of(np.ones_like(self.low))
        if power % 2:
            return self if power == 1 else self * self ** (int(power) - 1)
        half = self ** (int(power) // 2)
        squares = half.low * half.low, half.high * half.high
        low = np.where((half.low <= 0) & (half.high >= 0), 0.0, _down(np.minimum(*squares)))
        return Intervals(np.maximum(low, 0.0), _up(np.maximum(*squares)))

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
