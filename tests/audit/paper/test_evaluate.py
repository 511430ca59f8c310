"""Sums of modes in Q(zeta_5) are what the complex numbers give, and nothing else is taken."""

from __future__ import annotations

import cmath

import pytest
import sympy as sp

from binodal.audit.paper.evaluate import FIRST, ORDER, SECOND, value
from binodal.derive.cyclotomic import Cyclotomic
from binodal.derive.symbols import P, k
from binodal.models.modular.derivations.characters import V, W

Q = sp.Symbol("q", integer=True)


def mode(row, label: int) -> complex:
    """sum_n row_n exp(2 pi i label n / P) / P."""
    turns = (cmath.exp(2j * cmath.pi * label * n / ORDER) for n in range(ORDER))
    return sum(float(r) * turn for r, turn in zip(row, turns, strict=True)) / ORDER


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (W[k], mode(FIRST, 2)),
        (3 * W[k] * V[-Q], 3 * mode(FIRST, 2) * mode(SECOND, -1)),
        (W[k] ** 3 / 7, mode(FIRST, 2) ** 3 / 7),
        (V[Q] / P, mode(SECOND, 1) / ORDER),
        (P * sp.exp(2 * sp.pi * sp.I * k / P), ORDER * cmath.exp(4j * cmath.pi / ORDER)),
        (W[k] - W[-k], mode(FIRST, 2) - mode(FIRST, -2)),
        (sp.KroneckerDelta(k, 2) * W[Q], mode(FIRST, 1)),
        (sp.Rational(-5, 3), -5 / 3),
    ],
)
def test_values(expression, expected):
    exact = value(expression, {k: 2, Q: 1})
    root = cmath.exp(2j * cmath.pi / ORDER)
    exact = exact + Cyclotomic.rational(ORDER, 0)
    found = sum(float(c) * root**j for j, c in enumerate(exact.coefficients))
    assert abs(found - expected) < 1e-12


def test_what_is_no_number_of_the_field_is_refused():
    with pytest.raises(KeyError):
        value(sp.sqrt(2) * W[k], {k: 2})
