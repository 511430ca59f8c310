"""Neurons on both sides of their barrier: the equilibrium's own share, and the derived slope."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.models.registry import preset
from binodal.models.teacher_student.numerics.dynamics import dynamics
from binodal.models.teacher_student.numerics.finite import solve_finite
from binodal.models.teacher_student.numerics.metastable import zero_basin
from binodal.models.teacher_student.numerics.two_states import NeuronsInTwoWells
from binodal.numerics.dynamics.course import Options
from binodal.numerics.phases.network_delay import halfway, network_delay
from binodal.numerics.rescale import rescale
from tests.laws import beside

AT, _ = rescale(preset("fig2").replace(sigma2=Fraction(18, 100)), Fraction(16))


@pytest.fixture(scope="module")
def neurons():
    return NeuronsInTwoWells(AT, "derived")


def test_the_share_at_rest_is_the_mass_of_equilibrium_and_odds_fall_to_it(neurons):
    solution = solve_finite(AT, "derived")
    mass = sum(float(s.mass.mid()) for s in solution.saddles if s.q != 0 and s.mass is not None)
    assert neurons.rest == pytest.approx(mass, rel=1e-3)
    shares = np.linspace(0, neurons.rest, 5)
    odds = [neurons.log_odds(float(share)) for share in shares]
    assert (np.diff(odds) < 0).all() and odds[0] > 5
    assert odds[-1] == pytest.approx(np.log(neurons.rest / (1 - neurons.rest)), abs=1e-6)
    assert neurons.level(0.0) == pytest.approx(float(zero_basin(AT, "derived").c.mid()), abs=1e-7)


@beside(
    "tests/numerics/phases/test_network_delay.py::test_returns_make_it_longer_and_a_chain_of_few_agrees_with_chance"
)
def test_particles_are_as_late_as_the_moving_barrier_says_and_not_as_one_that_stays():
    at = AT.replace(sigma2=Fraction(1, 5))
    late = network_delay(NeuronsInTwoWells(at, "derived"))
    curve = dynamics(at, "derived", Options(0.14, 60_000), lambda share: None)
    c = curve.curves["c"]
    seen, _ = halfway(curve.times, c.values, np.zeros_like(c.values), late.level)
    assert abs(seen - late.time) < 2 * late.error
    assert seen - late.held > 2 * late.error


def test_the_barrier_rises_by_the_derived_slope_with_the_answer_of_the_zero_state(neurons):
    """-grad S(saddle).B^{-1}.(grad L_1 - grad L_0); with the zero state held it is far off."""
    step = neurons.rest / 50
    first, then = (neurons.escape(share) for share in (0.0, step))
    rise = float((then.rise - first.rise).mid()) / step
    fall = (first.log_rate()[0] - then.log_rate()[0]) / step
    assert 0.9 < rise / fall < 1.1
    residual = neurons._held(0.0).residual
    before, beyond = (side.potential(residual) for side in neurons._sides(neurons._cut(residual)))
    top = neurons._law.at(np.array([neurons._cut(residual)]))
    (features,) = top.overlaps
    slope = -top.coupling * (features @ residual) * features
    held = before[2] - np.cov(*_slopes(neurons, residual))
    answers = (slope @ np.linalg.solve(bend, before[1] - beyond[1]) for bend in (before[2], held))
    right, wrong = answers
    assert rise == pytest.approx(right, rel=0.1)
    assert wrong > 2 * rise


def _slopes(neurons, residual):
    """Slopes of the log weight at draws from the law before the barrier."""
    before, _ = neurons._sides(neurons._cut(residual))
    chances, _ = before.chances(residual)
    picked = np.random.default_rng(0).choice(len(chances), 20_000, p=chances)
    features = before.overlaps[picked]
    return (before.coupling * features * (features @ residual)[:, None]).T
