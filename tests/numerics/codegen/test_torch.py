"""Generated torch code: differentiable, in both precisions, and imported by nobody else."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sympy as sp

from binodal.derive.functions import LogRatio, TricomiU
from binodal.derive.symbols import b, c, kappa, rho, sigma_w2
from binodal.derive.theories import THEORIES
from binodal.models.teacher_student.derivations.action import action
from binodal.numerics.codegen.load import compiled

torch = pytest.importorskip("torch")
u, v, w = sp.symbols("u v w", positive=True)
AT = (0.3, 0.4, -0.25, 7.0, 0.6)
ARGUMENTS = (rho, b, c, kappa, sigma_w2)


def tensors(values, dtype=None):
    return [torch.tensor(x, dtype=dtype or torch.float64, requires_grad=True) for x in values]


@pytest.mark.parametrize("theory", THEORIES)
def test_autograd_is_the_generated_gradient(theory):
    of = action(theory)
    value = compiled("action", {"S": of.density()}, ARGUMENTS, "torch")
    slopes = {str(s): sp.diff(of.density(), s) for s in ARGUMENTS}
    expected = compiled("gradient", slopes, ARGUMENTS, "torch")(*AT)
    at = tensors(AT)
    (found,) = value(*at)
    gradient = torch.autograd.grad(found, at)
    for ours, theirs in zip(gradient, expected, strict=True):
        assert float(ours) == pytest.approx(float(theirs), rel=1e-13)
    assert torch.autograd.gradcheck(lambda *x: value(*x)[0], at)
    assert torch.autograd.gradgradcheck(lambda *x: value(*x)[0], at)


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        (sp.log(TricomiU(u, v, w)), (2.5, 4.0, 1.7)),
        (LogRatio(1, u / 2) * LogRatio(0, v / 9) + w, (0.3, 2.0, 1.0)),
        (LogRatio(2, u) * sp.erf(v) + w**9, (0.7, 0.4, 1.1)),
        (sp.sqrt(sp.pi / u) * sp.log(1 - v) * 2**w, (0.7, 0.4, 1.1)),
    ],
)
def test_special_functions_are_differentiable(expression, at):
    value = compiled("f", {"f": expression}, (u, v, w), "torch")
    assert torch.autograd.gradcheck(lambda *x: value(*x)[0], tensors(at))


def test_numbers_follow_the_tensors():
    """A number among tensors takes their type; numbers alone are computed in double precision."""
    value = compiled(
        "f", {"f": sp.pi * u - sp.sqrt(v), "third": sp.Rational(1, 3)}, (u, v), "torch"
    )
    single = torch.tensor([0.5, 2.0], dtype=torch.float32)
    found, constant = value(single, 3.0)
    assert found.dtype == constant.dtype == torch.float32 and found.shape == (2,)
    alone, constant = value(0.5, 3)
    assert alone.dtype == constant.dtype == torch.float64
    assert float(constant) == 1 / 3
    assert value(torch.tensor(2), 3.0)[0].dtype == torch.float64


def test_batches_give_what_single_points_give():
    value = compiled("f", {"f": sp.log(TricomiU(u, v, w))}, (u, v, w), "torch")
    shapes = torch.tensor([1.0, 75.0, 2000.0], dtype=torch.float64)
    at = (shapes[:, None], shapes[:, None] + 1.5, torch.tensor([[0.5, 90.0]], dtype=torch.float64))
    (found,) = value(*at)
    assert found.shape == (3, 2)
    for i, a in enumerate(shapes):
        for j, x in enumerate(at[2][0]):
            assert float(found[i, j]) == pytest.approx(float(value(a, a + 1.5, x)[0]), rel=1e-14)


def test_nothing_imports_torch_but_the_generated_module():
    program = (
        "import sys\nimport binodal.api\n"
        "import binodal.numerics.codegen.module, binodal.numerics.codegen.native\n"
        "text = binodal.api.codegen('teacher-student', 'action', target='torch')\n"
        "print('torch' in sys.modules, 'import torch' in text)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("False True\n", "")
