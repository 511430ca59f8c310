"""The gradient in one compiled visit against torch's products, in double precision."""

import shutil

import pytest
import torch

from derive.gaussian.activations import ACTIVATIONS, ERF
from validate import blas
from validate.activation import Compiled
from validate.data import gaussian_inputs, teacher_target
from validate.kernel import Native
from validate.networks import compiled_gradient, teacher_student
from validate.networks.teacher_student import TeacherStudent, TeacherStudentShape

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="no C compiler on this machine"
)
ROUNDING = 1e-5  # of the largest component: sums of a few dozen terms in single precision


def network(width, data, elementwise, dtype=torch.float32, sigma2=0.3):
    shape = TeacherStudentShape(width, data, 4, sigma2, 0.7, 1.9, -0.4)
    inputs = gaussian_inputs(3, shape.n, shape.d, torch.Generator().manual_seed(2)).to(dtype)
    return TeacherStudent(shape, inputs, teacher_target(inputs[:, :, 0], -0.4), elementwise)


def point(net):
    draw = torch.randn(net.members, net.dimension, generator=torch.Generator().manual_seed(6))
    return draw.to(net.dtype)


def gap(found, exact):
    return ((found.double() - exact).abs().max() / exact.abs().max()).item()


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize(("width", "data"), [(6, 9), (19, 45), (16, 32), (1, 1)])
def test_it_is_the_gradient_in_double_precision(width, data, name):
    activation = ACTIVATIONS[name]
    exact = network(width, data, Compiled(activation), torch.float64)
    fast = network(width, data, Native(activation))
    assert gap(fast.gradient(point(fast)), exact.gradient(point(exact))) < ROUNDING


def test_another_posterior_is_told_apart():
    exact = network(19, 45, Compiled(ERF), torch.float64, sigma2=0.3001)
    fast = network(19, 45, Native(ERF))
    assert gap(fast.gradient(point(fast)), exact.gradient(point(exact))) > 3 * ROUNDING


def test_torch_shows_its_matrix_product_here():
    """Pinned torch does; without it networks are right but slower, which a run should not hide."""
    assert blas.sgemm() is not None
    net = network(19, 45, Native(ERF))
    assert isinstance(net._compiled, compiled_gradient.CompiledGradient)


def test_without_it_products_stay_in_torch(monkeypatch):
    monkeypatch.setattr(compiled_gradient, "sgemm", lambda: None)
    slow, exact = network(19, 45, Native(ERF)), network(19, 45, Compiled(ERF), torch.float64)
    assert slow._compiled is None
    assert gap(slow.gradient(point(slow)), exact.gradient(point(exact))) < ROUNDING


def test_the_point_is_kept_and_each_result_has_its_own_memory():
    net = network(19, 45, Native(ERF))
    x = point(net)
    first = net.gradient(x)
    kept = first.clone()
    second = net.gradient(-x)
    assert torch.equal(x, point(net))
    assert torch.equal(first, kept)
    assert not torch.equal(first, second)


def test_coordinates_with_gaps_between_them():
    net = network(19, 45, Native(ERF))
    wide = torch.cat([point(net), torch.full((3, 5), torch.nan)], 1)
    assert torch.equal(net.gradient(wide[:, : net.dimension]), net.gradient(point(net)))


@pytest.mark.parametrize(
    "other", [lambda x: x.double(), lambda x: x[:2], lambda x: x[:, 1:]], ids=["64", "R", "D"]
)
def test_a_point_of_another_shape_or_precision_is_refused(other):
    net = network(19, 45, Native(ERF))
    with pytest.raises(ValueError, match=r"x is torch\.float"):
        net.gradient(other(point(net)))


def test_the_same_on_two_threads():
    net, threads = network(19, 45, Native(ERF)), torch.get_num_threads()
    found = []
    for count in (1, 2):
        torch.set_num_threads(count)
        found.append(net.gradient(point(net)))
    torch.set_num_threads(threads)
    assert gap(found[0], found[1].double()) < ROUNDING


def test_a_compiled_kernel_of_other_numbers_is_not_used():
    assert network(6, 9, Compiled(ERF))._compiled is None
    double = network(6, 9, None, torch.float64)
    assert double._compiled is None
    assert isinstance(double.elementwise, Compiled)
    assert teacher_student.fastest(ERF, torch.float32, torch.device("cpu")).activation is ERF
