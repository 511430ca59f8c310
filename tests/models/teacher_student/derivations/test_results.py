"""What the derivations must yield, from independent arithmetic at generic rational values."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from binodal.derive.gaussian.hermite import moment_by_modes
from binodal.derive.gaussian.moments import moment
from binodal.derive.gaussian.rank_one import OVERLAP, TEACHER2, W2
from binodal.derive.symbols import b, c, d, kappa, q, rho, s, sigma_a2, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import (
    action,
    joint_cost,
    mode_field,
    overlap_at,
    perp_fixed_error,
)
from binodal.models.teacher_student.derivations.closure import averaged_element, closure_residuals
from binodal.models.teacher_student.derivations.continuum import (
    continuum_action,
    coupling,
    mode_coefficients,
)
from binodal.models.teacher_student.derivations.kernel import element_in_q
from binodal.models.teacher_student.derivations.quantities import QUANTITIES
from tests.laws import cases

GENERIC = {sigma_w2: sp.Rational(3, 7), kappa: sp.Rational(17, 3), b: sp.Rational(2, 5)}
small = st.fractions(
    min_value=sp.Rational(1, 50), max_value=sp.Rational(12, 25), max_denominator=60
)


@pytest.mark.parametrize("name", cases(QUANTITIES, every=10))
def test_every_step_of_every_quantity_passes_its_check(name):
    derivation = QUANTITIES[name]("derived")
    assert derivation.verify() == len(derivation.steps) > 0


@pytest.mark.parametrize("order", range(13))
def test_both_routes_to_the_moments_agree_for_any_teacher_norm(order):
    point = {OVERLAP: sp.Rational(3, 8), W2: sp.Rational(5, 7), TEACHER2: sp.Rational(11, 9)}
    assert sp.simplify(moment(order).subs(point) - moment_by_modes(order).subs(point)) == 0


def test_the_overlaps_grow_as_the_hermite_numbers():
    expected = [(-1) ** j * sp.factorial(2 * j) / sp.factorial(j) for j in range(6)]
    assert list(mode_coefficients(6)) == expected


@settings(max_examples=15)
@given(value=small)
def test_the_relaxed_cost_is_the_minimum_over_the_transverse_norm(value):
    """Against the joint cost at other r_perp^2 with the same rho: never below, in exact signs."""
    at = {**GENERIC, rho: sp.Rational(value)}
    relaxed = action("derived")
    lowest = relaxed.cost.subs(at)
    offset = joint_cost().subs({s: sigma_w2, q: 0}).subs(at)
    for factor in (sp.Rational(1, 3), sp.Rational(4, 5), sp.Rational(6, 5), sp.Rational(5, 2)):
        perp2 = relaxed.perp2.subs(at) * factor
        square = overlap_at(s).subs({**at, s: perp2})
        other = joint_cost().subs(q**2, square).subs({**at, s: perp2}) - offset
        assert sp.N(other - lowest, 30) > 0


def test_the_transverse_norm_is_its_prior_mean_at_zero_overlap_only():
    relaxed = action("derived")
    assert relaxed.perp2.subs(rho, 0) == sigma_w2
    assert sp.expand(sigma_w2 - relaxed.perp2) == 2 * rho * sigma_w2


def test_a7b_costs_rho_squared_to_leading_order():
    assert sp.series(perp_fixed_error(), rho, 0, 4).removeO() == rho**2 + sp.Rational(8, 3) * rho**3


@pytest.mark.parametrize("theory", THEORIES)
def test_the_action_vanishes_at_zero_and_rises_from_it_without_interaction(theory):
    cost = action(theory).cost
    assert sp.simplify(cost.subs(rho, 0)) == 0
    assert sp.N(sp.diff(cost, rho).subs({**GENERIC, rho: sp.Rational(1, 5)})) > 0


def test_the_published_action_is_the_printed_one():
    """M.13, typed here from the paper, at generic values of everything."""
    from binodal.derive.symbols import N, n, sigma2

    sizes = {N: 7, n: 11, d: 5, sigma2: sp.Rational(3, 4), sigma_a2: sp.Rational(2, 9)}
    state = {b: sp.Rational(2, 5), c: sp.Rational(-4, 7), q: sp.Rational(5, 6)}
    point = {**sizes, **state, sigma_w2: sp.Rational(3, 8)}
    width = 1 + 2 * (sigma_w2 + q**2)
    printed = (
        q**2 / (2 * sigma_w2)
        - (2 * n**2 * sigma_a2 / (sp.pi * sigma2**2 * d * N))
        * (q**2 / width)
        * (b - 2 * c * q**2 / width) ** 2
    )
    ours = (continuum_action() / d).subs(s, sigma_w2)
    difference = (ours - ours.subs(q, 0) - printed).subs(point)
    assert sp.simplify(difference) == 0


def test_kernel_elements_are_a_rank_one_matrix_at_fixed_overlap():
    block = sp.Matrix(3, 3, lambda i, k: element_in_q(i, k))
    point = {q: sp.Rational(3, 5), sigma_w2: sp.Rational(2, 7), sigma_a2: sp.Rational(4, 9)}
    assert sp.simplify(block.subs(point)).rank() == 1


def test_the_closure_is_linear_in_the_residual_at_given_moments():
    first, third = closure_residuals()
    assert sp.diff(first, b, 2) == sp.diff(third, c, 2) == 0
    assert sp.expand(sp.diff(first, c) - averaged_element(0, 1) * sp.sqrt(6)) == 0


def test_more_modes_extend_the_field_and_keep_the_first_two():
    t5 = sp.Symbol("t5", real=True)
    assert sp.expand(mode_field((b, c, t5)) - mode_field((b, c))) == 12 * t5 * rho**2


def test_the_coupling_is_positive_and_of_order_one_along_m11():
    assert coupling().is_positive


@pytest.mark.parametrize("theory", THEORIES)
def test_the_factored_slope_is_the_slope(theory):
    of = action(theory)
    assert sp.simplify(of.slope() - sp.diff(of.density(), rho)) == 0
