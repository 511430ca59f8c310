"""Saddles, masses and phases of the general theory at finite size against the models' own."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.derive.symbols import x
from binodal.models.modular.derivations.neuron import neuron as mode
from binodal.models.modular.numerics.finite import solve_finite as solve_modular
from binodal.models.registry import parameters_of
from binodal.models.teacher_student.numerics.finite import solve_finite as solve_erf
from binodal.numerics.neuron.finite import solve_finite
from binodal.numerics.neuron.grid import finite_grid
from tests.laws import cases
from tests.numerics.neuron.erf_neuron import erf_neuron
from tests.numerics.neuron.test_closure import ERF, MODES, agree


@pytest.mark.parametrize("values", ERF, ids=["droplets", "lazy"])
def test_an_erf_neuron(values: dict) -> None:
    """q and -q share a feature's probability in the model's own list, y >= 0 holds it all here."""
    own = solve_erf(parameters_of("teacher-student", values), "published")
    found = solve_finite(erf_neuron("published"), values, "published")
    assert (found.status, found.phase) == (own.status, own.phase)
    theirs = [s for s in own.saddles if not s.q < 0]
    assert len(theirs) == len(found.saddles)
    for one, other in zip(found.saddles, theirs, strict=True):
        assert one.kind == other.kind and one.action.overlaps(other.action)
        assert (one.order**2).overlaps(other.rho / (1 - 2 * other.rho))
        if other.mass is not None:
            assert agree(one.mass, other.mass * (1 if other.q == 0 else 2))


@pytest.mark.parametrize("values", cases(MODES, every=None))
def test_a_mode_of_modular_addition(values: dict) -> None:
    own = solve_modular(parameters_of("modular", values))
    found = solve_finite(mode().along(x), values)
    assert (found.status, found.phase) == (own.status, own.phase)
    assert len(own.saddles) == len(found.saddles)
    for one, other in zip(found.saddles, own.saddles, strict=True):
        assert one.order.overlaps(other.x) and one.action.overlaps(other.action)
        assert other.mass is None or agree(one.mass, other.mass)


def test_a_grid_in_floats_is_near_the_balls() -> None:
    neuron, values = erf_neuron("published"), ERF[0]
    columns = {name: np.array(float(value)) for name, value in values.items()}
    grid = finite_grid(neuron, {**columns, "sigma2": np.array([0.2, 0.4])})
    found = solve_finite(neuron, values, "published")
    feature = found.saddles[-1]
    assert grid["b"][0] == pytest.approx(float(found.closure.b), abs=1e-9)
    assert grid["order"][0] == pytest.approx(float(feature.order), rel=1e-8)
    assert grid["mass"][0] == pytest.approx(float(feature.mass), rel=1e-5)
    assert grid["phase"].tolist()[0] == 1 and grid["b"][1] > grid["b"][0]
