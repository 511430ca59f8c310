"""Chains at noises and steps of their own against quadrature."""

from __future__ import annotations

import numpy as np
import torch

from binodal.validate.samplers.own_steps import Chains

NOISES = (0.2, 1.0, 5.0)
EACH = 400


class Well:
    """M = (x^2 - 1)^2, V = x^2/2 in one dimension."""

    def set_noise(self, noise):
        self.noise = noise

    def parts(self, x):
        return (x[:, 0] ** 2 - 1).square().double(), x[:, 0].square().double() / 2

    def gradient(self, x):
        return 4 * x * (x.square() - 1) / self.noise.unsqueeze(1) + x


def exact(noise):
    x = np.linspace(-6, 6, 4001)
    weight = np.exp(-((x**2 - 1) ** 2) / noise - x**2 / 2)
    return [(weight * x**power).sum() / weight.sum() for power in (2, 4)]


def test_every_chain_has_the_law_of_its_noise():
    stream = torch.Generator().manual_seed(3)
    noise = torch.tensor(NOISES, dtype=torch.float64).repeat_interleave(EACH)
    x = torch.randn(len(noise), 1, dtype=torch.float64, generator=stream)
    chains = Chains(Well(), x, noise, stream)
    for move in range(60):
        chains.warm(move)
    chains.forget()
    drawn = []
    for _ in range(60):
        chains.move()
        drawn.append(chains.x[:, 0])
    units = torch.stack(drawn)
    assert 0.6 < chains.acceptance.mean() < 0.97
    for k, value in enumerate(NOISES):
        own = units[:, k * EACH : (k + 1) * EACH]
        for power, known in zip((2, 4), exact(value), strict=True):
            means = own.pow(power).mean(0)
            assert abs(means.mean() - known) < 4.5 * means.std() / EACH**0.5
