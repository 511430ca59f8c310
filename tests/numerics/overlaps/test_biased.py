"""Overlaps at a bias against quadrature at generic places, and against each other."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from flint import arb

from binodal.derive.gaussian.activations import activation
from binodal.derive.gaussian.smoothed import shift, smoothed, variance
from binodal.numerics.balls import precision
from binodal.numerics.overlaps.biased import biased_overlaps
from binodal.numerics.overlaps.overlaps import overlaps_of
from binodal.numerics.overlaps.quadrature import Quadrature

R, BIAS = "0.8", "-0.45"
NAMES = ["erf", "relu", "gelu", "sign", "sin:2", "cos:1", "gauss", "tanh", "abs(z - 1)", "silu"]


def _direct(name: str, k: int) -> float:
    of = activation(name)
    (z,) = of.phi.free_symbols
    phi = sp.lambdify(z, of.phi, ["mpmath", {"sign": mpmath.sign}])
    r, bias = mpmath.mpf(R), mpmath.mpf(BIAS)

    def integrand(x: mpmath.mpf) -> mpmath.mpf:
        hermite = mpmath.hermite(k, x / mpmath.sqrt(2)) / mpmath.mpf(2) ** (mpmath.mpf(k) / 2)
        return phi(r * x + bias) * hermite * mpmath.npdf(x)

    return float(mpmath.quad(integrand, [-12, -bias / r, (1 - bias) / r, 12]))


@pytest.mark.parametrize("name", NAMES)
def test_an_overlap_is_the_integral_that_defines_it(name):
    with precision(80):
        values = biased_overlaps(name).at(arb(R), arb(BIAS), 7)
        cell = biased_overlaps(name).at(arb(R, "0.01"), arb(BIAS, "0.02"), 7)
        far = biased_overlaps(name).at_infinity(arb(R), arb(BIAS), 7)
        for k in (0, 1, 2, 5):
            assert float(values[k].mid()) == pytest.approx(_direct(name, k), abs=1e-11)
            assert float(values[k].rad()) < 1e-14
            assert cell[k].contains(values[k])
            assert far[k].contains(values[k] / arb(R).mid())


@pytest.mark.parametrize("name", ["erf", "tanh", "relu"])
def test_without_a_bias_they_are_those_that_were(name):
    with precision(80):
        biased = biased_overlaps(name).at(arb(R), arb(0), 6)
        plain = overlaps_of(name).at(arb(R), 6)
    assert all(a.overlaps(b) for a, b in zip(biased, plain, strict=True))
    with precision(80):
        moved = biased_overlaps(name).at(arb(R), arb("0.01"), 6)
    assert not all(a.overlaps(b) for a, b in zip(moved, plain, strict=True))


def test_a_smoothed_activation_obeys_the_heat_equation():
    for name in ("erf", "gelu", "sin:2", "sign"):
        form = smoothed(activation(name).phi)
        gap = sp.diff(form, variance) - sp.diff(form, shift, 2) / 2
        assert abs(gap.subs({variance: 0.7, shift: 0.3}).evalf()) < 1e-14
    assert smoothed(activation("tanh").phi) is None


MOVED = ("erf(z + 1/2)", "abs(z - 1)", "max(z + 1/3, 0)", "z*erf(2*z - 1)", "sin(z + 1)")


@pytest.mark.parametrize("name", MOVED)
def test_a_moved_activation_is_what_quadrature_finds(name):
    of = overlaps_of(name)
    assert of.facts.smoothed and not of.facts.closed
    with precision(145):
        for r in map(arb, ("0.05", "1.37", "20", "1000")):
            smooth, found = of.at(r, 9), Quadrature(of.facts).at(r, 9)
            assert all(a.overlaps(b) for a, b in zip(smooth, found, strict=True))
            size = max(abs(c).upper() for c in smooth)
            assert all(c.rad() < (1 + size) * arb("1e-36") for c in (*smooth, *found))


@pytest.mark.parametrize("wrong", ["erf(2*z - 1)", "erf(2*z + 2)", "erf(2*z + 1/2)"])
def test_a_move_of_another_size_is_seen(wrong):
    """The control: the other sense, and a scale that is forgotten in what it moves by."""
    with precision(145):
        found = Quadrature(overlaps_of("erf(2*z + 1)").facts).at(arb("1.37"), 2)
        assert not all(
            a.overlaps(b) for a, b in zip(overlaps_of(wrong).at(arb("1.37"), 2), found, strict=True)
        )


def test_at_zero_a_moved_corner_is_integrated():
    of = overlaps_of("abs(z - 1)")
    assert all(value.contains(at) for value, at in zip(of.at(arb(0), 2), (1, 0), strict=True))
    assert all(value.rad() < arb("1e-10") for value in of.at(arb(0), 2))
