"""The gradient in one compiled visit against torch's products, in double precision."""

import pytest
import torch

from binodal.derive.gaussian.activations import ACTIVATIONS, ERF
from binodal.models.teacher_student.network import network as teacher_student
from binodal.models.teacher_student.network.data import teacher_target
from binodal.models.teacher_student.network.network import TeacherStudent, TeacherStudentShape
from binodal.validate import blas, compiled_gradient
from binodal.validate.activation import Compiled
from binodal.validate.data import gaussian_inputs
from binodal.validate.kernel import Native
from tests.compilers import needs_compiler

pytestmark = needs_compiler
ROUNDING = 1e-6  # of a layer's largest component: sums of a few dozen terms in single precision


def network(width, data, elementwise, dtype=torch.float32, sigma2=0.3):
    shape = TeacherStudentShape(width, data, 4, sigma2, 0.7, 1.9, -0.4)
    inputs = gaussian_inputs(3, shape.n, shape.d, torch.Generator().manual_seed(2)).to(dtype)
    return TeacherStudent(shape, inputs, teacher_target(inputs[:, :, 0], -0.4), elementwise)


def point(net):
    draw = torch.randn(net.members, net.dimension, generator=torch.Generator().manual_seed(6))
    return draw.to(net.dtype)


def gap(net, found, exact):
    """The larger of both layers' gaps: a wrong readout does not hide behind the weights."""
    gaps = [
        (found.double() - exact)[:, k].abs().max() / exact[:, k].abs().max() for k in net.layers
    ]
    return max(gaps).item()


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize(("width", "data"), [(6, 9), (19, 45), (16, 32), (1, 1)])
def test_it_is_the_gradient_in_double_precision(width, data, name):
    activation = ACTIVATIONS[name]
    exact = network(width, data, Compiled(activation), torch.float64)
    fast = network(width, data, Native(activation))
    assert gap(fast, fast.gradient(point(fast)), exact.gradient(point(exact))) < ROUNDING


def test_another_posterior_is_told_apart():
    exact = network(19, 45, Compiled(ERF), torch.float64, sigma2=0.30001)
    fast = network(19, 45, Native(ERF))
    assert gap(fast, fast.gradient(point(fast)), exact.gradient(point(exact))) > 3 * ROUNDING


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("out_a[i] = a[i] + scale * force[i]", "out_a[i] = a[i] + force[i]"),
        ("inputs[k * width + j] * pull[k]", "inputs[k * width + j] * targets[k]"),
        ("target[k] - pull[k]", "pull[k] - target[k]"),
        ("x[i * width + j] + readout[i]", "readout[i]"),
        ("targets += data", "targets += 0"),
    ],
)
def test_each_mistake_in_the_compiled_code_is_seen(right, wrong, monkeypatch):
    source = compiled_gradient.gradient_source(ERF)
    assert source.count(right) == 1
    mistaken = source.replace(right, wrong)
    monkeypatch.setattr(compiled_gradient, "gradient_source", lambda _: mistaken)
    library = compiled_gradient.gradient_library(ERF)
    monkeypatch.setattr(compiled_gradient, "gradient_library", lambda _: library)
    exact = network(19, 45, Compiled(ERF), torch.float64)
    fast = network(19, 45, Native(ERF))
    assert gap(fast, fast.gradient(point(fast)), exact.gradient(point(exact))) > 100 * ROUNDING


def test_data_that_lie_otherwise_in_memory_are_read_as_they_are():
    exact, plain = network(19, 45, Compiled(ERF), torch.float64), network(19, 45, Native(ERF))
    turned = plain.inputs.permute(2, 1, 0).contiguous().permute(2, 1, 0)
    every_other = torch.stack([plain.targets, plain.targets], 2)[:, :, 0]
    assert not turned.is_contiguous()
    for inputs, targets in ((turned, plain.targets), (plain.inputs, every_other.double())):
        net = TeacherStudent(plain.shape, inputs, targets, Native(ERF))
        assert gap(net, net.gradient(point(net)), exact.gradient(point(exact))) < ROUNDING


def test_torch_shows_its_matrix_product_here():
    """Pinned torch does; without it networks are right but slower, which a run should not hide."""
    assert blas.sgemm() is not None
    net = network(19, 45, Native(ERF))
    assert isinstance(net._compiled, compiled_gradient.CompiledGradient)


def test_without_it_products_stay_in_torch(monkeypatch):
    monkeypatch.setattr(compiled_gradient, "sgemm", lambda: None)
    slow, exact = network(19, 45, Native(ERF)), network(19, 45, Compiled(ERF), torch.float64)
    assert slow._compiled is None
    assert gap(slow, slow.gradient(point(slow)), exact.gradient(point(exact))) < ROUNDING


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
    assert gap(net, found[0], found[1].double()) < ROUNDING


def test_a_compiled_kernel_of_other_numbers_is_not_used():
    assert network(6, 9, Compiled(ERF))._compiled is None
    double = network(6, 9, None, torch.float64)
    assert double._compiled is None
    assert isinstance(double.elementwise, Compiled)
    assert teacher_student.fastest(ERF, torch.float32, torch.device("cpu")).activation is ERF
