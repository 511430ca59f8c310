"""Exponents of monomials, and scalings that keep them, at generic exponents."""

from __future__ import annotations

import pytest
import sympy as sp

from binodal.derive.scaling import exponents, invariant_scalings, weight_of

A, B, C = sp.symbols("a b c", positive=True)
ALL = (A, B, C)


def test_exponents_are_read_in_the_order_of_the_parameters():
    assert exponents(5 * A**3 * C ** sp.Rational(-2, 7), ALL) == sp.Matrix(
        [[3, 0, -sp.Rational(2, 7)]]
    )
    assert exponents(B, (C, B)) == sp.Matrix([[0, 1]])
    with pytest.raises(ValueError, match="not a monomial in a"):
        exponents(A + B, ALL)


def test_a_scaling_keeps_every_combination_and_nothing_else():
    kept = (A**2 * B**3, B * C**5)
    (basis,) = invariant_scalings(kept, ALL)
    for combination in kept:
        assert (exponents(combination, ALL) * basis)[0] == 0
    assert (exponents(A, ALL) * basis)[0] != 0
    assert len(invariant_scalings(kept[:1], ALL)) == 2


def test_a_weight_is_the_power_that_a_scaling_adds():
    moved = {A: sp.Integer(2), C: sp.Rational(1, 3)}
    assert weight_of(A**3 * B**5 / C**2, moved, ALL) == 6 - sp.Rational(2, 3)
    assert weight_of(B**7, moved, ALL) == 0
