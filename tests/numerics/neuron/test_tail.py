"""Bounds of tails: above the tail itself, and not far above it."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb
from mpmath import mp, quad

from binodal.numerics.errors import ParameterError
from binodal.numerics.neuron.tail import Tail

r = sp.Symbol("r", positive=True)
k = sp.Symbol("k", positive=True)


@pytest.mark.parametrize(
    ("weight", "start"),
    [
        (sp.exp(-k * r), 2),
        (r**3 * sp.exp(-k * r), 5),
        (sp.exp(-k * r) / r**3, 4),
        (r**2 * sp.exp(-(r**2) - k * r), 3),
        (sp.sqrt(1 + r**2) * sp.exp(-(r**4) + k * r), 2),
    ],
)
def test_bound(weight, start):
    at = weight.subs(k, sp.Rational(7, 5))
    height = arb(str(sp.N(at.subs(r, start), 30)))
    bound = Tail.of(weight, (), r, (k,)).beyond(arb(start), height, arb("1.4"))
    whole = float(quad(sp.lambdify(r, at, "mpmath"), [start, start + 3, mp.inf]))
    assert whole <= float(bound) * (1 + 1e-12) and float(bound) < 2.5 * whole


def test_no_bound_where_the_weight_still_rises():
    rising = Tail.of(r**9 * sp.exp(-r), (), r, ())
    assert not rising.beyond(arb(3), arb(1)).is_finite()
    assert rising.beyond(arb(30), arb(1)).is_finite()
    with pytest.raises(ParameterError):
        Tail.of(sp.exp(-sp.sqrt(1 + sp.exp(r))), (), r, ())
