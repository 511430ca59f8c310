"""The sizes of dropped terms, against what they are sizes of."""

from __future__ import annotations

from fractions import Fraction

import pytest

from binodal.api import solve
from binodal.derive.symbols import N, b, c, d, epsilon, mass, n, rho, sigma2, sigma_a2, sigma_w2
from binodal.models.teacher_student.derivations.dropped import feature_kernel


def test_shifts_in_one_over_d_are_those_of_the_exact_law():
    """At d = 600 the next order, 1/d^2, is a tenth of the first."""
    setting = {"preset": "fig2", "sigma2": "3/10", "beta": 4}
    limit = solve("teacher-student", **setting).document
    exact = solve("teacher-student", limit="finite", **setting).document
    sizes = {term["name"]: float(term["size"]["mid"]) for term in limit["dropped"]}
    for mode in "bc":
        far, near = (float(of["closure"][mode]["mid"]) for of in (limit, exact))
        assert sizes[f"1/d: shift of {mode}, zero state"] == pytest.approx(
            abs(near / far - 1), rel=0.1
        )


def test_few_neurons_in_droplets_are_as_many_as_hold_them():
    result = solve("teacher-student", preset="fig2", sigma2="1/5")
    (size,) = (
        float(term["size"]["mid"])
        for term in result.document["dropped"]
        if term["name"].startswith("1/N with droplets")
    )
    feature = next(s for s in result.value.saddles if s.mass is not None and not s.q.is_zero())
    held = sum(float(s.mass) for s in result.value.saddles if s.mass is not None and s.q != 0)
    closure = result.value.closure
    symbols = {"N": N, "n": n, "d": d, "sigma2": sigma2, "sigma_w2": sigma_w2}
    symbols |= {"sigma_a2": sigma_a2, "epsilon": epsilon}
    own = {symbol: Fraction(result.document["params"][name]) for name, symbol in symbols.items()}
    state = {b: float(closure.b), c: float(closure.c), rho: float(feature.rho), mass: held}
    kernel = float(feature_kernel().subs({**own, **state}))
    assert own[N] * held > 1
    assert size == pytest.approx(kernel / (float(own[N]) * held), rel=1e-8)
