"""The predicted trace of G against readouts of many neurons with known laws, integrated exactly."""

from __future__ import annotations

import numpy as np
import pytest

from binodal.models.modular.predictions.agop import Fourth, agop_trace
from binodal.models.modular.predictions.mode_law import Moments

ORDER, SPREAD = 5, 0.7


def gaussian(rng, neurons):
    return rng.standard_normal((neurons, 2, ORDER))


def coupled(rng, neurons):
    """Rings of independent phases, whose two radii share one random factor."""
    k = np.arange(1, (ORDER + 1) // 2)
    both = rng.choice([0.4, 1.5], (neurons, 1, len(k)))
    size = both * rng.uniform(0.2, 0.9, (neurons, 2, len(k)))
    phase = rng.uniform(0, 2 * np.pi, size.shape)
    waves = np.exp(-2j * np.pi * np.outer(k, np.arange(ORDER)) / ORDER)
    zero = rng.choice([-0.5, 0.5, 0.0], (neurons, 2, 1))
    return zero + 2 * ((np.sqrt(size) * np.exp(1j * phase)) @ waves).real


def fourth(draw):
    """Moments from another sample, by their definition."""
    modes = np.fft.ifft(draw(np.random.default_rng(99), 400_000), axis=2)
    x = np.square(np.abs(modes[:, :, 1]))
    zero = modes[:, :, 0].real
    law = Moments(float(x.mean()), float((x**2).mean()), float(x.prod(axis=1).mean()))
    return Fourth(ORDER, law, float((zero**2).mean()), float((zero**4).mean()))


def integrated(weights, noise):
    """tr G of these weights, averaged over the posterior of the readout in the space of outputs."""
    neurons = len(weights)
    w = weights.reshape(neurons, -1)
    n, m = np.divmod(np.arange(ORDER**2), ORDER)
    fields = weights[:, 0, n] + weights[:, 1, m]
    y = np.eye(ORDER)[(n + m) % ORDER] - 1 / ORDER
    phi, variance = fields**2, SPREAD / neurons
    inner = np.linalg.inv(variance * phi.T @ phi + noise * np.eye(ORDER**2))
    prior = 4 * variance * float((phi.sum(axis=1) * (w**2).sum(axis=1)).sum())
    found = ORDER * prior
    for x in range(ORDER**2):
        cross = variance * (w * 2 * fields[:, x : x + 1]).T @ phi
        found += float(np.square(cross @ inner @ y).sum())
        found -= ORDER * float(((cross @ inner) * cross).sum())
    return found / ORDER**2


@pytest.mark.parametrize("noise", [0.02, 3.0])
@pytest.mark.parametrize("draw", [gaussian, coupled])
def test_trace_of_many_neurons(draw, noise):
    found = [integrated(draw(np.random.default_rng(seed), 20_000), noise) for seed in range(4)]
    error = np.std(found, ddof=1) / 2
    predicted = agop_trace(fourth(draw), noise, SPREAD)
    assert abs(np.mean(found) - predicted) < 4 * error + 0.002 * predicted
    assert error < 0.0035 * predicted


def test_what_the_halves_know_of_each_other_is_in_it():
    """The control: without the joint moment the same number is off by more than the test allows."""
    law = fourth(coupled)
    apart = Fourth(ORDER, Moments(law.modes.x, law.modes.x4, law.modes.x**2), law.zero, law.zero4)
    whole = agop_trace(law, 0.02, SPREAD)
    assert abs(agop_trace(apart, 0.02, SPREAD) / whole - 1) > 0.015
