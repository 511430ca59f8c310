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

    def product(one, other):
        return one.diff(y) * other.diff(y)

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


def saddle(y):
    """A height about its saddle."""
    return -(y**2) * Q(3, 2) + y**3 * Q(2, 5) - y**4 * Q(1, 7)


def well(y):
    """A height about its minimum."""
    return y**2 * Q(3, 2) + y**3 * Q(2, 5) + y**4 * Q(1, 7)


@pytest.mark.parametrize("power", [0, Q(3, 2)])
@pytest.mark.parametrize(
    ("height", "order", "sign"), [(saddle, at_saddle, 1), (well, at_minimum, -1)]
)
def test_one_dimension_is_an_integral_across(height, order, sign, power):
    """Over a saddle the flux is one over the integral of exp(F s)/measure."""
    at, y = line(lambda y: (y - y**2 / 2) * power)
    symbolic = height(sp.ring("y", Q)[1]).as_expr()
    away = -sign * sp.Rational(str(power))
    direct = laplace(lambda y: symbolic.subs("y", y), lambda y: (1 + y) ** away, sign)
    assert sp.Rational(str(order(height(y), at).coeff(1))) == -sign * direct
