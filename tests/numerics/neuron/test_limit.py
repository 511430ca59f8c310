"""The general theory at infinite size against that of modular addition, and what it refuses."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Rational

from binodal.derive.symbols import d, x
from binodal.models.modular.derivations.neuron import neuron as mode
from binodal.models.modular.numerics.critical import critical
from binodal.models.modular.numerics.solve import solve_thermodynamic
from binodal.models.registry import parameters_of, preset
from binodal.models.teacher_student.derivations.printed import M11
from binodal.models.teacher_student.numerics.thermodynamic import (
    solve_thermodynamic as solve_erf,
)
from binodal.numerics.errors import ParameterError
from binodal.numerics.neuron.critical import NeuronCriticalPoints
from binodal.numerics.neuron.limit import mass_exponent, solve_limit
from tests.numerics.neuron.erf_neuron import erf_neuron
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


@pytest.mark.parametrize("cold", ["3/10", "1/10", "1/100"])
@pytest.mark.parametrize("theory", ["published", "derived"])
def test_an_erf_neuron(theory: str, cold: str) -> None:
    """Zero branch and droplet branch; q and -q share a feature's probability in the own list."""
    parameters = preset("app-d").replace(sigma2=Fraction(cold))
    own = solve_erf(parameters, theory, 128)
    found = solve_limit(erf_neuron(theory), parameters, theory)
    assert (found.status, found.phase) == (own.status, own.phase)
    assert found.closure.b.overlaps(own.closure.b) and found.closure.c.overlaps(own.closure.c)
    for one, other in zip(found.saddles, (s for s in own.saddles if not s.q < 0), strict=True):
        assert one.action.overlaps(other.action) and one.kind == other.kind
        if other.mass is not None:
            assert one.mass.overlaps(other.mass * (1 if other.q == 0 else 2))


def test_events_of_features_that_feel_the_zero_state_are_refused() -> None:
    with pytest.raises(ParameterError, match="linear in y at the zero state"):
        NeuronCriticalPoints(erf_neuron("published"))
