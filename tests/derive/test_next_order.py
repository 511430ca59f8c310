"""Flux and weight to the next order, in one dimension and on spheres, where integrals say them."""

from __future__ import annotations

import pytest
import sympy as sp

from binodal.derive.next_order import Coordinates, at_minimum, at_saddle

Q = sp.QQ


def line(log_measure):
    """One length with a measure; ``log_measure`` takes it."""
    numbers, y, _ = sp.ring("y, e", Q)
    measure = log_measure(y) + numbers(0)

    def laplacian(of):
        return of.diff(y).diff(y) + measure.diff(y) * of.diff(y)

    product = lambda one, other: one.diff(y) * other.diff(y)  # noqa: E731
    return Coordinates(numbers, (1, 2), (1, 0), product, laplacian, measure), y


def laplace(height, factor, sign):
    """The coefficient of 1/F in the integral of factor exp(sign F height), by moments."""
    y, size = sp.symbols("y F", positive=True)
    bend = abs(sp.diff(height(y), y, 2).subs(y, 0))
    rest = sign * (height(y) - height(0) - sp.diff(height(y), y, 2).subs(y, 0) * y**2 / 2)
    grown = sp.expand(
        (1 + size * rest + size**2 * rest**2 / 2) * sp.series(factor(y), y, 0, 5).removeO()
    )
    total = 0
    for (n,), c in sp.Poly(grown, y).terms():
        total += 0 if n % 2 else c * sp.factorial2(n - 1) / (bend * size) ** (n // 2)
    return sp.expand(total).coeff(size, -1)


@pytest.mark.parametrize("power", [0, Q(3, 2)])
def test_one_dimension_is_an_integral_across(power):
    """Over a saddle the flux is one over the integral of exp(F s)/measure."""
    measure = lambda y: (y - y**2 / 2) * power  # noqa: E731
    at, y = line(measure)
    saddle = lambda y: -(y**2) * Q(3, 2) + y**3 * Q(2, 5) - y**4 * Q(1, 7)  # noqa: E731
    well = lambda y: y**2 * Q(3, 2) + y**3 * Q(2, 5) + y**4 * Q(1, 7)  # noqa: E731
    rational = sp.Rational(str(power))
    for height, found, sign in ((saddle, at_saddle, 1), (well, at_minimum, -1)):
        plain = lambda y, of=height: of(sp.ring("y", Q)[1]).as_expr().subs("y", y)  # noqa: E731
        factor = lambda y, power=-sign * rational: (1 + y) ** power  # noqa: E731
        direct = laplace(plain, factor, sign)
        assert sp.Rational(str(found(height(y), at).coeff(1))) == -sign * direct
