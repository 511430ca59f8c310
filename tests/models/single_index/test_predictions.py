"""Predictions for networks: those of the teacher-student model at erf, and controls that differ."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from scipy.special import eval_genlaguerre, ndtr

from binodal.models.registry import parameters_of
from binodal.models.single_index.numerics.closed_modes import closed_modes, more_modes
from binodal.models.single_index.numerics.finite_closure import solved
from binodal.models.single_index.numerics.setting import setting_of
from binodal.models.single_index.predictions.modes import all_modes, measured_modes
from binodal.models.single_index.predictions.rows import predictions
from binodal.models.teacher_student.predictions import rows as paper
from binodal.models.teacher_student.predictions.finite_width import first_order

VALUES = {
    "N": Fraction(88),
    "n": Fraction(375),
    "d": Fraction(53),
    "sigma2": Fraction(1, 5),
    "sigma_w2": Fraction(1, 2),
    "sigma_a2": Fraction(8, 247),
}
PLACES = (0.0, 0.3, 0.6)


def of(name: str, **changes: Fraction):
    return predictions(
        parameters_of(f"single-index[{name}]", VALUES | changes), ["derived"], PLACES
    )


def value(rows, observable: str, theory: str = "derived", limit: str = "finite", at=None):
    (row,) = (
        r
        for r in rows
        if (r.observable, r.theory, r.limit, r.at) == (observable, theory, limit, at)
    )
    return row


def test_erf_is_the_teacher_student_model():
    """Modes to H7 as well: the same closure in one and in two dimensions."""
    ours = of("activation=erf; teacher=1: 1, 3: -3/10; bias=none")
    floats = {name: float(v) for name, v in VALUES.items()} | {"epsilon": -0.3}
    for limit, count in (("finite", 2), ("finite, modes to 7", 4)):
        state = paper.solved(floats, "derived", count)
        modes = paper.residual_modes(state.residual)
        for k, mode in zip((1, 3, 5, 7), modes, strict=False):
            assert value(ours, f"t{k}", limit=limit).value == pytest.approx(mode, rel=1e-9)
        square = value(ours, "q2", limit=limit).value
        assert square == pytest.approx(state.joint.mean_square(), rel=1e-5)


def test_the_first_order_in_the_width_is_the_teacher_student_models():
    """Shifts by the law of two dimensions against those by the law of one, whose sectors are fewer:
    what they do not resolve is a trace."""
    ours = of("activation=erf; teacher=1: 1, 3: -3/10; bias=none")
    floats = {name: float(v) for name, v in VALUES.items()} | {"epsilon": -0.3}
    theirs = first_order(floats)
    for name, other, apart in (("t1", "b", 5e-3), ("q2", "q2", 2e-2)):
        row = value(ours, name, limit="finite width")
        shift = row.value - value(ours, name, limit="all modes").value
        assert shift == pytest.approx(theirs.shift[other], rel=apart)
        # The second order is not known: it is not said to be smaller than dof/N of the first.
        assert row.error > theirs.freedom / theirs.width * abs(shift)
    assert not any(r.limit == "finite width" and "log" in r.observable for r in ours)


@pytest.mark.parametrize(
    ("activation", "teacher", "modes"),
    [
        ("erf", "1: 1, 3: -3/10", (1, 3, 5, 7)),
        ("relu", "2: 1/2", (0, 2, 4, 6)),
        ("gelu", "1: 1, 2: 1/2", (0, 1, 2, 4, 6)),
        ("relu", "1: 1, 3: 1/2", (0, 1, 2, 4)),
    ],
)
def test_modes_of_the_larger_closure(activation, teacher, modes):
    setting = setting_of(activation, teacher, "none")
    assert more_modes(setting) == modes
    assert set(closed_modes(setting)) <= set(modes)
    assert set(measured_modes(setting)) == {*modes, *setting.teacher}


def test_the_law_of_the_cosine_without_a_field_is_that_of_a_random_vector():
    rows = of("activation=tanh; teacher=1: 1, 3: -3/10; bias=none")
    name, d = "control: no interaction", 53
    logs = [value(rows, "log_density", name, at=place).value for place in PLACES]
    expected = (d - 3) / 2 * np.log1p(-np.square(PLACES))
    assert np.diff(logs) == pytest.approx(np.diff(expected), rel=1e-6)
    assert value(rows, "m2", name).value == pytest.approx(1 / d, rel=1e-9)
    assert value(rows, "q2", name).value == pytest.approx(0.5 / d, rel=1e-9)
    assert value(rows, "w_perp2", name).value == pytest.approx(0.5 * (1 - 1 / d), rel=1e-9)


def test_every_control_differs_somewhere_and_errors_are_small():
    rows = of("activation=gelu; teacher=1: 1, 2: 1/2; bias=none")
    right = {(r.observable, r.at): r for r in rows if r.limit == "finite" and not r.control}
    assert all(r.error < 1e-6 for r in right.values())
    for name in {r.theory for r in rows if r.control}:
        wrong = [r for r in rows if r.theory == name]
        apart = [abs(r.value / right[r.observable, r.at].value - 1) for r in wrong]
        assert max(apart) > 0.05, name


def test_what_less_than_one_neuron_would_carry_is_not_judged():
    rows = of("activation=relu; teacher=2: 1/2; bias=none", sigma2=Fraction(1, 10))
    assert "of the N neurons" in value(rows, "t2").missing
    assert "1/N is not small" in value(rows, "t2", limit="finite width").missing
    fig2 = {"N": 700, "n": 3000, "d": 150, "sigma2": Fraction(1, 10), "sigma_a2": Fraction(8, 700)}
    changes = {name: Fraction(value) for name, value in fig2.items()}
    gone = of("activation=relu; teacher=2: 1/2; bias=none", **changes)
    assert "condensation" in value(gone, "t2").missing
    assert np.isnan(value(gone, "t2").value)


def _residual_at(state, x: np.ndarray) -> np.ndarray:
    """The mean residual at inputs (X, d): He_k on the axis, Laguerre polynomials around it."""
    hermite, total = np.polynomial.hermite_e.HermiteE.basis, np.zeros(len(x))
    square = (x[:, 1:] ** 2).sum(1) / 2
    for k, j, mode in zip(state.law.orders, state.law.around, state.modes, strict=True):
        across = (-2.0) ** j * factorial(j) * eval_genlaguerre(j, (x.shape[1] - 3) / 2, square)
        total += mode * hermite(k)(x[:, 0]) * across
    return total


def _left_over(state, x: np.ndarray, count: int) -> np.ndarray:
    """y - r - n sigma_a^2/sigma^2 <phi(w.x) F(w)> at every input, over its own error, from neurons
    whose cosine and norm are drawn from the law and whose direction around the axis is any."""
    rng, window, at = np.random.default_rng(5), state.window, state.law.at
    flat = rng.choice(state.chances.size, size=count, p=state.chances.ravel())
    i, k = np.unravel_index(flat, state.chances.shape)
    m, r = window.m[i] * rng.choice([-1, 1] if state.law.even else [1], size=count), window.r[k]
    across = rng.normal(size=(count, x.shape[1] - 1))
    across *= (np.sqrt(1 - m**2) / np.sqrt((across**2).sum(1)))[:, None]
    force = state.law.field(window, state.modes)[i, k]
    z = r[:, None] * (np.column_stack([m, across]) @ x.T)
    fields = z * ndtr(z) * force[:, None]
    strength = at["n"] * at["sigma_a2"] / at["sigma2"]
    error = strength * fields.std(0) / np.sqrt(count)
    teacher = (x[:, 0] ** 2 - 1) / 2
    return (teacher - _residual_at(state, x) - strength * fields.mean(0)) / error


def test_only_modes_around_the_axis_make_the_residual_of_neurons():
    """At inputs themselves, with phi itself; modes of w*.x alone are far off."""
    setting = setting_of("gelu", "2: 1/2", "none")
    sizes = {"N": 400.0, "n": 600.0, "d": 6.0, "sigma2": 0.02, "sigma_w2": 0.5, "sigma_a2": 2e-3}
    x = np.random.default_rng(3).normal(size=(12, 6))
    orders, around = all_modes(setting, 6)
    assert max(k + 2 * j for k, j in zip(orders, around, strict=True)) == 12
    complete = solved(setting, sizes, orders, 1, around)
    on_axis = solved(setting, sizes, orders=(0, 2, 4, 6, 8, 10, 12))
    assert np.abs(_left_over(complete, x, 200_000)).max() < 5
    assert np.abs(_left_over(on_axis, x, 200_000)).max() > 20
