"""Networks that jump: no gradient sees a jump, so every step is judged by the energy itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray

from binodal.api import train
from binodal.errors import RequestError

SIZES = {"N": 2, "n": 10, "d": 3, "sigma2": "2/5", "sigma_w2": "1/2", "sigma_a2": "3/2"}
SIGN = {"activation": "sign", "teacher": "1: 1, 3: -3/10"} | SIZES
WITHOUT_DATA = 1 / 3


def drawn() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(7).normal(size=(10, 3))
    return x, x[:, 0] - 0.3 * (x[:, 0] ** 3 - 3 * x[:, 0])


def mean_square_cosine(x: np.ndarray, y: np.ndarray, count: int = 100_000) -> float:
    """<m^2> of the posterior, from the prior's weights; the readout is integrated exactly."""
    w = np.random.default_rng(1).normal(size=(count, 2, 3))
    features = np.sign(np.einsum("mid,nd->min", w, x))
    inner = np.einsum("min,mjn->mij", features, features) / 0.4 + np.eye(2) * 2 / 1.5
    pull = np.einsum("min,n->mi", features, y) / 0.4
    logs = 0.5 * np.einsum("mi,mi->m", pull, np.linalg.solve(inner, pull[..., None])[..., 0])
    weight = np.exp(logs - 0.5 * np.linalg.slogdet(inner)[1] - logs.max())
    square = (w[..., 0] ** 2 / (w**2).sum(-1)).mean(1)
    return float(weight @ square / weight.sum())


def test_their_law_is_the_posterior(tmp_path: Path):
    x, y = drawn()
    np.savez(tmp_path / "own.npz", x=x, y=y)
    how = {"members": 16, "draws": 300, "burn_in": 60, "workers": 1}
    done = train("single-index", tmp_path / "run", data=tmp_path / "own.npz", **SIGN, **how)
    assert done.spec.sampler == "mala"
    chains = xarray.open_zarr(done.path / "draws.zarr")["m2"].values.reshape(16, -1).mean(1)
    exact = mean_square_cosine(x, y)
    assert exact > 1.5 * WITHOUT_DATA
    assert abs(chains.mean() - exact) < 4 * chains.std(ddof=1) / 4


@pytest.mark.parametrize("sampler", ["hmc", "collapsed-hmc", "baoab", "preconditioned-euler"])
@pytest.mark.parametrize("activation", ["sign", "z + sign(z - 1/2)"])
def test_samplers_that_follow_a_gradient_alone_are_refused(tmp_path, sampler, activation):
    asked = SIGN | {"activation": activation, "sampler": sampler}
    words = r"jump, which a gradient does not see.*mala"
    with pytest.raises(RequestError, match=words):
        train("single-index", tmp_path / "run", **asked)


def test_descent_is_refused(tmp_path):
    with pytest.raises(RequestError, match="first layer would not learn"):
        train("single-index", tmp_path / "run", optimizer="adam", **SIGN)
    bent = SIGN | {"activation": "relu", "teacher": "1: 1"}
    assert train("single-index", tmp_path / "bent", optimizer="adam", steps=2, **bent)
