"""The share of silent units by intervals, against drawn pre-activations."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.derive.gaussian.activations import activation
from binodal.validate.measures.definitions.sparsity import THRESHOLD
from binodal.validate.measures.network import values_of
from binodal.validate.measures.silent import silent_share


@pytest.mark.parametrize("name", ["erf", "relu", "sin:3", "sign", "he:2"])
def test_the_share_is_that_of_draws(name):
    norms, biases = np.array([0.3, 1.2]), np.array([0.0, 0.4])
    phi, draws = activation(name), np.random.default_rng(3).standard_normal(1_000_000)
    told = silent_share(phi, norms, biases)
    for share, norm, bias in zip(told, norms, biases, strict=True):
        seen = (np.abs(values_of(phi, norm * draws + bias)) < THRESHOLD).mean()
        error = max(seen * (1 - seen) / len(draws), 1e-12) ** 0.5
        assert abs(share - seen) < 5 * error + 1e-9, name
