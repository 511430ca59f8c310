"""Mean field on a subset against neurons of the prior, weighed, and a residual by a solver."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import optimize

from binodal.models.modular.predictions import subset_changes
from binodal.models.modular.predictions.subset_changes import changes
from binodal.models.modular.predictions.subset_field import Field, OnSubset
from binodal.models.modular.predictions.subset_rule import Addition, Rule
from binodal.numerics.errors import Undecided

AT = {"N": 100.0, "P": 3.0, "sigma2": 0.05, "sigma_a2": 0.01, "gamma": 0.5}


def told_by_the_prior(
    rule: Rule, at: Mapping[str, float], seen: np.ndarray, seed: int
) -> list[OnSubset]:
    """a, a_test and lambda of every part by neurons of the Gaussian prior, weighed."""
    order, count = len(rule.target), 10000
    halves = np.random.default_rng(seed).standard_normal((2, count, order))
    decay = at["gamma"] * rule.decay(halves)[0]
    squares = np.square(halves[0][:, :, None] + halves[1][:, None, :]).reshape(count, -1)
    y, strength = rule.target, at["sigma_a2"] / at["N"]

    def law(tau: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pull = squares[:, seen] @ tau.T
        weight = np.exp(strength / 2 * np.square(pull).sum(1) - decay)
        return pull, weight / weight.sum()

    def left(values: np.ndarray) -> np.ndarray:
        tau = values.reshape(order, -1)
        pull, weight = law(tau)
        output = at["sigma_a2"] * (pull * weight[:, None]).T @ squares[:, seen]
        return (y[:, seen] - at["sigma2"] * tau - output).ravel()

    found = optimize.root(left, 0.5 * y[:, seen].ravel() / at["sigma2"], method="krylov")
    assert found.success
    tau = found.x.reshape(order, -1)
    pull, weight = law(tau)
    missed = y - at["sigma_a2"] * (pull * weight[:, None]).T @ squares
    rows = []
    for part, level in zip(rule.parts, rule.levels(at, halves) @ weight, strict=True):
        of = [(missed * part)[:, some].sum() / (y * part)[:, some].sum() for some in (seen, ~seen)]
        rows.append(OnSubset(*of, float(level)))
    return rows


def subset(order: int) -> np.ndarray:
    """All pairs but the first two."""
    return np.arange(order**2) >= 2


def test_agrees_with_neurons_of_the_prior() -> None:
    """Two ways to draw neurons and two solvers; three seeds of each give the error."""
    seen = subset(3)
    one = np.array(
        [Field.drawn(Addition(3), AT, 10000, seed).solved(seen).mean_field[0] for seed in range(3)]
    )
    other = np.array([told_by_the_prior(Addition(3), AT, seen, seed)[0] for seed in range(3)])
    error = np.sqrt((one.var(0, ddof=1) + other.var(0, ddof=1)) / 3)
    assert (np.abs(one.mean(0) - other.mean(0)) < 4 * error).all()
    assert (error < 0.01 * np.abs(other.mean(0))).all()
    # Those of all pairs, and the same residual on other pairs, are told apart.
    whole = Field.drawn(Addition(3), AT, 10000, 0).solved(np.ones(9, dtype=bool)).mean_field[0]
    assert abs(whole.level - other.mean(0)[2]) > 5 * error[2]
    assert other.mean(0)[1] - other.mean(0)[0] > 10 * error[1]


@pytest.mark.parametrize(
    ("order", "share", "word"), [(4, 0.9, "odd P"), (9, 0.9, "up to 7"), (7, 0.2, "too far")]
)
def test_refuses_what_it_does_not_know(
    order: int, share: float, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even and large P, and subsets that leave the branch."""
    monkeypatch.setattr(subset_changes, "_COUNT", 200)
    at = {"N": 500.0, "P": float(order), "sigma2": 0.0028, "sigma_a2": 2e-4, "gamma": 2.0}
    with pytest.raises(Undecided, match=word):
        changes(Addition.of(order), at, share)
