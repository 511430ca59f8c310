"""First order in 1/N against dense enumeration, exact sums and what trained networks showed."""

from __future__ import annotations

import warnings
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from binodal.models.modular.predictions.finite_width import expansion, first_order, loss_expansion
from binodal.models.modular.predictions.finite_width import predictions as by_width
from binodal.models.modular.predictions.mode_curvature import Curvature, multiplicities
from binodal.models.modular.predictions.mode_moments import Moments
from binodal.models.modular.predictions.rows import predictions
from binodal.models.registry import parameters_of
from binodal.numerics.errors import Undecided
from binodal.validate.expansion import RATIO

GENERIC = {"N": 130.0, "P": 3.0, "sigma2": 0.04, "sigma_a2": 0.006, "gamma": 1.7}
NETWORKS = {"N": 1000, "P": 7, "sigma_a2": 1 / 5000, "gamma": 2}


def enumerated(states, zeros, angles):
    """Weights and feature vectors (w_n + v_m)^2 at P = 3 for all moduli, phases and signs."""
    turns = np.exp(2j * np.pi * np.arange(angles) / angles)
    positions = np.exp(-2j * np.pi * np.arange(3) / 3)
    chances, features = [], []
    for (chance, left, right), zero, other in product(states, zeros, zeros):
        for first, second, sign, turned in product(turns, turns, (1, -1), (1, -1)):
            w = sign * zero[1] + 2 * (left * first * positions).real
            v = turned * other[1] + 2 * (right * second * positions).real
            chances.append(chance * zero[0] * other[0] / (4 * angles**2))
            features.append((w[:, None] + v[None, :]).ravel() ** 2)
    return np.array(chances), np.array(features)


def test_blocks_are_the_dense_curvature_in_real_space():
    """27 x 27 field components at P = 3, every phase of a correlated ensemble enumerated."""
    states = ((0.2, 0.3, 0.7), (0.2, 0.7, 0.3), (0.6, 0.45, 0.45))
    zeros = ((0.4, 0.2), (0.6, 0.5))
    amplitude, at = 0.6, GENERIC
    chances, features = enumerated(states, zeros, 7)
    labels = np.arange(3)
    answer = (labels[:, None] + labels[None, :]).ravel() % 3
    target = (labels[:, None] == answer) - 1 / 3
    pulls = amplitude / at["sigma2"] * features @ target.T
    joint = (pulls[:, :, None] * features[:, None, :]).reshape(len(chances), -1)
    mean = chances @ joint
    covariance = (joint.T * chances) @ joint - np.outer(mean, mean)
    kernel = at["sigma_a2"] * (features.T * chances) @ features
    dense = np.kron(np.eye(3), kernel) + at["sigma2"] * np.eye(27)
    dense += at["sigma_a2"] ** 2 / at["N"] * covariance
    powers = np.arange(5)
    pair = sum(p * np.outer(w ** (2 * powers), v ** (2 * powers)) for p, w, v in states)
    zero = sum(p * z ** (2 * powers) for p, z in zeros)
    found = Curvature(at).log_det(amplitude, Moments(pair, zero))
    assert found == pytest.approx(np.linalg.slogdet(dense)[1], abs=1e-10)


@pytest.mark.parametrize(
    ("sigma2", "measured", "error"),
    [(0.0014, 0.354070, 7e-5), (0.0028, 0.649932, 1.3e-4), (0.0045, 0.829961, 1.1e-4)],
)
def test_networks_of_a_thousand_neurons(sigma2, measured, error):
    """a of 16 networks each, by HMC (measured); mean field is 60 to 140 errors away."""
    found = expansion({**NETWORKS, "sigma2": sigma2})
    assert abs(found.value("a") - measured) < 3 * error
    assert abs(found.start["a"] - measured) > 30 * error


def test_the_correction_falls_as_one_over_width():
    """N -> 4 N with sigma^2, sigma_a^2 -> /4 leaves mean field and the degrees of freedom alone."""
    one = expansion({**NETWORKS, "sigma2": 0.0028})
    four = {"N": 4000, "P": 7, "sigma2": 0.0007, "sigma_a2": 1 / 20000, "gamma": 2}
    other = expansion(four)
    assert other.freedom == pytest.approx(one.freedom, rel=1e-9)
    for name in ("a", "x2", "x", "x4"):
        assert other.start[name] == pytest.approx(one.start[name], rel=1e-9)
        assert other.shift[name] == pytest.approx(one.shift[name] / 4, rel=1e-4)


def test_rows_join_the_other_predictions_or_say_why_not():
    values = {"N": 600, "P": 7, "sigma2": Fraction(1, 50), "sigma_a2": Fraction(1, 500)}
    parameters = parameters_of(
        "modular", {k: Fraction(v) for k, v in values.items()} | {"gamma": Fraction(2)}
    )
    rows = [p for p in predictions(parameters, ("derived",)) if p.limit == "finite width"]
    assert {p.observable for p in rows} == {"a", "lambda", "x2", "x", "x4", "train_loss"}
    at = {k: float(v) for k, v in parameters.items()}
    left, of_loss = expansion(at), loss_expansion(at)
    for row in rows:
        known = of_loss if row.observable == "train_loss" else left
        numerical = row.error - known.dropped(row.observable)
        assert not row.missing and 0 < numerical < 1e-3 * row.value
    for change, why in (({"P": 8}, "odd"), ({"P": 997}, "up to"), ({"N": 20}, "not small")):
        row = next(by_width({**{k: float(v) for k, v in parameters.items()}, **change}))
        assert np.isnan(row.value) and why in row.missing


def test_the_train_loss_by_the_mean_residual_and_the_outputs_variance():
    """Its slope of log Z, the saddle following, against 2 a_0 a_1 and the curvature's inverse."""
    at = {"N": 1000.0, "P": 23.0, "sigma2": 0.01, "sigma_a2": 5e-4, "gamma": 1.0}
    known, found, noise, step = expansion(at), loss_expansion(at), at["sigma2"], 1e-4
    start, target = known.start["a"], 22 / 23**2
    here = Curvature(at).moments(start)
    ends = [
        Curvature({**at, "sigma2": noise * (1 + s)}).log_det(start * (1 + s), here)
        for s in (step, -step)  # tau = A y/sigma^2 stays, and so does the law
    ]
    variance = noise - noise**2 * (ends[0] - ends[1]) / (2 * step * noise) / 23**3
    mean = target * (start**2 + 2 * start * known.shift["a"])
    assert found.value("train_loss") == pytest.approx(mean + variance, rel=1e-4)
    assert abs(found.shift["train_loss"]) > 0.3 * found.start["train_loss"]


def test_every_character_is_counted():
    for order in (3, 5, 9, 21):
        assert sum(multiplicities(order).values()) == order**2


def test_where_doubles_do_not_tell_a_from_one_they_are_the_reason():
    """So hot that nothing is learned: 1/N is small there, and 1 - a below a double's last bit."""
    with pytest.raises(Undecided, match="beyond the precision of doubles"):
        first_order({"N": 1000.0, "P": 7.0, "sigma2": 1e20, "sigma_a2": 2e-4, "gamma": 2.0})


@pytest.mark.parametrize(("noise", "a", "level"), [(0.0028, 0.94218, 1.7634e-4)])
def test_one_order_alone_leaves_out_what_the_closure_does_with_it(noise, a, level):
    """Stored networks of P = 23 beside their transition; 5 f/N alone was three times too small."""
    at = {"N": 2000.0, "P": 23.0, "sigma2": noise, "sigma_a2": 1 / 40000, "gamma": 2.0}
    found = expansion(at)
    for name, measured in (("a", a), ("lambda", level)):
        off = abs(found.value(name) - measured)
        assert off < 1.2 * found.dropped(name)
        assert off > 3 * abs(found.shift[name]) * RATIO * found.freedom / found.width


def test_where_no_balance_is_near_nothing_is_warned_of():
    at = {"N": 64.0, "P": 13.0, "sigma2": 0.01, "sigma_a2": 1.0, "gamma": 0.001}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        known = expansion(at, second=False)
    assert known.ahead["a"] >= abs(known.shift["a"])
