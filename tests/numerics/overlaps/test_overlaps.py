"""Enclosures of overlaps: two routes agree and are narrow, laws hold, wide balls contain points."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from binodal.derive.errors import ExpressionError
from binodal.derive.gaussian.activations import activation
from binodal.numerics.balls import interval, precision
from binodal.numerics.errors import Undecided
from binodal.numerics.overlaps import quadrature
from binodal.numerics.overlaps.bounds import Bounds
from binodal.numerics.overlaps.facts import facts
from binodal.numerics.overlaps.overlaps import Overlaps, overlaps_of
from binodal.numerics.overlaps.panels import panel
from binodal.numerics.overlaps.quadrature import LARGEST_ORDER, Quadrature
from tests.activations import CLOSED_FORMS

CLOSED = (*CLOSED_FORMS, "relu(z)^2 - exp(1)*erf(z)")
OPEN = (
    "tanh",
    "softplus",
    "silu",
    "elu",
    "min(max(z, 0), 6)",
    "abs(z - 1)",
    "abs(z^2 - 2)",
    "z/(1 + abs(z))",
    "tanh(z)*sin(3*z)",
    "z*heaviside(z - 1)",
    "sqrt(abs(z))",
    "exp(-z)*tanh(z)",
)
RADII = ("0.05", "1.37", "20")
ORDERS = 9


def agree(one: list[arb], two: list[arb]) -> bool:
    return all(a.overlaps(b) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms_are_what_quadrature_finds(name: str) -> None:
    of = overlaps_of(name)
    with precision(145):
        for r in map(arb, RADII):
            closed, found = of.at(r, ORDERS), Quadrature(of.facts).at(r, ORDERS)
            assert agree(closed, found)
            size = max(abs(c).upper() for c in closed)
            assert all(c.rad() < (1 + size) * arb("1e-36") for c in found)


@pytest.mark.parametrize(
    ("text", "waves"), [("cos(z) + cos(3*z)", {1: 1, 3: 1}), ("cos(7*z) - cos(z)", {7: 1, 1: -1})]
)
def test_waves_fade_at_large_norms_each_by_itself(text: str, waves: dict[int, int]) -> None:
    """<cos(w r z) He_2(z)> = -(w r)^2 exp(-(w r)^2/2): no common factor leaves one that grows."""
    r = np.geomspace(0.1, 1e3, 50)
    expected = sum(-a * (w * r) ** 2 * np.exp(-((w * r) ** 2) / 2) for w, a in waves.items())
    found = overlaps_of(text).floats(r, 3)[2]
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-300)
    wide = overlaps_of(text).at(interval(20, 500), 3)[2]
    assert wide.contains(0) and abs(wide) < 1


def test_a_wrong_closed_form_is_seen() -> None:
    """The control: a relative change of 1e-30, and another slope of the leaky unit."""
    with precision(145):
        r = arb("1.37")
        found = Quadrature(overlaps_of("gelu").facts).at(r, 3)
        assert not agree([c * (1 + arb("1e-30")) for c in overlaps_of("gelu").at(r, 3)], found)
        other = Quadrature(overlaps_of("leaky-relu:1/9").facts).at(r, 3)
        assert not agree(overlaps_of("leaky-relu:1/10").at(r, 3), other)


@pytest.mark.parametrize("name", OPEN)
def test_more_digits_agree_with_fewer(name: str) -> None:
    of = overlaps_of(name)
    for r in RADII[:2]:
        with precision(80):
            few = of.at(arb(r), 5)
        with precision(160):
            many = of.at(arb(r), 5)
        assert agree(few, many)
        assert all(c.rad() < arb("1e-18") for c in few)
        assert all(c.rad() < arb("1e-40") for c in many)


def test_another_program_finds_the_same() -> None:
    value, error = quad(
        lambda z: np.tanh(z) * z * np.exp(-z * z / 2) / np.sqrt(2 * np.pi), -12, 12, epsabs=1e-13
    )
    assert abs(float(overlaps_of("tanh").at(arb(1), 2)[1]) - value) < 1e-12 + error


@given(
    st.sampled_from((*CLOSED, *OPEN)),
    st.floats(0.02, 9),
    st.integers(0, 6),
)
@settings(max_examples=60)
def test_the_ladder_is_the_derivative(name: str, r: float, k: int) -> None:
    """c_k at r (1 +- h) against c_k + D c_k log(1 +- h) + ..., both sides in balls."""
    of, h = overlaps_of(name), arb(2) ** -20
    with precision(120):
        up, down = (of.at(arb(r) * factor, k + 7) for factor in (h.exp(), (-h).exp()))
        c = of.at(arb(r), k + 7)
        first = c[k + 2] + k * c[k]
        second = c[k + 4] + (k + 2) * c[k + 2] + k * first
        third = (c[k + 6] + (k + 4) * c[k + 4]) + (k + 2) * (c[k + 4] + (k + 2) * c[k + 2])
        third += k * second
        slope = (up[k] - down[k]) / (2 * h)
        scale = arb(k + 8).fac().sqrt() * (1 + abs(first) + abs(third)) * (1 + arb(r)) ** 6
        scale *= (arb(r) ** 2).exp() if "exp" in name else 1
        assert abs(slope - first - third * h**2 / 6).upper() < scale * h**3


@pytest.mark.parametrize("name", [*CLOSED, "tanh", "softplus", "elu", "abs(z - 1)"])
@pytest.mark.parametrize(
    "ends", [(1, 1.0000001), (1, 1.02), (0.6, 1.1), (0.05, 4), (0, 0.3), (0, 2)]
)
def test_wide_balls_contain_their_points(name: str, ends: tuple[float, float]) -> None:
    of, (low, high) = overlaps_of(name), ends
    with precision(96):
        wide = of.at(interval(low, high), 6)
        inside = [of.at(arb(low + (high - low) * (i + 1) / 7), 6) for i in range(6)]
    for k, whole in enumerate(wide):
        assert all(whole.contains(point[k].mid()) for point in inside)
    if low > 0:
        for k, whole in enumerate(wide):
            spread = inside[0][k].union(inside[-1][k]).rad()
            size = sum(abs(point[k]).upper() for point in inside)
            assert whole.rad() <= 20 * spread + arb("1e-6") * size + arb("1e-9")


def test_a_ball_that_is_too_narrow_would_be_seen() -> None:
    of = overlaps_of("tanh")
    whole = of.at(interval(0.6, 1.1), 2)[1]
    half = arb(whole.mid(), whole.rad() / 2)
    assert not half.contains(of.at(arb(0.6), 2)[1])


@pytest.mark.parametrize("name", ["tanh", "softplus", "gelu", "he:3", "relu", "abs(z - 1)"])
def test_what_vanishes_is_exactly_zero(name: str) -> None:
    of = overlaps_of(name)
    for k, value in enumerate(of.at(arb("1.3"), 8)):
        assert (value == 0) == of.facts.vanishes(k)
    for k, value in enumerate(of.at(interval(1, 2), 8)):
        assert not of.facts.vanishes(k) or value == 0


@pytest.mark.parametrize(
    "name", ["relu", "leaky-relu:1/10", "abs", "gelu", "softplus", "tanh", "elu"]
)
def test_far_out(name: str) -> None:
    of = overlaps_of(name)
    beyond = of.at_infinity(arb(50), 6)
    assert all(gamma.rad() < arb(6) / 10 for gamma in beyond)
    for r in (arb(50), arb(137), arb(10) ** 4):
        for value, gamma in zip(of.at(r, 6), beyond, strict=True):
            assert gamma.contains((value / r).mid())
    bounds = Bounds(of.facts).at(arb(3), 6)
    assert all(b.contains(v.mid()) for b, v in zip(bounds, of.at(arb(3), 6), strict=True))


@pytest.mark.parametrize("name", ["quadratic", "exp(z/2)", "sqrt(abs(z))", "exp(-z)*tanh(z)"])
def test_bounds_without_slopes(name: str) -> None:
    of = overlaps_of(name)
    with pytest.raises(Undecided, match="no slopes at infinity"):
        of.at_infinity(arb(10), 2)
    for r in map(arb, ("0.2", "1.5")):
        for bound, value in zip(of.bounds.at(r, 6), of.at(r, 6), strict=True):
            assert bound.contains(value.mid())


@pytest.mark.parametrize("name", ["tanh", "softplus", "relu"])
def test_a_ball_of_all_scales_is_bounded(name: str) -> None:
    """Too wide for an expansion in parts: what growth alone says."""
    of = overlaps_of(name)
    wide = of.at(interval(0.01, 1e6), 4)
    for r in map(arb, ("0.05", "0.7", "300")):
        assert all(a.contains(b.mid()) for a, b in zip(wide, of.at(r, 4), strict=True))


@pytest.mark.parametrize("end", [1e12, 1e21, 1e40])
def test_a_ball_from_zero_to_far_out_is_bounded(end: float) -> None:
    """Its lower end is lost in the rounding of the radius; tanh is below 1."""
    for k, value in enumerate(overlaps_of("tanh").at(arb(0).union(arb(end)), 4)):
        assert value.abs_upper() <= 2.5 and (k % 2 or value == 0)


def test_what_is_not_integrated_is_bounded_by_its_range() -> None:
    """One short panel of softplus, where its range is narrow."""
    of, cell = overlaps_of("softplus")._quadrature, panel(arb(1), arb(9) / 8, 2)
    assert of is not None
    sums = quadrature._Sums(arb("1.3"), arb(0), 2, arb(0))
    sums._enclose(cell, of._branches)
    for k, total in enumerate(sums.totals):
        value = quad(
            lambda z, k=k: math.log1p(math.exp(1.3 * z)) * z**k * math.exp(-z * z / 2), 1, 1.125
        )[0]
        assert total.contains(arb(value / math.sqrt(2 * math.pi), 1e-12))
        assert total.rad() < 0.1 * abs(total)


@pytest.mark.parametrize("name", ["z/sqrt(1 + z^2)", "sqrt(1/4 + z^2)"])
def test_panels_are_not_cut_where_the_ball_of_norms_spreads_them(name, monkeypatch) -> None:
    """Far out no cut of z narrows r z for r in [0, 1/8], on which phi may have a branch point."""
    tried: list[object] = []
    add = quadrature._Sums._integrate
    monkeypatch.setattr(quadrature._Sums, "_integrate", lambda *of: tried.append(of[1]) or add(*of))
    of = Quadrature(facts(name))
    with precision(96):
        wide = of.at(interval(arb(0), arb("0.125")), 6)
        assert 5 < len(tried) < 200
        points = [of.at(arb(r), 6) for r in ("0.001", "0.06", "0.125")]
    for values in points:
        assert all(c in w for c, w in zip(values, wide, strict=True))
    assert all(
        w.rad() < 4 * max(abs(v[k]).upper() for v in points) + 1e-9 for k, w in [(1, wide[1])]
    )


def test_bounds_are_close_to_what_is_derived() -> None:
    """The excess of softplus is log 2; a bound by the envelope grows as the envelope does."""
    excess = facts("softplus").excess
    assert 0 <= excess - Fraction(math.log(2)) < Fraction(1, 10**10)
    of = facts("z^2*exp(z/2)")
    near, far = (Bounds(of).at(r, 1)[0].rad() for r in (arb(1000), arb(2000)))
    growth = (2 * arb(of.rate.numerator) ** 2 / of.rate.denominator**2 * 3 * 10**6).exp()
    assert abs(far / near / growth - 2**of.power) < arb("0.1")


def test_requests_beyond_what_can_be_certified() -> None:
    with pytest.raises(Undecided, match=f"up to order {LARGEST_ORDER - 1}"):
        overlaps_of("tanh").at(arb(1), LARGEST_ORDER + 1)
    with pytest.raises(Undecided, match=r"order 47 at norms of .* are beyond what quadrature"):
        overlaps_of("tanh").at(arb("1.31e31", 3e8), 48)
    with pytest.raises(Undecided, match="too long"):
        overlaps_of("exp(-z)*tanh(z)").at(arb(1000), 2)
    with pytest.raises(ExpressionError):
        overlaps_of("1/z")


def test_high_orders_and_the_precision_of_the_caller() -> None:
    of = overlaps_of("tanh")
    with precision(300):
        values = of.at(arb(1), 40)
        assert ctx.prec == 300
    assert values[39].rad() < abs(values[39]) * arb("1e-40")


def test_an_activation_and_its_text_are_one() -> None:
    assert Overlaps(activation("z^2 - 1")).facts == overlaps_of("he:2").facts


@pytest.mark.parametrize("r", [0.5, 1.37, 3.0])
def test_far_tails_that_cancel(r: float) -> None:
    """1 + erf far to the left is a ball around zero itself, whose square is a number."""
    name = "z*(erf(sqrt(2)*z/2) + 1)^2/4"
    with precision(128):
        found = overlaps_of(name).at(arb(r), 4)

    def phi(z: float) -> float:
        return z * math.erfc(-z / math.sqrt(2)) ** 2 / 4

    hermite = (lambda z: 1.0, lambda z: z, lambda z: z**2 - 1, lambda z: z**3 - 3 * z)
    for c, he in zip(found, hermite, strict=True):
        expected, _ = quad(
            lambda z, he=he: phi(r * z) * he(z) * math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi),
            -12, 12, epsabs=1e-12,
        )  # fmt: skip
        assert c.rad() < 1e-30 and abs(float(c) - expected) < 1e-11
