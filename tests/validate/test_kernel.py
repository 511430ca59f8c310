"""Compiled elementwise code against generated torch in double precision."""

import pytest
import sympy as sp
import torch

from binodal.derive.gaussian.activations import ACTIVATIONS, CUBIC, ERF, Activation, z
from binodal.numerics.errors import CodegenError
from binodal.validate.activation import Compiled
from binodal.validate.kernel import Native, fastest, kernel_source
from tests.compilers import needs_compiler

ROUNDING = 3e-7  # a few units in the last place of single precision, plus the fits' 1e-7


@needs_compiler
@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_agrees_with_double_precision_within_its_rounding(name):
    activation = ACTIVATIONS[name]
    argument = torch.linspace(-9, 9, 40_001, dtype=torch.float32)
    exact = Compiled(activation)(argument.double())
    for found, value in zip(Native(activation)(argument.clone()), exact, strict=True):
        bound = ROUNDING * torch.clamp(value.abs(), min=1)
        assert ((found.double() - value).abs() <= bound).all()


@needs_compiler
def test_wrong_code_is_seen_by_that_bound():
    wrong = Activation("wrong", sp.erf(z) * (1 + sp.Rational(1, 10**6)), ERF.smoothed)
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
    activation = Activation("other", sp.erf(z) / 3, ERF.smoothed)
    assert isinstance(fastest(activation, torch.float32, torch.device("cpu")), Compiled)


def test_a_function_without_single_precision_form_is_refused():
    with pytest.raises(CodegenError, match="gamma"):
        kernel_source(Activation("odd", sp.gamma(z), ERF.smoothed))
