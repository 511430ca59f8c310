"""Moments of a mode by plain quadrature against the certified closure of numerics."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from binodal.models.modular.numerics.results import Closure, Solution
from binodal.models.modular.predictions import rows as modular
from binodal.models.modular.predictions.mode_law import pair_law, solve_modes
from binodal.models.modular.predictions.rows import predictions
from binodal.models.registry import parameters_of, preset
from binodal.numerics.outcome import Status
from tests.laws import cases

SMALL = parameters_of(
    "modular",
    {
        "N": Fraction(200),
        "P": Fraction(11),
        "sigma2": Fraction(1, 50),
        "sigma_a2": Fraction(1, 500),
        "gamma": Fraction(2),
    },
)


def values(said, theory="derived", limit="finite"):
    return {
        p.observable: p.value
        for p in said
        if (p.theory, p.limit, p.control) == (theory, limit, False)
    }


FIG3 = preset("fig3")
COLD = FIG3.replace(sigma2=Fraction(1, 1000))
SHARP = FIG3.replace(
    N=Fraction(20), P=Fraction(5), sigma2=Fraction(1, 100), sigma_a2=Fraction(1, 10)
)
"""A ring whose width is a billionth of its distance."""


@pytest.mark.parametrize(
    ("parameters", "tolerance"),
    cases(
        [(SMALL, 1e-10), (FIG3.replace(sigma2=Fraction(1, 5)), 1e-9), (COLD, 1e-9), (SHARP, 1e-9)],
        every=None,
    ),
)
def test_two_quadratures_solve_one_closure(parameters, tolerance):
    """The single certified integral over the mean of x and x_v, and the double one in floats.

    On a ring that sharp a tolerance or panels in units of the largest x give 0.66e-3 and 0.06e-3
    for a = 4.2e-3 and 2.1e-3, the same on half as many nodes again.
    """
    found = values(predictions(parameters, ("derived",)))
    own = solve_modes({name: float(value) for name, value in parameters.items()})
    assert own.level == pytest.approx(found["lambda"], rel=tolerance)
    assert own.a == pytest.approx(found["a"], rel=tolerance)
    assert own.moments.x2 == pytest.approx(found["x2"], rel=tolerance)


def test_without_interaction_and_decay_modes_are_exponential():
    moments = pair_law(0.0, 23, 1e-9).moments()
    assert (moments.x, moments.x4, moments.x2) == pytest.approx((1 / 23, 2 / 23**2, 1 / 23**2))


def test_controls_differ_from_the_theory():
    said = predictions(SMALL.replace(P=Fraction(7)), ("derived",))
    right = values(said)
    controls = {(p.theory, p.observable): p.value for p in said if p.control}
    for theory in {theory for theory, _ in controls}:
        assert controls[theory, "x2"] != pytest.approx(right["x2"], rel=0.05)


def test_even_orders_average_the_real_mode_in(monkeypatch):
    """Two of the three k != 0 of P = 4 are one complex mode, the third is real."""
    solution = Solution(
        "derived",
        "finite",
        Status.CERTIFIED,
        Closure(arb("0.5"), arb("0.3")),
        (),
        "GFL",
        "",
        (),
        Closure(arb("0.8"), arb("0.9")),
    )
    monkeypatch.setattr(modular, "solve_finite", lambda *_: solution)
    found = values(predictions(SMALL.replace(P=Fraction(4)), ("derived",)))
    assert set(found) == {"a", "lambda", "x2"}
    assert (found["a"], found["lambda"]) == pytest.approx((0.6, 0.5))
