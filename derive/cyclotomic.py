"""Exact arithmetic in the cyclotomic field Q(zeta_P), for every P."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import gcd, lcm

import sympy as sp


@cache
def _modulus(order: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Degree and lower terms (power, coefficient) of the cyclotomic polynomial Phi_P, monic."""
    polynomial = sp.Poly(sp.cyclotomic_poly(order, sp.Symbol("z")), sp.Symbol("z"))
    lower = ((int(power), int(c)) for (power,), c in polynomial.terms())
    return polynomial.degree(), tuple(term for term in lower if term[0] < polynomial.degree())


class Cyclotomic:
    """A number sum_j c_j zeta^j of Q(zeta), zeta = exp(2 pi i/P), held exactly.

    ``coefficients`` has length P (an element of Q[z]/(z^P - 1)); equality is
    decided modulo the cyclotomic polynomial, so it is exact for composite P too.
    They are held as integers over one denominator, which are far cheaper than fractions.

    >>> z = Cyclotomic.root(6)
    >>> z * z - z + 1 == 0
    True
    """

    __slots__ = ("_denominator", "_numerators", "order")

    def __init__(self, order: int, coefficients: Sequence[Fraction]) -> None:
        self.order = order
        self._denominator = below = lcm(*(c.denominator for c in coefficients))
        self._numerators = [c.numerator * (below // c.denominator) for c in coefficients]

    @classmethod
    def _over(cls, order: int, numerators: list[int], denominator: int) -> Cyclotomic:
        number = cls.__new__(cls)
        common = gcd(denominator, *numerators)
        if common != 1:
            numerators, denominator = [n // common for n in numerators], denominator // common
        number.order, number._numerators, number._denominator = order, numerators, denominator
        return number

    @property
    def coefficients(self) -> tuple[Fraction, ...]:
        """c_0, ..., c_{P-1}."""
        return tuple(Fraction(n, self._denominator) for n in self._numerators)

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
        other = self._coerce(other)
        below = lcm(self._denominator, other._denominator)
        mine, theirs = below // self._denominator, below // other._denominator
        pairs = zip(self._numerators, other._numerators, strict=True)
        return Cyclotomic._over(self.order, [a * mine + b * theirs for a, b in pairs], below)

    __radd__ = __add__

    def __neg__(self) -> Cyclotomic:
        return self * -1

    def __sub__(self, other: Cyclotomic | Fraction | int) -> Cyclotomic:
        return self + (-self._coerce(other))

    def __rsub__(self, other: Fraction | int) -> Cyclotomic:
        return self._coerce(other) - self

    def __mul__(self, other: Cyclotomic | Fraction | int) -> Cyclotomic:
        if not isinstance(other, Cyclotomic):
            scaled = [n * other.numerator for n in self._numerators]
            return Cyclotomic._over(self.order, scaled, self._denominator * other.denominator)
        right = [(j, b) for j, b in enumerate(self._coerce(other)._numerators) if b]
        total = [0] * self.order
        for i, a in enumerate(self._numerators):
            if a:
                for j, b in right:
                    total[(i + j) % self.order] += a * b
        return Cyclotomic._over(self.order, total, self._denominator * other._denominator)

    __rmul__ = __mul__

    def galois(self, multiplier: int) -> Cyclotomic:
        """The automorphism zeta -> zeta^multiplier; ``multiplier`` must be a unit mod P."""
        if gcd(multiplier, self.order) != 1:
            raise ValueError(f"multiplier {multiplier} is not a unit modulo {self.order}")
        total = [0] * self.order
        for index, value in enumerate(self._numerators):
            total[multiplier * index % self.order] += value
        return Cyclotomic._over(self.order, total, self._denominator)

    def conjugate(self) -> Cyclotomic:
        """The complex conjugate, zeta -> zeta^{-1}."""
        return self.galois(-1)

    def reduced(self) -> tuple[Fraction, ...]:
        """The unique coefficients modulo Phi_P, of degrees below phi(P)."""
        return tuple(Fraction(n, self._denominator) for n in self._remainder())

    def _remainder(self) -> list[int]:
        """Numerators of the same: Phi_P is monic."""
        degree, lower = _modulus(self.order)
        work = list(self._numerators)
        for top in range(len(work) - 1, degree - 1, -1):
            if work[top]:
                for power, c in lower:
                    work[top - degree + power] -= work[top] * c
        return work[:degree]

    def as_fraction(self) -> Fraction:
        """The value as a rational. Raises ValueError when it is irrational."""
        constant, *rest = self.reduced()
        if any(rest):
            raise ValueError(f"{self} is not rational")
        return constant

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cyclotomic | Fraction | int):
            return NotImplemented
        return not any((self - other)._remainder())

    def __hash__(self) -> int:
        return hash((self.order, self.reduced()))

    def __str__(self) -> str:
        terms = (f"({c})*zeta^{j}" for j, c in enumerate(self.reduced()) if c)
        return " + ".join(terms) or "0"
