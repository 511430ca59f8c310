"""The certified law of a mode against two-dimensional quadrature, floats and finer balls."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from binodal.derive.errors import StepFailed
from binodal.models.modular.derivations import reduction
from binodal.models.modular.derivations.weights import weights
from binodal.models.modular.numerics.crossing import crossing
from binodal.models.modular.numerics.float_law import MOMENTS, kummer_pair
from binodal.models.modular.numerics.law import ExactLaw, PrintedLaw, mode_law, share_of
from binodal.models.modular.numerics.weights import ring_weights
from binodal.models.registry import preset
from binodal.numerics.balls import ball, precision
from binodal.numerics.errors import CodegenError, ParameterError, Undecided
from tests.models.modular.numerics.brute_force import complex_mean, odds_by_mpmath, real_mean

FIG3 = preset("fig3")
BITS = 128
SMALL = [
    (3, Fraction(1, 3), "0.4"),
    (3, Fraction(1, 3), "0.7"),
    (5, Fraction(2, 7), "0.62"),
]


def at(order, gamma, sigma_a2="1/10"):
    return FIG3.replace(P=Fraction(order), gamma=Fraction(gamma), sigma_a2=Fraction(sigma_a2))


def column(value):
    return np.array([float(value)])


@pytest.mark.parametrize(("order", "gamma", "u"), SMALL)
def test_complex_mode_against_plain_quadrature(order, gamma, u):
    with precision(BITS):
        predicted = 4 * order**2 * complex_mean(float(u), float(gamma), order) / 10
        level = ExactLaw(at(order, gamma)).level(arb(u))
        assert abs(float(level.mid()) / predicted - 1) < 1e-11
        assert level.rel_accuracy_bits() > BITS - 50


@pytest.mark.parametrize("u", ["0.3", "0.62"])
def test_real_mode_against_plain_quadrature(u):
    with precision(BITS):
        predicted = 4 * 4**2 * real_mean(float(u), 1 / 3, 4) / 10
        level = ExactLaw(at(4, "1/3"), real=True).level(arb(u))
        assert abs(float(level.mid()) / predicted - 1) < 1e-11


def test_ring_odds_against_mpmath():
    """The basin is x + y > 2 x_-: nested quadrature over mean and difference."""
    with mp.workdps(15), precision(BITS):
        expected = odds_by_mpmath(mp.mpf("0.65"), mp.mpf(1) / 3, 3)
        found = ExactLaw(at(3, "1/3")).odds(arb("0.65"))
        assert abs(found / arb(str(expected)) - 1) < 1e-11


@pytest.mark.parametrize("ratio", ["0.2", "0.8", "0.87", "0.9999", "1", "1.4"])
def test_more_bits_stay_inside(ratio):
    """Fig. 3: barriers of e^-20000, and u on both sides of birth and coexistence."""
    law = ExactLaw(FIG3)
    found = []
    for bits in (96, 160):
        with precision(bits):
            u = 2 * (ball(FIG3["gamma"]) / 3).sqrt() * arb(ratio)
            u = arb(Fraction(float(u)).numerator) / Fraction(float(u)).denominator
            found.append(law.level(u))
    assert found[0].overlaps(found[1])
    assert found[1].rad() < found[0].rad()


@settings(max_examples=25)
@given(
    order=st.integers(3, 600),
    log_gamma=st.floats(-9, 4),
    ratio=st.floats(0.01, 1.6),
)
def test_float_law_against_balls(order, log_gamma, ratio):
    gamma = Fraction(float(np.exp(log_gamma)))
    parameters = at(order, gamma)
    u = float(np.sqrt(4 * float(gamma) / 3)) * ratio
    row = [column(v) for v in (u, order, parameters["sigma_a2"], gamma)]
    found = MOMENTS["derived"](*row)
    with precision(96):
        level = ExactLaw(parameters).level(arb(u))
        assert abs(found.level[0] / float(level.mid()) - 1) < 1e-8
        if abs(u * u / float(gamma) - 1) > 1e-9:
            share = float(share_of(ExactLaw(parameters).odds(arb(u))).mid())
            assert abs(found.share[0] - share) < 1e-8


def test_kummer_pair_is_continuous_across_the_series():
    beta = np.array([0.0, 1e-3, 0.0999999, 0.1000001, 3.0, 1e5])
    first, second = kummer_pair(beta)
    with precision(BITS):
        for index, value in enumerate(beta):
            for got, lower in ((first, 3), (second, 5)):
                exact = arb(-value).hypgeom_1f1(arb(1) / 2, arb(lower) / 2)
                assert abs(float(exact.mid()) / got[index] - 1) < 1e-13


@pytest.mark.parametrize("theory", ["derived", "published"])
def test_lambda_and_odds_grow_with_u(theory):
    with precision(96):
        law = mode_law(at(5, "1/3"), theory)
        couplings = [arb(str(u)) for u in (0.1, 0.5, 0.6, 0.7, 0.9)]
        for quantity in (law.level, law.odds):
            values = [quantity(u) for u in couplings]
            assert all(low <= high for low, high in pairwise(values))


def test_printed_law_by_hand():
    """B.40-B.42 at u = 5/3, gamma = 16/9: x_+ = 3/2, where s = -1/4."""
    parameters = at(3, "16/9", "1/10")
    with precision(BITS):
        u, x, s = arb(5) / 3, arb(3) / 2, arb(-1) / 4
        odds = 4 * (-3 * s).exp()
        assert PrintedLaw(parameters).odds(u).overlaps(odds)
        level = PrintedLaw(parameters).level(u)
        assert level.overlaps(x**2 * odds / (1 + odds) / 10)
        assert PrintedLaw(parameters).level(arb(1)).is_zero()


def test_birth_is_undecided_for_a_wide_coupling():
    with precision(BITS), pytest.raises(Undecided, match="birth"):
        ExactLaw(at(3, "1/9")).odds(arb(1) / 3)


def test_crossing_needs_a_sign_change():
    with precision(BITS), pytest.raises(Undecided, match="no sign change"):
        crossing(lambda x: x * x + 1, 0.3, BITS, 1.0)


def test_weights_converge_as_one_over_p():
    """u between birth and coexistence; the printed weight is off by more than the exponent."""
    u = Fraction(11, 1000)
    errors = []
    for order in (50, 100, 200, 400):
        found = ring_weights(FIG3.replace(P=Fraction(order)), u)
        errors.append(abs(float(found.one_loop_error)))
        assert not abs(found.printed / found.exact - 1) < 1
    assert all(1.9 < early / late < 2.1 for early, late in pairwise(errors))
    assert errors[-1] < 1e-4


def test_weights_need_a_ring():
    with pytest.raises(ParameterError, match="u=1/100: a ring exists"):
        ring_weights(FIG3, Fraction(1, 100))
    with pytest.raises(ParameterError, match="P >= 3"):
        ring_weights(FIG3.replace(P=Fraction(2)), Fraction(1, 10))


@pytest.mark.parametrize(
    ("function", "change"),
    [
        ("jacobian", lambda f: lambda: 2 * f()),
        ("bottom_and_stiffness", lambda f: lambda: (f()[0], 2 * f()[1])),
        ("angular", lambda f: lambda p, z: f(p + 1, z)),
        ("density_of_mean", lambda f: lambda *a, **k: reduction.x * f(*a, **k)),
    ],
)
def test_mistake_in_the_reduction_is_caught(function, change, broken):
    broken(
        "binodal.models.modular.derivations.reduction",
        function,
        change(getattr(reduction, function)),
    )
    with pytest.raises((StepFailed, ArithmeticError, CodegenError)):
        weights().verify()
