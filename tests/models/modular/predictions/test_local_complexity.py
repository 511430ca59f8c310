"""Sign changes of drawn neurons: Gaussian ones in closed form, and stored networks."""

from __future__ import annotations

from math import gamma, pi, sqrt

import pytest

from binodal.experiments.stored import read_experiments
from binodal.models.modular.predictions.local_complexity import local_complexity
from binodal.validate.measures.crossed import largest
from binodal.validate.measures.definitions.local_complexity import RADIUS


def test_without_learning_weights_are_gaussian():
    """u_n + v_m of variance 2 within r times the largest of 25 of variance 1."""
    at = {"N": 1000.0, "P": 13.0, "sigma2": 1.0, "sigma_a2": 1e-9, "gamma": 1e-9}
    value, error = local_complexity(at)
    norm = sqrt(2) * gamma(27 / 2) / gamma(13)
    wanted = 1000 * RADIUS / sqrt(pi) * largest(26, 1) * norm
    assert error < 0.06 * value
    assert value == pytest.approx(wanted, abs=2 * error + 0.02 * wanted)


def test_networks_in_equilibrium_have_it():
    (document,) = (d for d in read_experiments() if d["experiment"] == "measures-in-equilibrium")
    curve = document["curves"]["modular, local_complexity"]
    for noise, found, error in list(zip(curve["x"], curve["y"], curve["error"], strict=True))[:3]:
        at = {"N": 200.0, "P": 7.0, "sigma2": noise, "sigma_a2": 5e-6, "gamma": 0.5}
        value, left = local_complexity(at)
        assert abs(value - found) < 2 * sqrt(error**2 + left**2) < abs(value * 4 / 3 - found)
