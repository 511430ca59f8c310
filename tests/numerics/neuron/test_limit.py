"""The general theory at infinite size against that of modular addition, and what it refuses."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Rational

from binodal.derive.symbols import d, x
from binodal.models.modular.derivations.neuron import neuron as mode
from binodal.models.modular.numerics.critical import critical
from binodal.models.modular.numerics.solve import solve_thermodynamic
from binodal.models.registry import parameters_of
from binodal.models.teacher_student.derivations.neuron import neuron as erf_neuron
from binodal.models.teacher_student.derivations.printed import M11
from binodal.numerics.errors import ParameterError
from binodal.numerics.neuron.critical import NeuronCriticalPoints
from binodal.numerics.neuron.limit import mass_exponent, solve_limit
from tests.numerics.neuron.test_closure import exact

BEFORE = exact(N="50", P="37", sigma2="1/4", sigma_a2="1/300", gamma="10")
CASES = {
    "GFL": BEFORE,
    "GMFL-I": {**BEFORE, "gamma": Fraction(3)},
    "GMFL-II": {**BEFORE, "sigma2": Fraction(1, 10**4), "sigma_a2": Fraction(1, 10**9)},
}


@pytest.mark.parametrize("named", CASES)
def test_a_mode_of_modular_addition(named: str) -> None:
    values = CASES[named]
    own = solve_thermodynamic(parameters_of("modular", values))
    found = solve_limit(mode().along(x), values)
    assert (found.status, found.phase) == (own.status, own.phase) == ("certified", named)
    assert found.closure.a.overlaps(own.closure.a)
    for one, other in zip(found.saddles, own.saddles, strict=True):
        assert one.order.overlaps(other.x) and one.action.overlaps(other.action)
        assert other.mass is None or one.mass.overlaps(other.mass)


@pytest.mark.parametrize("along", ["sigma2", "gamma", "N", "P", "sigma_a2"])
@pytest.mark.parametrize("event", ["birth", "coexistence"])
def test_events_of_modular_addition(event: str, along: str) -> None:
    parameters = parameters_of("modular", BEFORE)
    own = critical(parameters, event, along, digits=25).point
    found = NeuronCriticalPoints(mode().along(x))(parameters, event, along, digits=25)
    assert found.point is not None and not found.others
    assert found.point.value.overlaps(own.value) and found.point.order.overlaps(own.x)
    assert found.point.value.rel_accuracy_bits() > 80


def test_the_ring_ends_and_the_droplets_of_erf_do_not() -> None:
    """The power of beta with which the pinned mass falls along each model's scaling."""
    assert mass_exponent(mode().along(x)) == 0
    assert mass_exponent(erf_neuron("derived")) == Rational(1, 2) == M11[d]


def test_features_that_feel_the_zero_state_are_refused() -> None:
    values = exact(
        N="70", n="300", d="7", sigma2="1/5", sigma_w2="3/5", sigma_a2="1/3", epsilon="-3/10"
    )
    with pytest.raises(ParameterError, match="linear in y at the zero state"):
        solve_limit(erf_neuron("published"), values)
