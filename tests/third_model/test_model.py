"""The third model's closed forms, by hand, against what the general theory makes of its value."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import exp, sqrt

import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from binodal.derive.neuron_derivation import neuron_derivation
from binodal.numerics.neuron.critical import NeuronCriticalPoints
from binodal.numerics.neuron.finite import solve_finite
from binodal.numerics.neuron.limit import solve_limit
from tests.laws import cases
from tests.third_model.model import NEURON, square

GENERIC = {"N": "83", "n": "71", "L": "19", "sigma2": "3/7", "sigma_a2": "2/11", "gamma": "5/13"}


def strength(values: dict[str, float]) -> float:
    """kappa = sigma_a^2 n^2/(N sigma^4 L)."""
    return (
        values["sigma_a2"] * values["n"] ** 2 / (values["N"] * values["sigma2"] ** 2 * values["L"])
    )


# S = S' = 0 at gamma x^3 = 2; S' = S'' = 0 at 2 gamma x^3 = 1.
EVENTS = {
    "coexistence": (lambda g: 1.5 * (g / 2) ** (1 / 3), lambda g: (2 / g) ** (1 / 3)),
    "birth": (lambda g: 1.5 * (g / 4) ** (1 / 3), lambda g: (1 / (2 * g)) ** (1 / 3)),
}
ALONG = ("sigma2", "gamma", "n", "N", "L", "sigma_a2")


@pytest.mark.parametrize(("event", "along"), cases(product(EVENTS, ALONG), every=5))
def test_events(event: str, along: str) -> None:
    at_kappa, at_x = EVENTS[event]
    parameters = square(**GENERIC)
    found = NeuronCriticalPoints(NEURON)(parameters, event, along)
    assert found.point is not None and not found.others
    at = {name: float(value) for name, value in parameters.items()}
    at[along] = float(found.point.value)
    assert strength(at) == pytest.approx(at_kappa(at["gamma"]), rel=1e-12)
    assert float(found.point.order) == pytest.approx(sqrt(at_x(at["gamma"])), rel=1e-12)


def test_coexistence_of_the_preset_lies_at_one() -> None:
    point = NeuronCriticalPoints(NEURON)(square(), "coexistence").point
    assert point is not None and point.value.contains(1) and point.value.rad() < 1e-15


def test_past_coexistence_the_residual_is_pinned() -> None:
    """kappa t^2 = kappa_c, and the mass follows from t - 1 + (n sigma_a^2/sigma^2) m x^2 t = 0."""
    parameters = square(sigma2="9/10")
    found = solve_limit(NEURON, parameters)
    assert found.phase == "GMFL-I" and found.closure is not None
    assert (
        found.closure.t.contains(Fraction(9, 10).numerator / 10)
        or abs(float(found.closure.t) - 0.9) < 1e-15
    )
    zero, _, feature = found.saddles
    expected = (1 / 0.9 - 1) * 0.9 / (60 / 6) / 2**2
    assert float(feature.mass) == pytest.approx(expected, rel=1e-12)
    assert float(zero.mass + feature.mass) == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("cold", ["6/5", "3/10", "1/5"])
def test_the_closure_at_finite_size_is_that_of_plain_quadrature(cold: str) -> None:
    values = {name: float(v) for name, v in square(sigma2=cold).items()}
    size, gamma = values["L"], values["gamma"]

    def moment(power: int, t: float) -> float:
        def action(q: float) -> float:
            return size * (q**2 / 2 + gamma * q**8 / 8 - strength(values) * t**2 * q**4 / 2)

        least = min(action(k / 100) for k in range(400))
        return float(
            quad(
                lambda q: q**power * exp(least - action(q)),
                0,
                4,
                points=[0.2, 1.0, 1.4, 1.8],
                limit=500,
                epsabs=0,
            )[0]
        )

    def row(t: float) -> float:
        mean = moment(4, t) / moment(0, t)
        return values["sigma_a2"] * mean * t + values["sigma2"] / values["n"] * (t - 1)

    found = solve_finite(NEURON, square(sigma2=cold))
    assert found.closure is not None
    assert float(found.closure.t) == pytest.approx(brentq(row, 0, 1, xtol=1e-14), abs=1e-9)
    assert float(sum(s.mass for s in found.saddles if s.mass is not None)) == pytest.approx(1)


def test_its_derivation_verifies() -> None:
    assert neuron_derivation(NEURON).verify() == 9
