"""Exact arithmetic in the cyclotomic field Q(zeta_P), for every P."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import gcd, lcm

import sympy as sp


@cache
def _monic_cyclotomic(order: int) -> tuple[int, ...]:
    """Coefficients of the cyclotomic polynomial Phi_P, constant term first."""
    polynomial = sp.Poly(sp.cyclotomic_poly(order, sp.Symbol("z")), sp.Symbol("z"))
    return tuple(int(c) for c in reversed(polynomial.all_coeffs()))


def _reduce(order: int, coefficients: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Remainder modulo Phi_P: the unique representative of degree below phi(P)."""
    modulus = _monic_cyclotomic(order)
    degree = len(modulus) - 1
    work = list(coefficients)
    for top in range(len(work) - 1, degree - 1, -1):
        factor = work[top]
        if factor:
            for index in range(degree + 1):
                work[top - degree + index] -= factor * modulus[index]
    return tuple(work[:degree])


def _integers(coefficients: Sequence[Fraction]) -> tuple[list[int], int]:
    """Numerators over one denominator: products of integers are far cheaper than of fractions."""
    denominator = lcm(*(c.denominator for c in coefficients))
    return [c.numerator * (denominator // c.denominator) for c in coefficients], denominator


@dataclass(frozen=True)
class Cyclotomic:
    """A number sum_j c_j zeta^j of Q(zeta), zeta = exp(2 pi i/P), held exactly.

    ``coefficients`` has length P (an element of Q[z]/(z^P - 1)); equality is
    decided modulo the cyclotomic polynomial, so it is exact for composite P too.

    >>> z = Cyclotomic.root(6)
    >>> z * z - z + 1 == 0
    True
    """

    order: int
    coefficients: tuple[Fraction, ...]

    @staticmethod
    def root(order: int, power: int = 1) -> Cyclotomic:
        """zeta^power."""
        exponent = power % order
        return Cyclotomic(order, tuple(Fraction(int(j == exponent)) for j in range(order)))

    @staticmethod
    def rational(order: int, value: Fraction | int) -> Cyclotomic:
        """A rational number as an element of the field."""
        return Cyclotomic(order, (Fraction(value),) + (Fraction(0),) * (order - 1))

    @staticmethod
    def transform(values: Sequence[Fraction], frequency: int) -> Cyclotomic:
        """sum_n values[n] zeta^{frequency n}, with P = len(values)."""
        order = len(values)
        total = [Fraction(0)] * order
        for index, value in enumerate(values):
            total[frequency * index % order] += value
        return Cyclotomic(order, tuple(total))

    def _coerce(self, other: Cyclotomic | Fraction | int) -> Cyclotomic:
        if isinstance(other, Cyclotomic):
            if other.order != self.order:
                raise ValueError(f"roots of unity of orders {self.order} and {other.order}")
            return other
        return Cyclotomic.rational(self.order, other)

    def __add__(self, other: Cyclotomic | Fraction | int) -> Cyclotomic:
        pairs = zip(self.coefficients, self._coerce(other).coefficients, strict=True)
        return Cyclotomic(self.order, tuple(a + b for a, b in pairs))

    __radd__ = __add__

    def __neg__(self) -> Cyclotomic:
        return Cyclotomic(self.order, tuple(-a for a in self.coefficients))

    def __sub__(self, other: Cyclotomic | Fraction | int) -> Cyclotomic:
        return self + (-self._coerce(other))

    def __rsub__(self, other: Fraction | int) -> Cyclotomic:
        return self._coerce(other) - self

    def __mul__(self, other: Cyclotomic | Fraction | int) -> Cyclotomic:
        if not isinstance(other, Cyclotomic):
            return Cyclotomic(self.order, tuple(a * other for a in self.coefficients))
        left, below = _integers(self.coefficients)
        right, under = _integers(self._coerce(other).coefficients)
        total = [0] * self.order
        for i, a in enumerate(left):
            if a:
                for j, b in enumerate(right):
                    total[(i + j) % self.order] += a * b
        return Cyclotomic(self.order, tuple(Fraction(e, below * under) for e in total))

    __rmul__ = __mul__

    def galois(self, multiplier: int) -> Cyclotomic:
        """The automorphism zeta -> zeta^multiplier; ``multiplier`` must be a unit mod P."""
        if gcd(multiplier, self.order) != 1:
            raise ValueError(f"multiplier {multiplier} is not a unit modulo {self.order}")
        total = [Fraction(0)] * self.order
        for index, value in enumerate(self.coefficients):
            total[multiplier * index % self.order] += value
        return Cyclotomic(self.order, tuple(total))

    def conjugate(self) -> Cyclotomic:
        """The complex conjugate, zeta -> zeta^{-1}."""
        return self.galois(-1)

    def reduced(self) -> tuple[Fraction, ...]:
        """The unique coefficients modulo Phi_P."""
        return _reduce(self.order, self.coefficients)

    def as_fraction(self) -> Fraction:
        """The value as a rational. Raises ValueError when it is irrational."""
        constant, *rest = self.reduced()
        if any(rest):
            raise ValueError(f"{self} is not rational")
        return constant

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cyclotomic | Fraction | int):
            return NotImplemented
        return not any((self - other).reduced())

    def __hash__(self) -> int:
        return hash((self.order, self.reduced()))

    def __str__(self) -> str:
        terms = (f"({c})*zeta^{j}" for j, c in enumerate(self.reduced()) if c)
        return " + ".join(terms) or "0"
