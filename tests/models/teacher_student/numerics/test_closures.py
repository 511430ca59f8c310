"""Closures and saddles: both limits, both theories, against routes that share no code."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.special import erf

from binodal.derive.theories import THEORIES
from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.certify import QUADRATURE_BITS
from binodal.models.teacher_student.numerics.finite import (
    float_closure,
    float_state,
    proved_closure,
    solve_finite,
)
from binodal.models.teacher_student.numerics.finite_critical import critical_finite
from binodal.models.teacher_student.numerics.functions import density, limit_functions, values
from binodal.models.teacher_student.numerics.grid import thermodynamic_grid
from binodal.models.teacher_student.numerics.law import law, scales, solve_law
from binodal.models.teacher_student.numerics.saddles import saddles
from binodal.models.teacher_student.numerics.thermodynamic import solve_thermodynamic, zero_state
from binodal.numerics.balls import ball, bits_of, precision
from binodal.numerics.outcome import Status
from binodal.numerics.phases.rule import PHASES

FIG2 = preset("fig2")
SMALL = FIG2.replace(d=Fraction(7), N=Fraction(33), n=Fraction(140), sigma_a2=Fraction(1, 5))


def floats(parameters):
    return {name: float(value) for name, value in parameters.items()}


def brute_force_residual(parameters, b, c):
    """The closure's two rows from the law of (q, r_perp) by plain double quadrature.

    Overlaps come from Gauss-Hermite sums of erf, so neither the order parameter rho nor any closed
    form of the toolkit enters.
    """
    p = floats(parameters)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()

    def overlaps(q, r):
        """<H1^ erf>, <H3^ erf>: over x along the teacher, then over the rest of the field."""
        spread = np.sqrt(1 + 2 * r**2)
        smooth = erf(q * nodes / spread)
        return weights @ (nodes * smooth), weights @ ((nodes**3 - 3 * nodes) * smooth) / np.sqrt(6)

    g = p["sigma_a2"] * p["n"] ** 2 / (p["N"] * p["sigma2"] ** 2)
    residual = np.array([b, np.sqrt(6) * c])

    def weight(q, r):
        i1, i3 = overlaps(q, r)
        prior = -p["d"] * (q**2 + r**2) / (2 * p["sigma_w2"]) + (p["d"] - 2) * np.log(r)
        return np.exp(prior + 0.5 * g * (i1 * residual[0] + i3 * residual[1]) ** 2)

    def mean(function):
        def integrand(q, r):
            return function(*overlaps(q, r)) * weight(q, r)

        return dblquad(integrand, 1e-9, 3.5, 0, 4.0, epsabs=1e-9, epsrel=1e-9)[0]

    norm = mean(lambda i1, i3: 1.0)
    q11, q13, q33 = (
        mean(f) / norm for f in (lambda a, e: a * a, lambda a, e: a * e, lambda a, e: e * e)
    )
    kernel = p["sigma_a2"] * np.array([[q11, q13], [q13, q33]])
    target = np.array([1.0, np.sqrt(6) * p["epsilon"]])
    return kernel @ residual + p["sigma2"] / p["n"] * (residual - target)


def test_the_finite_law_is_the_two_dimensional_one():
    (b, c), _ = float_closure(floats(SMALL), "derived")
    rows = brute_force_residual(SMALL, b, c)
    scale = float(SMALL["sigma2"] / SMALL["n"])
    assert np.abs(rows).max() < 1e-7 * scale
    (b_published, c_published), _ = float_closure(floats(SMALL), "published")
    wrong = brute_force_residual(SMALL, b_published, c_published)
    assert np.abs(wrong).max() > 1e-3 * scale


@pytest.mark.parametrize("theory", THEORIES)
@pytest.mark.parametrize("sigma2", ["0.12", "0.25"])
def test_certified_balls_contain_the_float_solution_and_are_narrow(theory, sigma2):
    parameters = FIG2.replace(sigma2=Fraction(sigma2))
    (b, c), errors = float_closure(floats(parameters), theory)
    near = float_state(parameters, theory)
    off = replace(near, residual=near.residual + np.array([1e-6, -1e-6]))
    first, _ = proved_closure(parameters, theory, near)
    from_afar, _ = proved_closure(parameters, theory, off)
    with precision(QUADRATURE_BITS):
        for proved in (first, from_afar):
            assert abs(float(proved.b.mid()) - b) < errors[0] and proved.b.rad() < 1e-17
            assert abs(float(proved.c.mid()) - c) < errors[1] and proved.c.rad() < 1e-17
        assert first.b.overlaps(from_afar.b) and first.c.overlaps(from_afar.c)
    assert errors.max() < 1e-11


def test_the_ball_of_one_theory_excludes_the_other():
    proved, _ = proved_closure(FIG2, "published", float_state(FIG2, "published"))
    (other, _), _ = float_closure(floats(FIG2), "derived")
    assert not proved.b.contains(other) and proved.b.rad() < 1e-10


@pytest.mark.parametrize("theory", THEORIES)
def test_newton_finds_the_one_solution_from_any_start(theory):
    of = law(floats(FIG2), theory)
    solution = solve_law(of)
    value = of.potential(solution)[0]
    rng = np.random.default_rng(5)
    for start in rng.normal(size=(20, 2)):
        assert of.potential(start)[0] > value


def test_more_modes_change_little_and_converge():
    by_count = [float_closure(floats(FIG2), "derived", k)[0][:2] for k in (2, 3, 4, 5)]
    steps = [np.abs(a - b).max() for a, b in pairwise(by_count)]
    assert steps[0] < 1e-3 and steps[1] < steps[0] / 5 and steps[2] < steps[1] / 5


@pytest.mark.parametrize("theory", THEORIES)
def test_large_d_approaches_the_thermodynamic_limit(theory):
    above = FIG2.replace(sigma2=Fraction(1, 4))
    limit = solve_thermodynamic(above, theory, bits_of(15)).closure
    gaps = []
    for root in (1, 4, 16):
        beta = root**2
        scaled = above.replace(
            N=above["N"] * beta,
            n=above["n"] * beta,
            d=above["d"] * root,
            sigma_a2=above["sigma_a2"] / root,
        )
        (b, _), _ = float_closure(floats(scaled), theory)
        gaps.append(abs(b - float(limit.b.mid())))
    assert gaps[1] < gaps[0] / 2.5 and gaps[2] < gaps[1] / 3.5


def dense_scan(theory, closure, parameters):
    """Sign changes of dS/drho on a fine grid: a count that shares no root finder."""
    with precision(64):
        kappa = limit_functions()(closure.b, *values(parameters))[4]
        width = ball(parameters["sigma_w2"])
        slopes = [
            float(
                density(theory)(ball(Fraction(k, 4001)), closure.b, closure.c, kappa, width)[
                    1
                ].mid()
            )
            for k in range(1, 2000)
        ]
    return int(np.count_nonzero(np.diff(np.sign(slopes))))


@settings(max_examples=12)
@given(
    sigma2=st.fractions(Fraction(1, 20), Fraction(2, 5), max_denominator=97),
    epsilon=st.fractions(-1, 1, max_denominator=53).filter(lambda e: abs(e) > Fraction(1, 30)),
    theory=st.sampled_from(THEORIES),
)
def test_no_saddle_is_missed_and_they_come_in_pairs(sigma2, epsilon, theory):
    parameters = FIG2.replace(sigma2=sigma2, epsilon=epsilon)
    start = zero_state(parameters, 128)
    with precision(128):
        found = saddles(parameters, start, theory)
    features = [s for s in found if s.q > 0]
    assert len(found) == 2 * len(features) + 1
    assert dense_scan(theory, start, parameters) == len(features)
    assert [s.kind for s in features] == ["maximum", "minimum"][: len(features)]


@settings(max_examples=25)
@given(
    sigma2=st.fractions(Fraction(1, 30), Fraction(2, 5), max_denominator=211),
    epsilon=st.fractions(Fraction(-6, 5), Fraction(6, 5), max_denominator=101).filter(bool),
    width=st.fractions(Fraction(1, 8), 2, max_denominator=31),
    theory=st.sampled_from(THEORIES),
)
@example(sigma2=Fraction(1, 20), epsilon=Fraction(3, 10), width=Fraction(1, 2), theory="derived")
def test_the_grid_says_what_the_proof_says(sigma2, epsilon, width, theory):
    parameters = FIG2.replace(sigma2=sigma2, epsilon=epsilon, sigma_w2=width)
    proved = solve_thermodynamic(parameters, theory, bits_of(15))
    cell = thermodynamic_grid(floats(parameters), theory)
    assert proved.status is Status.CERTIFIED
    assert PHASES[int(cell["phase"])] == proved.phase
    assert float(cell["b"]) == pytest.approx(float(proved.closure.b.mid()), abs=1e-9)
    assert float(cell["c"]) == pytest.approx(float(proved.closure.c.mid()), abs=1e-9)
    features = [s for s in proved.saddles if s.kind == "minimum" and s.q > 0]
    assert bool(features) == (not np.isnan(float(cell["q"])))
    if features:
        assert float(cell["q"]) == pytest.approx(float(features[-1].q.mid()), abs=1e-6)
        (barrier,) = (s for s in proved.saddles if s.kind == "maximum" and s.q > 0)
        assert float(cell["barrier"]) == pytest.approx(float(barrier.action.mid()), abs=1e-6)


@pytest.mark.parametrize("theory", THEORIES)
def test_past_coexistence_the_droplet_sits_at_zero_action(theory):
    solution = solve_thermodynamic(FIG2.replace(sigma2=Fraction(1, 8)), theory, bits_of(30))
    feature = solution.saddles[-1]
    assert solution.phase == "GMFL-I" and feature.kind == "minimum"
    assert feature.action.contains(0) and feature.action.rad() < 1e-25
    assert 0 < feature.mass < 0.05
    assert sum(float(s.mass) for s in solution.saddles if s.mass is not None) == pytest.approx(1.0)


def test_masses_at_finite_d_add_up_and_phases_follow():
    solution = solve_finite(FIG2.replace(sigma2=Fraction(3, 20)), "derived")
    assert solution.status is Status.CERTIFIED and solution.phase == "GMFL-I"
    assert sum(float(s.mass) for s in solution.saddles if s.mass is not None) == pytest.approx(1.0)
    assert solve_finite(FIG2.replace(sigma2=Fraction(1, 4)), "derived").phase == "GFL"


def test_finite_events_bracket_their_level():
    found = critical_finite(FIG2, "birth", "sigma2", "derived")
    assert found.status is Status.CERTIFIED
    value = found.point.value
    assert float(value.rad()) < 1e-15
    above = solve_finite(FIG2.replace(sigma2=Fraction(float(value.mid()) * 1.001)), "derived")
    below = solve_finite(FIG2.replace(sigma2=Fraction(float(value.mid()) * 0.999)), "derived")
    assert (len(above.saddles), len(below.saddles)) == (1, 5)


def test_the_mass_event_holds_its_fraction():
    found = critical_finite(FIG2, "mass", "sigma2", "derived", fraction=Fraction(1, 100))
    at = FIG2.replace(sigma2=Fraction(float(found.point.value.mid())))
    masses = [
        float(s.mass)
        for s in solve_finite(at, "derived").saddles
        if s.q != 0 and s.mass is not None
    ]
    assert sum(masses) == pytest.approx(0.01, rel=1e-6)


def test_a_level_that_is_never_crossed_is_undecided_not_absent():
    found = critical_finite(FIG2, "instability", "sigma2", "published")
    assert found.status is Status.UNDECIDED and "no proof" in found.reason


def test_scales_are_the_norms_of_the_modes():
    assert scales(3) == pytest.approx([1.0, np.sqrt(6), np.sqrt(120)])


def test_large_negative_teachers_are_solved_at_any_precision():
    parameters = FIG2.replace(
        n=Fraction(10**6),
        d=Fraction(2),
        sigma2=Fraction("2.997"),
        sigma_w2=Fraction("0.1048"),
        sigma_a2=Fraction("0.0002675"),
        epsilon=Fraction("-90.92"),
    )
    for bits in (128, 400):
        solution = solve_thermodynamic(parameters, "derived", bits)
        assert solution.status is Status.CERTIFIED and solution.phase == "GMFL-I"


def test_a_mass_is_a_probability_or_is_not_given():
    parameters = FIG2.replace(
        N=Fraction(5),
        n=Fraction(1),
        sigma2=Fraction("1.511e-5"),
        sigma_w2=Fraction("122.4"),
        sigma_a2=Fraction("0.02022"),
        epsilon=Fraction("2.041"),
    )
    solution = solve_thermodynamic(parameters, "derived", bits_of(15))
    assert solution.phase == "GMFL-I" and "too small" in solution.reason
    assert all(s.mass is None for s in solution.saddles)
    assert np.isnan(float(thermodynamic_grid(floats(parameters), "derived")["mass"]))


@pytest.mark.parametrize("theory", THEORIES)
@pytest.mark.parametrize(("name", "value"), [("d", 2), ("d", 3), ("N", 1), ("sigma_w2", 5)])
def test_small_sizes_have_masses_that_add_up(theory, name, value):
    solution = solve_finite(FIG2.replace(**{name: Fraction(value)}), theory)
    if solution.phase != "undecided":
        masses = [float(s.mass) for s in solution.saddles if s.mass is not None]
        assert sum(masses) == pytest.approx(1.0)
        assert min(masses) >= 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("sigma_a2", "1e25"), ("n", "1e30"), ("sigma2", "1e-80"), ("sigma2", "1e-6")],
)
def test_what_is_too_large_is_undecided_quickly(name, value):
    solution = solve_finite(FIG2.replace(**{name: Fraction(value)}), "derived")
    assert solution.status is Status.UNDECIDED and "points" in solution.reason
