"""Single-index neurons in time: against the erf student, and against the law of equilibrium."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from binodal.cli import main
from binodal.models.registry import model
from binodal.models.single_index.numerics.biased.setting import biased_setting
from binodal.models.single_index.numerics.dynamics import CosineNeurons, dynamics
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.numerics.several.setting import several_setting
from binodal.models.single_index.numerics.weights import Weights
from binodal.models.teacher_student.numerics.dynamics import dynamics as of_student
from binodal.models.teacher_student.numerics.particles import ErfNeurons
from binodal.numerics.dynamics.course import Options
from binodal.numerics.outcome import Status
from tests.laws import cases

VALUES = {"N": "20", "n": "60", "d": "6", "sigma2": "1/5", "sigma_w2": "1/2", "sigma_a2": "1/8"}
EXACT = {name: Fraction(value) for name, value in VALUES.items()}
FLOATS = {name: float(value) for name, value in EXACT.items()}
CUBIC, EPSILON = "1: 1, 3: -2/5", Fraction(-2, 5)


def followed(activation, teacher, asked, **changed):
    course = dynamics(setting_of(activation, teacher, "none"))
    return course({**EXACT, **changed}, "derived", asked, lambda share: None)


def test_forces_and_residuals_of_erf_are_those_of_the_student():
    """Two derivations: general overlaps of a ladder, and rho of the published activation."""
    own = CosineNeurons(setting_of("erf", CUBIC, "none"), FLOATS)
    student = ErfNeurons({**FLOATS, "epsilon": float(EPSILON)}, "derived")
    chance = np.random.default_rng(2)
    state = np.stack([chance.uniform(-1.5, 1.5, 50), chance.uniform(0.1, 1.5, 50)])
    residual = np.array([0.3, -0.2])
    assert own.force(state, residual) == pytest.approx(student.force(state, residual), rel=1e-9)
    assert own.residual(state) == pytest.approx(student.residual(state), rel=1e-9)
    other = CosineNeurons(setting_of("tanh", CUBIC, "none"), FLOATS)
    assert np.abs(other.force(state, residual) / student.force(state, residual) - 1).max() > 0.1


def test_a_course_of_erf_is_the_students():
    asked = Options(0.05, 4000)
    own = followed("erf", CUBIC, asked)
    student = of_student({**EXACT, "epsilon": EPSILON}, "derived", asked, lambda share: None)
    for name, of in (("t1", "b"), ("t3", "c"), ("q2", "q2"), ("test_loss", "test_loss")):
        mine, theirs = own.curves[name], student.curves[of]
        away = abs(mine.values[-1] - theirs.values[-1])
        assert away < 3 * (mine.errors[-1] + theirs.errors[-1]), name
        assert own.rest[name][0] == pytest.approx(student.rest[of][0], rel=1e-3)
    moved = abs(own.curves["q2"].values[-1] - own.curves["q2"].values[0])
    assert moved > 10 * own.curves["q2"].errors[-1]


@pytest.mark.parametrize(
    ("activation", "teacher"),
    cases([("tanh", CUBIC), ("relu", "0: 1/5, 1: 1, 2: 1/2")], every=None),
)
def test_the_law_comes_to_rest_in_equilibrium(activation, teacher):
    """Odd and even modes, a mean and a kink; overlaps without a closed form."""
    found = followed(activation, teacher, Options(0.2, 800))
    assert found.status == Status.CONVERGED
    late, learned = found.times > found.times[-1] / 2, 0
    for name, (value, error) in found.rest.items():
        curve = found.curves[name]
        mean = curve.values[late].mean()
        assert abs(mean - value) < 2 * curve.errors[late].mean() + error, name
        learned += abs(curve.values[0] - value) > 10 * curve.errors[0]
    assert learned >= 2


@pytest.mark.parametrize("kind", ["relu", "two directions", "biases"])
def test_a_rate_bounds_the_slopes_of_the_force(kind):
    setting = {
        "relu": setting_of("relu", "1: 1, 2: 1/2", "none"),
        "two directions": several_setting("erf", "(1,0): 1, (2,1): 1/2", "none"),
        "biases": biased_setting("erf", CUBIC, "scaled:1"),
    }[kind]
    neurons = CosineNeurons(setting, FLOATS)
    state = neurons.draw(500, np.random.default_rng(3))
    residual, h = neurons.residual(state), 1e-6
    bound = neurons.rate(state, residual)
    for k in range(len(state)):
        moved = state.copy()
        moved[k] += h
        slopes = (neurons.force(moved, residual) - neurons.force(state, residual)) / h
        assert np.abs(slopes).max() < bound


@pytest.mark.parametrize(
    "setting",
    cases(
        [
            several_setting("erf", "(1,0): 1, (0,1): 1/2", "none"),
            biased_setting("erf", CUBIC, "scaled:1"),
        ],
        every=None,
    ),
)
def test_with_directions_and_biases_the_law_comes_to_rest_in_equilibrium(setting):
    """The force is the slope of S; a course ends at the values of integrals, which are
    far from those of the prior."""
    neurons = CosineNeurons(setting, FLOATS)
    state, h = neurons.draw(20, np.random.default_rng(3)), 1e-6
    residual = neurons.residual(state)
    on = Weights(neurons.law, residual)
    free = FLOATS["d"] / FLOATS["sigma_w2"] * state
    free[neurons.directions] -= FLOATS["d"] / state[neurons.directions]
    if neurons.bias:
        free[-1] = state[-1] / neurons.bias
    np.testing.assert_allclose(neurons.force(state, residual), free - on.slopes(state), rtol=1e-9)
    for k in range(len(state)):
        nudge = h * np.eye(len(state))[:, [k]]
        slope = (on.values(state + nudge)[0] - on.values(state - nudge)[0]) / (2 * h)
        np.testing.assert_allclose(on.slopes(state)[k], slope, rtol=1e-5, atol=1e-5)
    found = dynamics(setting)(EXACT, "derived", Options(0.25, 480), lambda share: None)
    assert found.status == Status.CONVERGED
    late, learned = found.times > found.times[-1] / 2, 0
    for name, (value, error) in found.rest.items():
        curve = found.curves[name]
        assert abs(curve.values[late].mean() - value) < 2 * curve.errors[late].mean() + error, name
        learned += abs(curve.values[0] - value) > 4 * curve.errors[0]
    assert learned >= 2


def test_what_no_neuron_learns_stays_in_the_loss():
    """erf has no even mode: He_2 of the teacher stays, and adds 2! y^2."""
    loss = [
        followed("erf", teacher, Options(0.001, 64)).curves["test_loss"].values[0]
        for teacher in ("1: 1", "1: 1, 2: 1/3")
    ]
    assert loss[1] - loss[0] == pytest.approx(2 / 9, rel=1e-9)


LINE = ["dynamics", "single-index", "--preset", "fig2", "--particles", "64", "--until", "1/9000"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["-s", "d=2"], "d=2"),
        (["--start", "feature"], "start=feature"),
        (["--teacher", "(1,0): 1, (0,1): 1", "-s", "d=3"], "d >= 4"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(more, why, capfd):
    assert main([*LINE, *more]) == 2
    said = capfd.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and why in said.err, said.err


def test_networks_measure_the_curves():
    member = model("single-index")
    observer = member.offer("network").observer(EXACT)
    names = followed("erf", CUBIC, Options(0.001, 64)).measured
    assert set(names) <= set(observer.quantities)
