"""The sizes of dropped terms, against what they are sizes of."""

from __future__ import annotations

import pytest

from binodal.api import solve


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
