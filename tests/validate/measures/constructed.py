"""Networks whose measures are known: exact cosines for every odd P, Gaussian ones, and changes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from binodal.derive.gaussian.activations import activation
from binodal.validate.measures.inputs import Array, Vectors, pairs
from binodal.validate.measures.network import Task, TwoLayer


def addition(order: int, **changes: object) -> Task:
    """All pairs with their sum for an answer, quadratic neurons."""
    inputs = pairs(order)
    targets = np.eye(order)[inputs.index.sum(axis=1) % order] - 1 / order
    everything = np.ones(inputs.count, dtype=bool)
    given = {"classes": True, "trained": everything, "noise": 0.1, "spread": 0.02, **changes}
    return Task(activation("quadratic"), inputs, targets, **given)


def cosines(order: int) -> TwoLayer:
    """Nine neurons a frequency, at three phases in each half, whose products alone are left."""
    places = 2 * np.pi * np.arange(order) / order
    phases = 2 * np.pi * np.arange(3) / 3
    first, readout = [], []
    for k in range(1, (order - 1) // 2 + 1):
        for one in phases:
            for other in phases:
                halves = [np.cos(k * places + phase) for phase in (one, other)]
                first.append(np.concatenate(halves))
                readout.append(4 / (9 * order) * np.cos(k * places + one + other))
    return TwoLayer(np.array(first), np.array(readout), addition(order))


def gaussian(order: int, neurons: int, seed: int = 0, **changes: object) -> TwoLayer:
    """Independent standard normal weights."""
    rng = np.random.default_rng(seed)
    first, readout = (
        rng.standard_normal((neurons, 2 * order)),
        rng.standard_normal((neurons, order)),
    )
    return TwoLayer(first, readout / neurons, addition(order, **changes))


def on_vectors(phi: str, first: Array, readout: Array, count: int = 40, seed: int = 1) -> TwoLayer:
    """A network of one output on Gaussian inputs."""
    x = np.random.default_rng(seed).standard_normal((count, first.shape[1]))
    return TwoLayer(first, readout, Task(activation(phi), Vectors(x), x[:, :1]))


def _halves(of: TwoLayer) -> tuple[Array, Array]:
    first, second = np.split(of.first, 2, axis=1)
    return first, second


def relabelled(of: TwoLayer) -> TwoLayer:
    """n -> n + 2 on both tokens, and p -> p + 4 with them."""
    halves = [np.roll(half, 2, axis=1) for half in _halves(of)]
    return of.with_weights(np.concatenate(halves, axis=1), np.roll(of.readout, 4, axis=1))


def exchanged(of: TwoLayer) -> TwoLayer:
    """The second token for the first."""
    return of.with_weights(np.concatenate(_halves(of)[::-1], axis=1), of.readout)


def negated(of: TwoLayer) -> TwoLayer:
    """w -> -w, which an even activation does not see."""
    return of.with_weights(-of.first, of.readout)


def permuted(of: TwoLayer) -> TwoLayer:
    """Neurons in another order."""
    order = np.random.default_rng(5).permutation(of.neurons)
    return of.with_weights(of.first[order], of.readout[order])


def scaled(of: TwoLayer) -> TwoLayer:
    """w -> 1.7 w, and the readout of quadratic neurons by its square."""
    return of.with_weights(1.7 * of.first, of.readout / 1.7**2)


CHANGES: dict[str, Callable[[TwoLayer], TwoLayer]] = {
    "relabelling": relabelled,
    "exchange of the halves": exchanged,
    "sign": negated,
    "permutation of neurons": permuted,
    "scale": scaled,
}
