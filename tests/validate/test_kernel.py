"""Compiled elementwise code against generated torch in double precision."""

import pytest
import sympy as sp
import torch

from binodal.derive.gaussian.activations import (
    ACTIVATIONS,
    CUBIC,
    ERF,
    Activation,
    activation,
    z,
)
from binodal.derive.gaussian.names import NAMES
from binodal.numerics.errors import CodegenError
from binodal.validate.activation import Compiled
from binodal.validate.kernel import Native, fastest, kernel_source
from tests.compilers import needs_compiler
from tests.laws import cases

ROUNDING = 3e-7  # a few units in the last place of single precision, plus the fits' 1e-7


@needs_compiler
@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_agrees_with_double_precision_within_its_rounding(name):
    assert largest_error(ACTIVATIONS[name]) <= ROUNDING


@needs_compiler
def test_another_activation_is_not_within_rounding():
    """Erf's code against a steeper erf: the error that must be seen."""
    assert largest_error(activation("erf(1.00001*z)"), ERF) > 2 * ROUNDING


def largest_error(of, code=None):
    """Of phi and of its slope, in units of their size where that is above one."""
    argument = torch.linspace(-9, 9, 40_000, dtype=torch.float32)
    exact = Compiled(of)(argument.double())
    pairs = zip(Native(code or of)(argument.clone()), exact, strict=True)
    errors = [((a.double() - b).abs() / torch.clamp(b.abs(), min=1)).max() for a, b in pairs]
    return float(torch.stack(errors).max())  # NaN stays NaN, and is not within any rounding


NAMED = (
    *(name for name in NAMES if name != "gelu"),
    *(
        "leaky-relu:1/10",
        "sin:1/2",
        "he:3",
        "max(min(z, 1), -1)",
        "z*tanh(softplus(z))",
        "log(1+z^2)",
    ),
    *("1/(1+exp(-z))", "abs(z^2-1)", "sqrt(1+z^2)", "tanh(z+1/2)"),
)


@needs_compiler
@pytest.mark.parametrize("name", cases(NAMED, every=3))
def test_any_activation_agrees_with_double_precision(name):
    assert largest_error(activation(name)) <= 2 * ROUNDING


@pytest.mark.parametrize("name", (*NAMED, "gelu", "gelu(z-1)"))
def test_phi_and_slope_are_those_of_the_expression(name):
    """Away from corners, against SymPy at 30 digits, and finite far out."""
    of = activation(name)
    at = torch.tensor([-37.125, -3.3, -0.7, 0.11, 0.62, 2.9, 8.3], dtype=torch.float64)
    phi, slope = Compiled(of)(at.clone())
    step = sp.Rational(1, 10**9)
    for point, value, rise in zip(at.tolist(), phi.tolist(), slope.tolist(), strict=True):
        here = sp.Rational(point)
        exact, up, down = (sp.N(of.phi.subs(z, here + k * step), 40) for k in (0, 1, -1))
        assert value == pytest.approx(float(exact), rel=1e-13, abs=1e-13)
        assert rise == pytest.approx(float((up - down) / (2 * step)), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("name", ["softplus", "silu", "elu", "gelu", "tanh", "1/(1+exp(-z))"])
def test_nothing_overflows(name):
    for dtype in (torch.float32, torch.float64):
        far = torch.tensor([-1e4, 1e4], dtype=dtype)
        pair = (
            *Compiled(activation(name))(far.clone()),
            *fastest(activation(name), dtype, far.device)(far.clone()),
        )
        assert all(bool(value.isfinite().all()) for value in pair)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.5), ("abs", 0.0), ("sign", 0.0)])
def test_the_slope_at_a_corner_is_the_mean_of_both_sides(name, slope):
    for dtype in (torch.float32, torch.float64):
        found = fastest(activation(name), dtype, torch.device("cpu"))(torch.zeros(3, dtype=dtype))
        assert found[1].tolist() == [slope] * 3


@needs_compiler
def test_wrong_code_is_seen_by_that_bound():
    wrong = Activation("wrong", sp.erf(z) * (1 + sp.Rational(1, 10**6)), ERF.smoothing)
    argument = torch.linspace(-9, 9, 40_001, dtype=torch.float32)
    phi, _ = Native(wrong)(argument.clone())
    exact, _ = Compiled(ERF)(argument.double())
    assert ((phi.double() - exact).abs() > ROUNDING).any()


@needs_compiler
def test_small_arguments_keep_relative_accuracy_and_far_ones_saturate():
    argument = torch.tensor([1e-30, -3e-12, 2e-5, 50.0, -1e30, float("inf")])
    exact, _ = Compiled(ERF)(argument.double())
    phi, slope = Native(ERF)(argument.clone())
    assert ((phi.double() - exact).abs() <= ROUNDING * exact.abs()).all()
    assert (slope[3:] < 1e-30).all()


def test_double_precision_stays_with_generated_torch():
    assert isinstance(fastest(CUBIC, torch.float64, torch.device("cpu")), Compiled)


def test_without_a_compiler_generated_torch_takes_over(monkeypatch):
    monkeypatch.setenv("CC", "/nowhere/cc")
    other = Activation("other", sp.erf(z) / 3, ERF.smoothing)
    assert isinstance(fastest(other, torch.float32, torch.device("cpu")), Compiled)


def test_a_function_without_single_precision_form_is_refused():
    with pytest.raises(CodegenError, match="gamma"):
        kernel_source(Activation("odd", sp.gamma(z), ERF.smoothing))
