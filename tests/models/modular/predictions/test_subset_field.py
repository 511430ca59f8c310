"""Mean field on a subset against neurons of the prior, weighed, and a residual by a solver."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import optimize

from binodal.models.modular.predictions.neuron_average import targets
from binodal.models.modular.predictions.subset_changes import changes
from binodal.models.modular.predictions.subset_field import Field, OnSubset
from binodal.numerics.errors import Undecided

AT = {"N": 100.0, "P": 3.0, "sigma2": 0.05, "sigma_a2": 0.01, "gamma": 0.5}


def weighed(at: Mapping[str, float], seen: np.ndarray, seed: int) -> OnSubset:
    """a, a_test and lambda by neurons of the Gaussian prior, in real space."""
    order, count = int(at["P"]), 20000
    rng = np.random.default_rng(seed)
    halves = rng.standard_normal((2, count, order))
    modes = np.abs(np.fft.fft(halves, axis=2, norm="forward")) ** 2
    decay = order * at["gamma"] / 6 * (modes**3).sum((0, 2))
    squares = np.square(halves[0][:, :, None] + halves[1][:, None, :]).reshape(count, -1)
    y, strength = targets(order), at["sigma_a2"] / at["N"]

    def law(tau: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pull = squares[:, seen] @ tau.T
        weight = np.exp(strength / 2 * np.square(pull).sum(1) - decay)
        return pull, weight / weight.sum()

    def left(values: np.ndarray) -> np.ndarray:
        tau = values.reshape(order, -1)
        pull, weight = law(tau)
        output = at["sigma_a2"] * (pull * weight[:, None]).T @ squares[:, seen]
        return (y[:, seen] - at["sigma2"] * tau - output).ravel()

    found = optimize.root(left, 0.5 * y[:, seen].ravel() / at["sigma2"], tol=1e-10)
    assert found.success
    tau = found.x.reshape(order, -1)
    pull, weight = law(tau)
    output = at["sigma_a2"] * (pull * weight[:, None]).T @ squares
    residual = (y - output) * y
    sums = [residual[:, some].sum() / (y * y)[:, some].sum() for some in (seen, ~seen)]
    joint = (modes[0] * modes[1])[:, 1]
    return OnSubset(*sums, 4 * order**2 * at["sigma_a2"] * float(weight @ joint))


def subset(order: int) -> np.ndarray:
    """All pairs but the first two."""
    return np.arange(order**2) >= 2


def test_agrees_with_neurons_of_the_prior() -> None:
    """Two ways to draw neurons and two solvers; three seeds of each give the error."""
    seen = subset(3)
    one = np.array([Field.drawn(AT, 10000, seed).solved(seen).mean_field for seed in range(3)])
    other = np.array([weighed(AT, seen, seed) for seed in range(3)])
    error = np.sqrt((one.var(0, ddof=1) + other.var(0, ddof=1)) / 3)
    assert (np.abs(one.mean(0) - other.mean(0)) < 4 * error).all()
    assert (error < 0.01 * np.abs(other.mean(0))).all()
    # Those of all pairs, and the same residual on other pairs, are told apart.
    whole = Field.drawn(AT, 10000, 0).solved(np.ones(9, dtype=bool)).mean_field
    assert abs(whole.level - other.mean(0)[2]) > 5 * error[2]
    assert other.mean(0)[1] - other.mean(0)[0] > 10 * error[1]


@pytest.mark.parametrize(
    ("order", "share", "word"), [(4, 0.9, "odd P"), (9, 0.9, "up to 7"), (7, 0.2, "too far")]
)
def test_refuses_what_it_does_not_know(order: int, share: float, word: str) -> None:
    """Even and large P, and subsets that leave the branch."""
    at = {"N": 500.0, "P": float(order), "sigma2": 0.0028, "sigma_a2": 2e-4, "gamma": 2.0}
    with pytest.raises(Undecided, match=word):
        changes(at, share)
