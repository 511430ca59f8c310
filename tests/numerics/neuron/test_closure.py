"""The general closure at finite size against each model's own, at parameters of no special kind."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import pytest
from flint import arb

from binodal.models.modular.derivations.neuron import neuron as mode
from binodal.models.modular.numerics.finite import solve_finite as solve_modular
from binodal.models.registry import parameters_of
from binodal.models.teacher_student.numerics.finite import solve_finite as solve_erf
from binodal.numerics.neuron.finite import solved_closure
from tests.laws import cases
from tests.numerics.neuron.erf_neuron import erf_neuron


def exact(**values: str) -> Mapping[str, Fraction]:
    """Exact values from strings."""
    return {name: Fraction(value) for name, value in values.items()}


ERF = (
    exact(N="70", n="300", d="7", sigma2="1/5", sigma_w2="3/5", sigma_a2="1/3", epsilon="-3/10"),
    exact(N="83", n="140", d="12", sigma2="5/7", sigma_w2="3/7", sigma_a2="2/9", epsilon="4/5"),
)
MODES = (
    exact(N="50", P="37", sigma2="1/4", sigma_a2="1/300", gamma="1/700"),
    exact(N="23", P="5", sigma2="3/7", sigma_a2="2/31", gamma="3/17"),
)


def agree(one: arb, other: arb) -> bool:
    """Both are narrow, and one value fits both."""
    return bool(one.overlaps(other)) and max(one.rad(), other.rad()) < arb("1e-15")


@pytest.mark.parametrize(
    ("values", "theory"), cases(product(ERF, ["published", "derived"]), every=2)
)
def test_an_erf_neuron(theory: str, values: Mapping[str, Fraction]) -> None:
    own = solve_erf(parameters_of("teacher-student", values), theory).closure
    b, c = solved_closure(erf_neuron(theory), values)
    assert own is not None and agree(b, own.b) and agree(c, own.c)


@pytest.mark.parametrize("values", cases(MODES, every=None))
def test_a_mode_of_modular_addition(values: Mapping[str, Fraction]) -> None:
    own = solve_modular(parameters_of("modular", values)).closure
    (a,) = solved_closure(mode(), values)
    assert own is not None and agree(a, own.a)


def test_another_noise_is_told_apart() -> None:
    """The control: a thousandth of the temperature moves the closure out of the ball."""
    values = MODES[1]
    warmer = {**values, "sigma2": values["sigma2"] * Fraction(1001, 1000)}
    own = solve_modular(parameters_of("modular", values)).closure
    (a,) = solved_closure(mode(), warmer)
    assert own is not None and not agree(a, own.a)
