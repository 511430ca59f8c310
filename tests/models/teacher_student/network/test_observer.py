"""Teacher-student observables against dense quadrature in two dimensions and direct integration."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
import torch

from binodal.models.teacher_student.network.data import teacher_target
from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.models.teacher_student.network.network_model import feature_start
from binodal.models.teacher_student.network.observer import TeacherStudentObserver
from binodal.models.teacher_student.network.overlap_density import overlap_density
from binodal.validate.data import gaussian_inputs

EPSILON = -0.7
NAMED = {
    "N": 5,
    "n": 7,
    "d": 2,
    "sigma2": Fraction(3, 10),
    "sigma_w2": Fraction(3, 4),
    "sigma_a2": Fraction(5, 2),
    "epsilon": Fraction(-7, 10),
}
SHAPE = TeacherStudentShape(5, 7, 2, 0.3, 0.75, 2.5, EPSILON)


@pytest.fixture(scope="module")
def network():
    stream = torch.Generator().manual_seed(3)
    inputs = gaussian_inputs(2, SHAPE.n, SHAPE.d, stream, torch.float64)
    return TeacherStudent(SHAPE, inputs, teacher_target(inputs[..., 0], EPSILON))


@pytest.fixture(scope="module")
def x(network):
    stream = torch.Generator().manual_seed(4)
    return torch.randn(2, network.dimension, generator=stream, dtype=torch.float64)


def _energy(network, x):
    """From the definition, in plain torch."""
    weights, readout = network.weights(x)
    fields = torch.einsum("rnd,rmd->rnm", weights, network.inputs)
    misfit = network.targets - torch.einsum("rn,rnm->rm", readout, torch.erf(fields))
    return misfit.square().sum(1) / (2 * SHAPE.sigma2) + x.square().sum(1) / 2


@pytest.fixture(scope="module")
def averaged(network, x):
    """x with every readout at its mean given the first layer.

    U is quadratic in the readout, so its minimum is the mean: one Newton step finds it.
    """
    inside = slice(SHAPE.N * SHAPE.d, None)
    best = x.clone()
    for member in range(2):

        def energy(readout, member=member):
            rows = x.clone()
            rows[member, inside] = readout
            return _energy(network, rows)[member]

        slope = torch.autograd.functional.jacobian(energy, x[member, inside])
        curvature = torch.autograd.functional.hessian(energy, x[member, inside])
        best[member, inside] -= torch.linalg.solve(curvature, slope)
    return best


@pytest.fixture(scope="module")
def measured(network, x):
    return TeacherStudentObserver(NAMED).measure(network, x)


def test_modes_and_test_loss_are_population_averages(network, x, averaged, measured):
    """Gauss-Hermite quadrature over both inputs, with numpy's own Hermite polynomials."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    grid = torch.tensor(np.stack(np.meshgrid(nodes, nodes, indexing="ij"), -1).reshape(1, -1, 2))
    chances = torch.tensor(np.outer(weights, weights).ravel())
    target = teacher_target(grid[..., 0], EPSILON)

    def modes(places, names):
        residual = target - network.output(places, grid.repeat(2, 1, 1))
        for name, order in zip(names, (1, 3, 5, 7), strict=False):
            mode = np.polynomial.hermite_e.hermeval(grid[0, :, 0].numpy(), [0] * order + [1])
            direct = residual @ (chances * torch.tensor(mode)) / factorial(order)
            torch.testing.assert_close(measured[name], direct, atol=1e-9, rtol=1e-9)

    modes(x, ("b_direct", "c_direct"))
    modes(averaged, ("b", "c", "t5", "t7"))
    assert (measured["b"] - measured["b_direct"]).abs().min() > 0.01
    residual = target - network.output(x, grid.repeat(2, 1, 1))
    direct = residual.square() @ chances
    torch.testing.assert_close(measured["test_loss"], direct, atol=1e-9, rtol=1e-9)


def test_the_law_of_an_overlap_is_the_posterior_with_the_readout_integrated(network, x):
    """exp(-U) summed over (q, a) of the first neuron on a grid, all else fixed."""
    grid = torch.linspace(-3, 3, 81, dtype=torch.float64)
    residual = network.targets - network.output(x, network.inputs)
    found = overlap_density(network, x, residual, grid, torch.tensor([0]))
    readouts = torch.linspace(-9, 9, 241, dtype=torch.float64)
    for member in range(2):
        one = TeacherStudent(
            SHAPE, network.inputs[member].repeat(241, 1, 1), network.targets[member].repeat(241, 1)
        )
        rows = x[member].repeat(241, 1)
        rows[:, SHAPE.N * SHAPE.d] = readouts
        logs = []
        for q in grid / SHAPE.input_scale:
            rows[:, 0] = q
            logs.append(torch.logsumexp(-one.energy(rows), 0))
        direct = torch.softmax(torch.stack(logs), 0) / (grid[1] - grid[0])
        folded = (direct + direct.flip(0)) / 2
        torch.testing.assert_close(found[member], folded, atol=1e-6, rtol=1e-5)


def test_histograms_count_neurons(network, x, measured):
    weights, _ = network.weights(x)
    size, perp2 = weights[..., 0].abs(), weights[..., 1:].square().sum(-1)
    kind = TeacherStudentObserver(NAMED)
    centres = torch.tensor(kind.quantities["q_histogram"].axis[1])
    step = float(centres[1] - centres[0])
    inside = size < len(centres) * step
    total = 2 * step * measured["q_histogram"].sum(1)
    torch.testing.assert_close(total, inside.double().mean(1))
    assert torch.equal(measured["perp_count"].sum(1), torch.ones(2, dtype=torch.float64))
    torch.testing.assert_close(measured["perp_sum"].sum(1), perp2.mean(1))
    first = (size < 0.25).double()
    torch.testing.assert_close(measured["perp_sum"][:, 0], (first * perp2).mean(1))
    torch.testing.assert_close(measured["tail"], (size > 0.5).double().mean(1))


def test_all_quantities_come_in_the_promised_shapes(measured):
    kind = TeacherStudentObserver(NAMED)
    assert set(measured) == set(kind.quantities)
    for name, quantity in kind.quantities.items():
        length = (len(quantity.axis[1]),) if quantity.axis[0] else ()
        assert measured[name].shape == (2, *length) and measured[name].dtype == torch.float64


def test_neurons_whose_law_is_taken_start_as_the_layer_does():
    """Half of them with the feature, as half of all do."""
    shape = TeacherStudentShape(88, 7, 4, 0.3, 0.75, 2.5, EPSILON)
    start = feature_start(shape, torch.Generator().manual_seed(5))
    overlaps = start[: 88 * 4].view(88, 4)[:, 0] * shape.input_scale
    whole = TeacherStudentObserver({**NAMED, "N": 88, "d": 4})
    held = overlaps.abs().sub(1).abs() < 1e-6
    assert held.double().mean() == held[whole.neurons].double().mean() == 0.5
