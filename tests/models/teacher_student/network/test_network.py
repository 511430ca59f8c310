"""The batched posterior against autograd and against a plain per-neuron loop."""

import math

import pytest
import torch

from binodal.models.teacher_student.network.data import teacher_target
from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.validate.data import gaussian_inputs
from binodal.validate.errors import DataError

SHAPE = TeacherStudentShape(N=5, n=7, d=3, sigma2=0.31, sigma_w2=0.7, sigma_a2=1.9, epsilon=-0.4)


def network(dtype=torch.float64, members=2):
    generator = torch.Generator().manual_seed(11)
    inputs = gaussian_inputs(members, SHAPE.n, SHAPE.d, generator, dtype)
    return TeacherStudent(SHAPE, inputs, teacher_target(inputs[:, :, 0], SHAPE.epsilon))


def point(posterior):
    generator = torch.Generator().manual_seed(5)
    shape = (posterior.members, posterior.dimension)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(posterior.dtype)


def plain_energy(posterior, x, member):
    """The posterior in the network's own parameters, neuron by neuron, with math.erf."""
    own = (posterior.scale * x[member]).tolist()
    width, d = SHAPE.N, SHAPE.d
    w, a = [own[i * d : (i + 1) * d] for i in range(width)], own[width * d :]
    misfit = 0.0
    for row, y in zip(
        posterior.inputs[member].tolist(), posterior.targets[member].tolist(), strict=True
    ):
        fields = [sum(u * v for u, v in zip(neuron, row, strict=True)) for neuron in w]
        f = sum(readout * math.erf(field) for readout, field in zip(a, fields, strict=True))
        misfit += (y - f) ** 2
    prior_w = sum(u * u for neuron in w for u in neuron) * d / (2 * SHAPE.sigma_w2)
    prior_a = sum(r * r for r in a) * width / (2 * SHAPE.sigma_a2)
    return misfit / (2 * SHAPE.sigma2) + prior_w + prior_a


def test_energy_is_the_posterior_in_own_coordinates():
    posterior = network()
    x = point(posterior)
    energies = posterior.energy(x).tolist()
    assert energies == pytest.approx([plain_energy(posterior, x, m) for m in (0, 1)], rel=1e-12)


def test_gradient_is_that_of_the_energy():
    posterior = network()
    x = point(posterior).requires_grad_()
    (automatic,) = torch.autograd.grad(posterior.energy(x).sum(), x)
    with torch.no_grad():
        assert torch.allclose(posterior.gradient(x), automatic, rtol=1e-11, atol=1e-12)


def test_single_precision_agrees_within_its_rounding():
    exact, rough = network(), network(torch.float32)
    gap = rough.gradient(point(rough)).double() - exact.gradient(point(exact))
    assert gap.abs().max() < 2e-5 * exact.gradient(point(exact)).abs().max()


def test_output_on_the_training_inputs_gives_the_misfit():
    posterior = network()
    x = point(posterior)
    residual = posterior.targets - posterior.output(x, posterior.inputs)
    misfit = residual.square().sum(1) / (2 * SHAPE.sigma2)
    assert torch.allclose(posterior.energy(x), misfit + x.square().sum(1) / 2)


def test_teacher_is_the_hermite_sum():
    t = torch.tensor([0.3, -1.7], dtype=torch.float64)
    assert torch.allclose(teacher_target(t, -0.4), t - 0.4 * (t**3 - 3 * t))


def test_data_with_nan_is_refused_with_its_place():
    posterior = network()
    inputs = posterior.inputs.clone()
    inputs[1, 4, 2] = math.nan
    with pytest.raises(DataError, match=r"inputs\[1, 4, 2\] is nan"):
        TeacherStudent(SHAPE, inputs, posterior.targets)


def test_shapes_that_do_not_fit_are_refused():
    posterior = network()
    with pytest.raises(DataError, match="do not fit n=7, d=3"):
        TeacherStudent(SHAPE, posterior.inputs[:, :5], posterior.targets)
