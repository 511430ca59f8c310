"""Predictions from the joint law against the one-dimensional law, and the closure on data."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from binodal.models.registry import preset
from binodal.models.teacher_student.network.data import teacher_target
from binodal.models.teacher_student.network.network import TeacherStudentShape
from binodal.models.teacher_student.network.network_model import NETWORK
from binodal.models.teacher_student.numerics import joint_law as joint_law_module
from binodal.models.teacher_student.numerics.joint_law import (
    joint_law,
    minus_log_density,
    residual_modes,
)
from binodal.models.teacher_student.numerics.law import law, solve_law, solved_law
from binodal.models.teacher_student.predictions.data_closure import OneNeuron, data_closure
from binodal.models.teacher_student.predictions.rows import predictions, with_kernel_factor
from binodal.numerics.errors import Undecided
from binodal.validate.data import gaussian_inputs
from binodal.validate.errors import DataError

FLOATS = {name: float(value) for name, value in preset("fig2").items()}


def finite(observable, said, theory="derived", modes=2):
    (found,) = (
        p
        for p in said
        if (p.observable, p.theory, p.limit, p.modes, p.control)
        == (observable, theory, "finite", modes, False)
    )
    return found


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_the_joint_law_has_the_one_dimensional_law_inside(theory):
    """<4 rho/pi> = <<H1 phi>^2> from (q, s) on a grid against the law of y, in which s is gone."""
    of = law(FLOATS, theory)
    residual = solve_law(of)
    joint = joint_law(FLOATS, theory, of, residual)
    assert 2 * np.trapezoid(joint.density, joint.q) == pytest.approx(1.0)
    perp2 = np.maximum(joint.perp2, 1e-9)
    rho = joint.q**2 / (1 + 2 * (joint.q**2 + perp2))
    inside = 2 * np.trapezoid(joint.density * rho, joint.q)
    chances, _ = of.chances(residual)
    # rho at the mean of s: its curvature in s costs less than the tolerance.
    assert inside == pytest.approx(float(chances @ of.rho), rel=3e-3)


def test_without_interaction_the_joint_law_is_the_prior():
    of = replace(law(FLOATS, "derived"), coupling=0.0)
    joint = joint_law(FLOATS, "derived", of, np.zeros(2))
    assert joint.mean_square() == pytest.approx(0.5 / 150, rel=1e-6)
    assert joint.perp2_in_bins()[0] == pytest.approx(0.5 * 149 / 150, rel=1e-6)
    at = np.array([0.0, 0.11])
    gaussian = -(at**2) * 150 - 0.5 * np.log(2 * np.pi * 0.5 / 150)
    np.testing.assert_allclose(joint.log_density(at), gaussian, atol=1e-4)


def test_published_holds_the_transverse_norm_and_derived_lets_it_shrink():
    said = predictions(preset("fig2"), ("published", "derived"))
    perp = {p.theory: [] for p in said if p.observable == "w_perp2" and not p.control}
    for p in said:
        if p.observable == "w_perp2" and not p.control and p.modes == 2:
            perp[p.theory].append(p.value)
    assert perp["published"] == pytest.approx([0.5] * len(perp["published"]))
    assert np.all(np.diff(perp["derived"][:4]) < 0)


def test_predictions_solve_the_closure_and_more_modes_converge():
    said = predictions(preset("fig2"), ("derived",))
    of = law(FLOATS, "derived", 4)
    modes = residual_modes(solve_law(of))
    for name, value in zip(("b", "c", "t5", "t7"), modes, strict=True):
        assert finite(name, said, modes=4).value == pytest.approx(value, abs=1e-10)
    two, three, four = (finite("c", said, modes=k).value for k in (2, 3, 4))
    assert abs(four - three) < abs(three - two)


def test_a_kernel_factor_of_one_is_no_control():
    of = law(FLOATS, "derived")
    same = with_kernel_factor(of, FLOATS, np.ones((2, 2)))
    np.testing.assert_allclose(same, solve_law(of), atol=1e-9)


SHAPE = TeacherStudentShape(N=20, n=12, d=4, sigma2=0.3, sigma_w2=0.8, sigma_a2=3.0, epsilon=-0.3)


def data():
    inputs = gaussian_inputs(1, SHAPE.n, SHAPE.d, torch.Generator().manual_seed(0), torch.float64)[
        0
    ]
    return inputs, teacher_target(inputs[:, 0], SHAPE.epsilon)


def test_one_neuron_has_the_gradient_of_its_energy():
    inputs, targets = data()
    neuron = OneNeuron(SHAPE, inputs, targets, 3)
    x = torch.randn(3, SHAPE.d, dtype=torch.float64, requires_grad=True)
    neuron.energy(x).sum().backward()
    torch.testing.assert_close(x.grad, neuron.gradient(x.detach()))


def test_the_closure_on_data_is_gaussian_regression_for_infinitely_many_neurons():
    """N -> infinity at fixed sigma_a^2, sigma^2: no pull on a neuron; the exact arcsine kernel."""
    inputs, targets = data()
    free = replace(SHAPE, N=10**12)
    state = data_closure(free, inputs, targets, torch.Generator().manual_seed(1), 2000, 40)
    gram = inputs @ inputs.T * 0.8 / 4
    size = 1 + 2 * gram.diagonal()
    kernel = 3.0 * 2 / torch.pi * torch.asin(2 * gram / (size[:, None] * size[None]).sqrt())
    exact = 0.3 * torch.linalg.solve(kernel + 0.3 * torch.eye(12, dtype=torch.float64), targets)
    assert (state.residual - exact).norm() < 0.02 * exact.norm()
    assert state.values["q2"] == pytest.approx(0.2, rel=0.05)


def test_thermodynamic_predictions_are_the_certified_closure():
    said = predictions(preset("fig2"), ("published",))
    (b,) = (p for p in said if p.observable == "b" and p.limit == "thermodynamic")
    assert b.value == pytest.approx(0.293973360504, abs=1e-11) and b.error < 1e-20


def test_predictions_of_an_unknown_theory_are_refused():
    with pytest.raises(DataError, match="choose"):
        NETWORK.predictions(preset("fig2"), ("guessed",))


@pytest.mark.parametrize(
    ("size", "width"), [("2", "1/2"), ("2", "100"), ("3", "1/10"), ("904", "1/700"), ("10000", "2")]
)
def test_without_interaction_the_joint_law_is_gaussian(size, width):
    """<q^2> = sigma_w^2/d and <r_perp^2> = sigma_w^2 (d - 1)/d at small d and for a wide prior."""
    parameters = preset("fig2").replace(d=Fraction(size), sigma_w2=Fraction(width))
    floats = {name: float(value) for name, value in parameters.items()}
    of = replace(law(floats, "derived"), coupling=0.0)
    for refine in (1, 2):
        found = joint_law(floats, "derived", of, np.zeros(2), refine)
        mean = 2 * np.trapezoid(found.density * found.perp2, found.q)
        d, s = floats["d"], floats["sigma_w2"]
        assert found.mean_square() == pytest.approx(s / d, rel=1e-9)
        assert mean == pytest.approx(s * (d - 1) / d, rel=1e-9)


def test_a_grid_that_does_not_hold_the_law_is_refused(monkeypatch):
    """Cut at a fifth of the typical r_perp, as a fixed end would at small d, <rho> is another."""
    whole = joint_law_module.grid

    def cut(*arguments):
        points, perp2, weights = whole(*arguments)
        return points, perp2[perp2 > 0.1], weights[perp2 > 0.1]

    floats = {**FLOATS, "d": 3.0}
    joint_law(floats, "derived", *solved_law(floats, "derived"))
    monkeypatch.setattr(joint_law_module, "grid", cut)
    with pytest.raises(Undecided, match="the law of y alone"):
        joint_law(floats, "derived", *solved_law(floats, "derived"))


@pytest.mark.parametrize("theory", ["published", "derived"])
def test_the_law_at_given_places_is_that_of_the_grid(theory):
    """Integrated over r_perp at each q, and read off the normalised law's own grid."""
    places = np.array([0.1, 0.4, 0.72])
    law_on_grid = joint_law(FLOATS, theory, *solved_law(FLOATS, theory))
    costs = law_on_grid.log_density(np.zeros(1)) - law_on_grid.log_density(places)
    assert minus_log_density(FLOATS, theory, places) == pytest.approx(costs, abs=2e-3)
