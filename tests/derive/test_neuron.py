"""The general theory of one neuron says what each model derives for itself, exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sympy as sp

from binodal.derive.derivation import Derivation
from binodal.derive.errors import StepFailed
from binodal.derive.neuron import Neuron
from binodal.derive.neuron_derivation import neuron_derivation
from binodal.derive.symbols import N, P, a, b, c, d, kappa, lam, n, rho, sigma2, u, x, x_v
from binodal.derive.theories import THEORIES
from binodal.derive.two_atoms import TwoAtoms
from binodal.models.modular.derivations.action import mode_action
from binodal.models.modular.derivations.closure import closure as modular_closure
from binodal.models.modular.derivations.closure import kernel_factor, potential_weight
from binodal.models.modular.derivations.neuron import neuron as mode
from binodal.models.teacher_student.derivations.action import action
from binodal.models.teacher_student.derivations.closure import (
    MEAN_RHO,
    closure,
    closure_residuals,
)
from binodal.models.teacher_student.derivations.continuum import coupling
from binodal.models.teacher_student.derivations.finite_d import log_weight, rho_of_y
from tests.numerics.neuron.erf_neuron import erf_neuron


def same(left: sp.Expr, right: sp.Expr) -> bool:
    """Identically equal."""
    return sp.simplify(sp.expand(left - right)) == 0


@pytest.mark.parametrize("theory", THEORIES)
def test_an_erf_neuron_has_its_own_action_and_law(theory: str) -> None:
    neuron = erf_neuron(theory)
    own = action(theory).density().subs(rho, rho_of_y()).subs(kappa, coupling())
    assert same(neuron.action, own)
    assert same(neuron.log_weight, log_weight(theory).subs(kappa, coupling()))


def test_an_erf_neuron_has_its_own_closure() -> None:
    """One atom at y, and two: the rows are linear in the averages."""
    neuron = erf_neuron("derived")
    (y,) = neuron.order
    powers = [rho_of_y() ** (k + 1) for k in range(3)]
    rows = neuron.closure_rows(neuron.overlaps)
    for row, own in zip(rows, closure_residuals(), strict=True):
        assert same(row, own.subs(dict(zip(MEAN_RHO, powers, strict=True))))
    places = (sp.Rational(2, 7), sp.Rational(8, 5))
    mixed = sum((neuron.overlaps.subs(y, at) for at in places), sp.zeros(2)) / 2
    means = {
        m: sum(p.subs(y, at) for at in places) / 2 for m, p in zip(MEAN_RHO, powers, strict=True)
    }
    for row, own in zip(neuron.closure_rows(mixed), closure_residuals(), strict=True):
        assert same(row, own.subs(means))


def test_a_mode_of_modular_addition_has_its_own_action_and_closure() -> None:
    neuron, own = mode(), mode_action()
    whole = own.factor * own.s.subs(u, own.coupling)
    assert same(neuron.action * P, whole)
    assert same(neuron.log_weight, -whole)
    mean = sp.Symbol("mean", positive=True)
    row = neuron.closure_rows(sp.Matrix([[neuron.overlaps[0] / (x * x_v) * mean]]))[0]
    closed = modular_closure().results["closure"].subs(lam, kernel_factor() * mean)
    assert same(row / neuron.noise * sigma2, closed)


def test_the_potentials_agree() -> None:
    """N sigma^2 log Z + |y - r|^2/2 over all modes is N sigma^2 |modes| times that of one."""
    neuron = mode()
    assert same(1 / neuron.spring, potential_weight())
    assert erf_neuron("derived").spring == n / (N * sigma2)


def test_the_law_of_the_mean_is_that_of_the_mode() -> None:
    """d/da of the reduced weight is what its kernel says: g a <F^2>."""
    neuron = mode()
    law = neuron.marginal
    at = {N: 7, P: 3, neuron.parameters[2]: sp.Rational(4, 5), neuron.parameters[3]: 0.2}
    at |= {neuron.parameters[4]: sp.Rational(3, 20)}
    step = sp.Rational(1, 10**6)
    for place in (sp.Rational(2, 9), sp.Rational(7, 5)):
        weight = law.weight.subs(at).subs(law.order, place)
        up, down = (sp.N(weight.subs(a, sp.Rational(3, 4) + s * step), 40) for s in (1, -1))
        kernel = (
            (neuron.coupling * a * law.overlaps[0] * law.weight).subs(at).subs(law.order, place)
        )
        assert abs((up - down) / (2 * step) - sp.N(kernel.subs(a, sp.Rational(3, 4)), 40)) < 1e-10


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda z: replace(z, cost=2 * z.cost), id="cost"),
        pytest.param(lambda z: replace(z, log_prior=z.log_prior * sp.Rational(3, 2)), id="prior"),
        pytest.param(lambda z: replace(z, size=2 * d), id="size"),
    ],
)
def test_a_value_that_contradicts_itself_does_not_verify(
    wrong: Callable[[Neuron], Neuron],
) -> None:
    with pytest.raises(StepFailed):
        neuron_derivation(wrong(erf_neuron("published"))).verify()


def test_modes_and_scales_are_kept_apart() -> None:
    neuron = erf_neuron("derived")
    assert list(neuron.residual) == [b, sp.sqrt(6) * c]


@pytest.mark.parametrize("derivation", [closure, lambda: neuron_derivation(mode())])
@pytest.mark.parametrize(
    ("function", "change"),
    [
        ("potential", lambda v: 2 * v),
        ("gradient", lambda v: -v),
        ("certificate", lambda v: -v),
        ("certificate", lambda v: 2 * v),
    ],
)
def test_a_wrong_potential_is_caught(
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    change: Callable[[sp.Expr], sp.Expr],
    derivation: Callable[[], Derivation],
) -> None:
    """For the model that has steps of its own beside it, and for any value."""
    original = getattr(TwoAtoms, function)
    monkeypatch.setattr(TwoAtoms, function, lambda law: change(original(law)))
    with pytest.raises(StepFailed):
        derivation().verify()
